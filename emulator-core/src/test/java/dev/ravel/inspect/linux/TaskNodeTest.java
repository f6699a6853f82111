package dev.ravel.inspect.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Tasks as trees, whatever a guest says of their parents. */
class TaskNodeTest {
    @Test
    void childrenAndFurtherThreadsAreBelowTheirProcess() {
        assertThat(forest(task(0, 0, 0), task(1, 1, 0), task(7, 7, 1), task(8, 7, 1), task(2, 2, 0)))
                .isEqualTo("0(1(7(8)) 2)");
    }

    @Test
    void parentsThatLeadToEachOtherAreShownOnce() {
        assertThat(forest(task(0, 0, 0), task(5, 5, 6), task(6, 6, 5), task(9, 9, 9)))
                .isEqualTo("0 5(6) 9");
    }

    @Test
    void aTaskWithoutAParentInTheSampleIsARoot() {
        assertThat(forest(task(3, 3, 99), task(4, 4, 3), task(6, 5, 3))).isEqualTo("3(4) 6");
    }

    @Test
    void aChainThatIsLongerThanAnyTreeLosesNobody() {
        List<Task> chain = new ArrayList<>();
        for (int pid = 1; pid <= 5000; pid++) {
            chain.add(task(pid, pid, pid - 1));
        }
        List<TaskNode> forest = TaskNode.forest(new TaskTree(chain, List.of()));
        assertThat(forest.stream().mapToInt(TaskNodeTest::count).sum()).isEqualTo(5000);
    }

    private static int count(TaskNode node) {
        return 1 + node.children().stream().mapToInt(TaskNodeTest::count).sum();
    }

    private static String forest(Task... tasks) {
        return words(TaskNode.forest(new TaskTree(List.of(tasks), List.of())));
    }

    private static String words(List<TaskNode> nodes) {
        return nodes.stream()
                .map(n -> n.task().pid() + (n.children().isEmpty() ? "" : "(" + words(n.children()) + ")"))
                .collect(Collectors.joining(" "));
    }

    private static Task task(int pid, int tgid, int parent) {
        return new Task(
                0x1000L * (pid + 1),
                pid,
                tgid,
                parent,
                "task",
                'S',
                false,
                0,
                new Task.Times(0, 0, 0, 0),
                new Reading.Value<>(new Task.Credentials(0, 0, 0, 0)),
                new Reading.Value<>(OptionalLong.empty()),
                new Reading.Value<>(List.of()),
                new Reading.Value<>(new Namespaces(Map.of(), Optional.empty())),
                new Reading.Value<>(new Task.CgroupOfTask(1, "/")));
    }
}
