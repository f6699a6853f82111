package dev.ravel.desktop.inspector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.inspect.HartView;
import dev.ravel.inspect.InstructionView;
import dev.ravel.inspect.RegisterView;
import dev.ravel.inspect.linux.Broken;
import dev.ravel.inspect.linux.Cgroup;
import dev.ravel.inspect.linux.Reading;
import dev.ravel.inspect.linux.Task;
import dev.ravel.inspect.linux.TaskTree;
import dev.ravel.isa.Privilege;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Samples as rows, without a screen. */
class SamplesTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void whatTheLastInstructionChangedStaysMarkedWhileTheHartStands() {
        HartSample stepped = HartSample.first(hart(10, 1)).next(hart(11, 2));
        assertThat(stepped.changed()).contains("a0");
        assertThat(stepped.next(hart(11, 2)).changed()).isEqualTo(stepped.changed());
        assertThat(stepped.next(hart(12, 2)).changed()).isEmpty();
    }

    @Test
    void aTaskOfWhichPartsAreTornIsShownWithQuestionMarks() {
        Task torn = task(7, "a\u202eb\u001b[1m", new Reading.Broken<>("page is not mapped"), 0, "/");
        TasksSample sample = TasksSample.of("Linux", new TaskTree(List.of(torn), List.of()));
        assertThat(texts(sample.rows().getFirst()))
                .containsExactly("a?b?[1m", "7", "?", "S sleeping", "?", "?", "0", "?");
        assertThat(sample.details().get(torn.address()))
                .anySatisfy(line -> assertThat(line).isEqualTo("PIDs cannot be read: page is not mapped"));
    }

    @Test
    void damageIsToldInFewLinesHoweverMuchThereIs() {
        List<String> lines = Notices.of(Collections.nCopies(1000, new Broken("task list", "it leads to\nitself")));
        assertThat(lines).hasSize(4).last().isEqualTo("and 997 more");
        assertThat(lines.getFirst()).isEqualTo("broken: task list: it leads to?itself");
    }

    @Test
    void aGroupsLoadIsThatOfItsTasksAndOfGroupsBelow() {
        Cgroup below = group("/box/in", Optional.empty(), List.of());
        Cgroup box = group("/box", Optional.of(cpu(OptionalLong.of(50_000))), List.of(below));
        Cgroup root = group("/", Optional.empty(), List.of(box, group("/boxer", Optional.empty(), List.of())));
        CgroupsSample before = sample(root, 0, 0);
        CgroupsSample after = sample(root, SECOND, SECOND / 10);
        assertThat(after.cpusUsed("/box", before)).isEqualTo(0.2);
        assertThat(after.cpusUsed("/box/in", before)).isEqualTo(0.1);
        assertThat(after.cpusUsed("/", before)).isEqualTo(0.3);
        Row shown = after.rows(before).getFirst().children().getFirst();
        assertThat(shown.cells().get(2)).isEqualTo(new Row.Bar("20 % of 50 %", 0.4));
        assertThat(after.rows(after).getFirst().children().getFirst().cells().get(2))
                .isEqualTo(new Row.Bar("0 % of 50 %", 0));
    }

    @Test
    void barsAreNeverMoreThanFullOrLessThanEmpty() {
        assertThat(new Row.Bar("", 7).fraction()).isEqualTo(1);
        assertThat(new Row.Bar("", -7).fraction()).isZero();
        assertThat(new Row.Bar("", Double.NaN).fraction()).isZero();
    }

    @Test
    void amountsHaveTheirLargestUnit() {
        assertThat(Amount.bytes(0)).isEqualTo("0 B");
        assertThat(Amount.bytes(1023)).isEqualTo("1023 B");
        assertThat(Amount.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Amount.bytes(512L << 20)).isEqualTo("512 MiB");
        assertThat(Amount.bytes(Long.MAX_VALUE)).isEqualTo("8.0 EiB");
    }

    private static HartView hart(long retired, long a0) {
        List<RegisterView> x = IntStream.range(0, 32)
                .mapToObj(i -> new RegisterView("x" + i, i == 10 ? "a0" : "r" + i, i == 10 ? a0 : 0))
                .toList();
        return new HartView(
                0,
                Privilege.MACHINE,
                0x8000_0000L,
                retired,
                x,
                x,
                List.of(),
                new InstructionView(0x8000_0000L, Optional.empty(), 4, 0x13, "nop", Optional.empty()));
    }

    private static List<String> texts(Row row) {
        return row.cells().stream().map(Row.Cell::text).toList();
    }

    private static CgroupsSample sample(Cgroup root, long now, long run) {
        List<Task> tasks = List.of(
                task(5, "in", new Reading.Value<>(List.of()), run, "/box/in"),
                task(6, "box", new Reading.Value<>(List.of()), run, "/box"),
                task(7, "other", new Reading.Value<>(List.of()), run, "/boxer"));
        return CgroupsSample.of(root, new TaskTree(tasks, List.of()), now, 1);
    }

    private static Task task(int pid, String name, Reading<List<Task.PidInNamespace>> pids, long run, String group) {
        return new Task(
                0x1000L * pid,
                pid,
                pid,
                0,
                name,
                'S',
                false,
                0,
                new Task.Times(0, 0, 0, run),
                new Reading.Broken<>("freed"),
                new Reading.Broken<>("freed"),
                pids,
                new Reading.Broken<>("freed"),
                new Reading.Value<>(new Task.CgroupOfTask(1, group)));
    }

    private static Cgroup.Cpu cpu(OptionalLong quota) {
        return new Cgroup.Cpu(100, quota, 100_000, 0, 0, 0);
    }

    private static Cgroup group(String path, Optional<Cgroup.Cpu> cpu, List<Cgroup> children) {
        return new Cgroup(
                path,
                path.hashCode(),
                true,
                false,
                0,
                List.of(),
                new Reading.Value<>(cpu),
                new Reading.Value<>(Optional.<Cgroup.Memory>empty()),
                new Reading.Value<>(Optional.<Cgroup.Pids>empty()),
                new Reading.Value<>(List.<Cgroup.Io>of()),
                new Reading.Value<>(0),
                children,
                List.of());
    }
}
