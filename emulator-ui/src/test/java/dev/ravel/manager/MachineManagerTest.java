package dev.ravel.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.manager.MachineDefinition.Boot;
import dev.ravel.manager.MachineSample.Condition;
import dev.ravel.session.ConsoleStream;
import dev.ravel.session.MachineSession;
import dev.ravel.session.Movement;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Machines of a user that run side by side in this process. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MachineManagerTest {
    @TempDir
    private Path folder;

    private DefinitionStore store;
    private MachineManager manager;

    @BeforeEach
    void open() throws Exception {
        store = new DefinitionStore(folder.resolve("machines.json"));
        store.update(machines -> List.of(hello("a", Optional.empty()), hello("b", Optional.empty())));
        manager = new MachineManager(store);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static MachineDefinition hello(String name, Optional<Path> disk) {
        return new MachineDefinition(name, new Boot.Guest("hello"), disk, 1, 64L << 20, "interp", false);
    }

    private MachineSample sample(String name) {
        return manager.samples().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private MachineSample await(String name, Predicate<MachineSample> wanted) throws InterruptedException {
        while (!wanted.test(sample(name))) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return sample(name);
    }

    private static boolean atPrompt(MachineSample sample) {
        return !sample.screen().isEmpty() && sample.screen().getLast().startsWith("hello> ");
    }

    private void type(String name, String line) throws ManagerException {
        manager.session(name).orElseThrow().console().type((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void twoMachinesRunAtOnceEachWithItsOwnConsole() throws Exception {
        manager.start("a");
        manager.start("b");
        await("a", MachineManagerTest::atPrompt);
        await("b", MachineManagerTest::atPrompt);
        type("a", "echo only here");
        await("a", sample -> sample.screen().contains("only here"));
        assertThat(sample("b").screen()).doesNotContain("only here");
        assertThat(manager.countOn()).isEqualTo(2);
    }

    @Test
    void aDeterministicMachineStepsBackWithADiskToo() throws Exception {
        Path disk = Files.write(folder.resolve("disk.img"), new byte[1 << 16]);
        manager.create(new MachineDefinition(
                "back", new Boot.Guest("hello"), Optional.of(disk), 1, 64L << 20, "interp", true));
        manager.start("back");
        await("back", MachineManagerTest::atPrompt);
        manager.pause("back");
        MachineSession session = manager.session("back").orElseThrow();
        assertThat(session.noWayBack()).isEmpty();
        MachineSession.Past past = session.past().orElseThrow();
        assertThat(past.earliest()).isZero();
        MachineSession.Moved moved = session.move(Movement.BACK).orElseThrow();
        assertThat(moved.position()).isEqualTo(past.position() - 1);
        assertThat(session.goTo(0).orElseThrow().position()).isZero();
        manager.resume("back");
        type("back", "echo again");
        await("back", sample -> sample.screen().contains("again"));
        assertThat(manager.session("back").orElseThrow().machine().isDeterministic())
                .isTrue();
    }

    @Test
    void aMachineIsPausedAndGoesOnAndPowersOffAndStartsAgain() throws Exception {
        manager.start("a");
        await("a", MachineManagerTest::atPrompt);
        manager.pause("a");
        assertThat(sample("a").condition()).isEqualTo(Condition.PAUSED);
        type("a", "echo later");
        manager.resume("a");
        await("a", sample -> sample.screen().contains("later"));
        manager.powerOff("a");
        await("a", sample -> sample.condition() == Condition.OFF);
        manager.start("a");
        await("a", MachineManagerTest::atPrompt);
        type("a", "poweroff");
        assertThat(await("a", sample -> sample.condition() == Condition.OFF).message())
                .isEmpty();
    }

    @Test
    void resetStartsTheGuestAnew() throws Exception {
        manager.start("a");
        await("a", MachineManagerTest::atPrompt);
        int before = manager.consoleText("a").length();
        manager.reset("a");
        await("a", sample -> text("a").indexOf("hello> ", before) > 0);
        assertThat(sample("a").condition()).isEqualTo(Condition.RUNNING);
    }

    private String text(String name) {
        try {
            return manager.consoleText(name);
        } catch (ManagerException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMachineThatCannotStartSaysWhyInOneLine() throws Exception {
        Path missing = folder.resolve("no.img");
        manager.create(hello("c", Optional.of(missing)));
        manager.start("c");
        MachineSample sample = sample("c");
        assertThat(sample.condition()).isEqualTo(Condition.FAILED);
        assertThat(sample.message().orElseThrow()).contains(missing.toString()).doesNotContain("\n");
    }

    @Test
    void aMachineThatIsOnIsNeitherDeletedNorChanged() throws Exception {
        manager.start("a");
        assertThatThrownBy(() -> manager.delete("a")).hasMessage("'a' is on: power it off to delete it");
        assertThatThrownBy(() -> manager.edit("a", hello("z", Optional.empty())))
                .hasMessage("'a' is on: power it off to change its settings");
    }

    @Test
    void whatIsCreatedChangedAndDeletedIsThereAfterTheNextStart() throws Exception {
        manager.create(hello("c", Optional.empty()));
        manager.edit("a", hello("renamed", Optional.empty()));
        manager.delete("b");
        try (MachineManager next = new MachineManager(store)) {
            assertThat(next.names()).containsExactly("renamed", "c");
        }
        assertThatThrownBy(() -> manager.create(hello("c", Optional.empty())))
                .hasMessage("there is a machine 'c' already");
        assertThatThrownBy(() -> manager.edit("c", hello("renamed", Optional.empty())))
                .hasMessage("there is a machine 'renamed' already");
        assertThatThrownBy(() -> manager.start("b")).hasMessage("there is no machine 'b'");
    }

    @Test
    void whatAnotherProcessAddedIsSeenWithTheNextChange() throws Exception {
        try (MachineManager other = new MachineManager(store)) {
            other.create(hello("theirs", Optional.empty()));
        }
        manager.create(hello("mine", Optional.empty()));
        assertThat(manager.names()).containsExactly("a", "b", "theirs", "mine");
    }

    @Test
    void aCopyHasADiskOfItsOwnWithTheSameContentAndHoles() throws Exception {
        Path disk = folder.resolve("disk.img");
        long size = 64L << 20;
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(size);
            file.seek(3 << 20);
            file.write("in the middle".getBytes(StandardCharsets.US_ASCII));
        }
        manager.create(hello("c", Optional.of(disk)));
        assertThat(manager.copy("c")).isEqualTo("c copy");
        assertThat(manager.copy("c")).isEqualTo("c copy 2");
        Path copy = sample("c copy").definition().disk().orElseThrow();
        assertThat(copy).isEqualTo(folder.resolve("disk-copy.img"));
        assertThat(Files.mismatch(disk, copy)).isEqualTo(-1);
        assertThat(sample("c copy 2").definition().disk()).hasValue(folder.resolve("disk-copy-2.img"));
        // Both have their disk to themselves.
        manager.start("c");
        manager.start("c copy");
        assertThat(List.of(sample("c").condition(), sample("c copy").condition()))
                .containsOnly(Condition.RUNNING);
        assertThatThrownBy(() -> manager.copy("c")).hasMessage("'c' is on: power it off to copy its disk");
    }

    @Test
    void closingSwitchesAllOff() throws Exception {
        manager.start("a");
        manager.start("b");
        manager.close();
        assertThat(manager.countOn()).isZero();
        manager.start("a");
        assertThat(manager.countOn()).isZero();
    }

    @Test
    void whoOpensAConsoleLateMissesNothingAndSeesNothingTwice() throws Exception {
        ConsoleTail tail = new ConsoleTail();
        int lines = 2000;
        Thread guest = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < lines; i++) {
                byte[] line = "%04d\n".formatted(i).getBytes(StandardCharsets.US_ASCII);
                tail.append(line, line.length);
            }
        });
        while (tail.text().isEmpty()) {
            Thread.onSpinWait();
        }
        ConsoleStream stream = tail.open();
        guest.join();
        stream.output().close();
        String all = stream.printed() + new String(stream.output().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(all.lines()).hasSize(lines).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void theScreenIsTheLastLinesWithoutControlSequences() {
        ConsoleTail tail = new ConsoleTail();
        byte[] text = "one\r\n\033[1;32mtwo\033[0m\r\nabc\b\bX\r\n50 %\r99\tlong".getBytes(StandardCharsets.UTF_8);
        tail.append(text, text.length);
        assertThat(tail.screen(3, 6)).containsExactly("two", "aXc", "99 lon");
    }
}
