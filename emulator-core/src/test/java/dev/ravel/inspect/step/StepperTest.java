package dev.ravel.inspect.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.device.ConsolePort;
import dev.ravel.device.QueuedConsole;
import dev.ravel.engine.EveryEngine;
import dev.ravel.engine.TestEngine;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.Board;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.snapshot.EverythingProgram;
import dev.ravel.snapshot.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StepperTest {
    private static final int MEMORY = 4 << 20;

    @TempDir
    private Path folder;

    private int disks;

    private Path disk() throws IOException {
        byte[] content = new byte[8 * 512];
        new Random(1).nextBytes(content);
        return Files.write(folder.resolve("disk" + ++disks), content);
    }

    /** A machine in which timer, serial port and a disk that is written to have always something under way. */
    private MachineBuilder busy(TestEngine engine, Path disk, ConsolePort console) {
        return Machine.builder()
                .memory(MEMORY)
                .bios(new Bios.None())
                .kernel(EverythingProgram.writing())
                .add(new DiskConfig(disk, false, true))
                .deterministic()
                .engine(engine.name())
                .console(console);
    }

    /** All that can be seen of a machine, in one number; after a restore the console is always asked for input once more. */
    private static int state(Machine machine) {
        Snapshot snapshot = machine.snapshot();
        List<String> lines = snapshot.lines().stream()
                .filter(line -> !line.contains("/inputQueued "))
                .toList();
        int[] hash = {lines.hashCode()};
        snapshot.memory()
                .forEach((number, bytes) ->
                        hash[0] = 31 * (31 * hash[0] + number) + Arrays.hashCode(bytes.toArray(ValueLayout.JAVA_BYTE)));
        return hash[0];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void forwardTo(Stepper stepper, long position, TestEngine engine) {
        while (stepper.position() < position) {
            assertThat(stepper.forward(Math.min(engine.slice(), position - stepper.position())))
                    .isEqualTo(new StepResult.There());
        }
    }

    @EveryEngine(variations = EveryEngine.Variation.SLICES)
    void everyStateOfTheWayForwardIsThereAgainOnTheWayBack(TestEngine engine) throws IOException {
        Path disk = disk();
        byte[] content = Files.readAllBytes(disk);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ConsoleRecording console = new ConsoleRecording(new QueuedConsole(100, printed::write));
        long from = 4500;
        long to = 4800;
        try (Machine machine = busy(engine, disk, console).build()) {
            Stepper stepper = new Stepper(machine, console, 400, 6);
            forwardTo(stepper, 1000, engine);
            stepper.type(bytes("abc"));
            forwardTo(stepper, from, engine);
            List<Integer> states = new ArrayList<>();
            long traps = machine.harts().getFirst().trapsTaken;
            int printedBefore = printed.size();
            for (long at = from; at < to; at++) {
                if (at == from + 10) {
                    stepper.type(bytes("hello, world"));
                }
                states.add(state(machine));
                stepper.forward(1);
                assertThat(stepper.position()).isEqualTo(at + 1);
            }
            assertThat(machine.harts().getFirst().trapsTaken).as("interrupts").isGreaterThan(traps + 3);
            assertThat(printed.size()).as("answers").isGreaterThan(printedBefore);
            forwardTo(stepper, 9000, engine);
            int last = state(machine);
            String text = printed.toString();

            for (long at : new long[] {to - 1, from, from + 150, 9000, from + 149}) {
                assertThat(stepper.goTo(at)).isEqualTo(new StepResult.There());
                assertThat(state(machine))
                        .as("step %d", at)
                        .isEqualTo(at == 9000 ? last : states.get((int) (at - from)));
            }
            stepper.goTo(to);
            for (long at = to - 1; at >= from; at--) {
                stepper.back(1);
                assertThat(stepper.position()).isEqualTo(at);
                assertThat(state(machine)).as("step %d", at).isEqualTo(states.get((int) (at - from)));
            }
            forwardTo(stepper, 9000, engine);
            assertThat(state(machine)).isEqualTo(last);
            assertThat(printed).as("each byte once").hasToString(text);
            assertThat(console.printed()).isEqualTo(text.length());
            assertThat(stepper.back(10_000)).isEqualTo(new StepResult.Beginning());
            assertThat(console.printed()).isZero();
        }
        assertThat(disk).hasBinaryContent(content);
    }

    @EveryEngine(variations = EveryEngine.Variation.SLICES)
    void steppingChangesNothing(TestEngine engine) throws Exception {
        ConsoleRecording console = new ConsoleRecording(ConsolePort.NONE);
        int stepped;
        long typedAt;
        long end;
        try (Machine machine = busy(engine, disk(), console).build()) {
            Stepper stepper = new Stepper(machine, console, 300, 5);
            forwardTo(stepper, 3000, engine);
            typedAt = machine.instructionsRetired();
            stepper.type(bytes("abc"));
            forwardTo(stepper, 5000, engine);
            stepper.back(1500);
            stepper.backTo(new Goal.Trap(), 1000);
            stepper.forwardTo(new Goal.DeviceAccess(Optional.empty()), 1000);
            forwardTo(stepper, 6000, engine);
            end = machine.instructionsRetired();
            stepped = state(machine);
        }
        QueuedConsole queue = new QueuedConsole(10, (b, o, l) -> {});
        try (Machine machine = busy(engine, disk(), queue).build()) {
            for (long target : new long[] {typedAt, end}) {
                while (machine.instructionsRetired() < target) {
                    machine.advance(target - machine.instructionsRetired());
                }
                if (target == typedAt) {
                    queue.type(bytes("abc"));
                }
            }
            assertThat(state(machine)).isEqualTo(stepped);
        }
    }

    @EveryEngine(variations = {})
    void whatWasMetOnTheWayForwardIsMetOnTheWayBack(TestEngine engine) throws IOException {
        ConsoleRecording console = new ConsoleRecording(ConsolePort.NONE);
        try (Machine machine = busy(engine, disk(), console).build()) {
            Stepper stepper = new Stepper(machine, console, 100, 20);
            for (Goal goal : List.of(
                    new Goal.Trap(),
                    new Goal.DeviceAccess(Optional.empty()),
                    new Goal.DeviceAccess(Optional.of("plic")))) {
                stepper.goTo(3000);
                List<StepEvent> forward = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    StepEvent event = ((StepResult.Found) stepper.forwardTo(goal, 2000)).event();
                    assertThat(stepper.position()).isEqualTo(event.position() + 1);
                    forward.add(event);
                }
                List<StepEvent> back = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                    StepEvent event = ((StepResult.Found) stepper.backTo(goal, 5000)).event();
                    assertThat(stepper.position()).isEqualTo(event.position());
                    assertThat(machine.harts().getFirst().pc).isEqualTo(event.pc());
                    back.add(event);
                }
                Collections.reverse(back);
                assertThat(back).as(goal.toString()).isEqualTo(forward);
                stepper.goTo(3000);
                List<StepEvent> slowly = new ArrayList<>();
                while (slowly.size() < 12) {
                    if (stepper.forwardTo(goal, 1) instanceof StepResult.Found(StepEvent event)) {
                        slowly.add(event);
                    }
                }
                assertThat(slowly).isEqualTo(forward);
            }
        }
    }

    @Test
    void whoTypesInThePastBeginsAnotherFuture() throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ConsoleRecording console = new ConsoleRecording(new QueuedConsole(100, printed::write));
        try (Machine machine =
                busy(new TestEngine("interp", Long.MAX_VALUE), disk(), console).build()) {
            Stepper stepper = new Stepper(machine, console, 500, 10);
            stepper.goTo(3000);
            stepper.type(bytes("abcdefgh"));
            stepper.goTo(6000);
            assertThat(printed).hasToString("bcdefghi");
            stepper.goTo(3000);
            stepper.type(bytes("ABCDEFGH"));
            assertThat(stepper.latest()).isEqualTo(3000);
            stepper.goTo(6000);
            assertThat(printed).hasToString("bcdefghiBCDEFGHI");
            stepper.goTo(2000);
            stepper.goTo(6000);
            assertThat(printed).hasToString("bcdefghiBCDEFGHI");
            assertThat(console.printed()).isEqualTo(8);
        }
    }

    @Test
    void whatIsTypedAtTheOtherPortComesAgainAtItsPlace() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        QueuedConsole host = new QueuedConsole(100, printed::write);
        ConsoleRecording console = new ConsoleRecording(host);
        try (Machine machine =
                busy(new TestEngine("interp", Long.MAX_VALUE), disk(), console).build()) {
            host.type(bytes("before"));
            while (machine.instructionsRetired() < 3000) {
                machine.advance(3000 - machine.instructionsRetired());
            }
            Stepper stepper = new Stepper(machine, console, 500, 10);
            stepper.forward(2000);
            host.type(bytes("typed, and never again"));
            stepper.forward(3000);
            String text = printed.toString();
            assertThat(text).isEqualTo("cfgpsfuzqfe-!boe!ofwfs!bhbjo");
            int last = state(machine);
            host.type(bytes("this comes later"));
            stepper.back(4000);
            stepper.forward(4000);
            assertThat(state(machine)).isEqualTo(last);
            stepper.forward(3000);
            assertThat(printed).hasToString(text + "uijt!dpnft!mbufs");
        }
    }

    @EveryEngine(variations = {})
    void oneThatOnlyGoesForwardLetsTheMachineRunInBetween(TestEngine engine) throws IOException {
        try (Machine machine = busy(engine, disk(), ConsolePort.NONE).build()) {
            Stepper stepper = Stepper.forwardOnly(machine);
            assertThat(stepper.forward(10)).isEqualTo(new StepResult.There());
            machine.step(100);
            long ran = stepper.position();
            assertThat(ran).isGreaterThan(100);
            assertThat(stepper.back(1)).isEqualTo(new StepResult.Beginning());
            assertThat(stepper.backTo(new Goal.Trap(), 100)).isEqualTo(new StepResult.Beginning());
            assertThat(stepper.position()).isEqualTo(ran);
            assertThat(stepper.forwardTo(new Goal.Trap(), 10_000)).isInstanceOf(StepResult.Found.class);
            machine.reset();
            long reset = stepper.position();
            assertThat(stepper.forward(1)).isEqualTo(new StepResult.There());
            assertThat(stepper.position()).isEqualTo(reset + 1);
        }
    }

    @EveryEngine(variations = {})
    void aResetIsANewBeginning(TestEngine engine) throws IOException {
        try (Machine machine = busy(engine, disk(), ConsolePort.NONE).build()) {
            Stepper stepper = Stepper.of(machine);
            while (stepper.position() < 3000) {
                assertThat(stepper.advance(100)).isEqualTo(new StepResult.There());
            }
            stepper.reset();
            assertThat(machine.instructionsRetired()).isZero();
            long from = stepper.position();
            int first = state(machine);
            stepper.forward(2000);
            assertThat(stepper.latest()).isEqualTo(from + 2000);
            assertThat(stepper.back(5000)).isEqualTo(new StepResult.Beginning());
            assertThat(state(machine)).isEqualTo(first);
        }
    }

    /** Three traps, then a reset; what would follow it says so on the console. */
    private static final String RESETS_ITSELF = """
            _start:
                lla t0, handler
                csrw mtvec, t0
                ecall
                ecall
                ecall
                li t0, 0x100000
                li t1, 0x7777
                sw t1, (t0)
                li t0, 0x10000000
                li t1, 'X'
                sb t1, (t0)
            9:  j 9b
                .align 2
            handler:
                csrr t0, mepc
                addi t0, t0, 4
                csrw mepc, t0
                mret
            """;

    private static MachineBuilder resetting(TestEngine engine, ConsolePort console) throws ImageException {
        return Machine.builder()
                .memory(MEMORY)
                .bios(new Bios.None())
                .kernel(ImageLoader.parse("program", ElfWriter.write(Assembler.assemble("program.s", RESETS_ITSELF))))
                .deterministic()
                .engine(engine.name())
                .console(console);
    }

    @EveryEngine(variations = EveryEngine.Variation.SLICES)
    void aGuestThatResetsItselfStandsAtItsBeginningWithNoInstructionInBetween(TestEngine engine) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ConsoleRecording console = new ConsoleRecording(new QueuedConsole(100, printed::write));
        try (Machine machine = resetting(engine, console).build()) {
            Stepper stepper = new Stepper(machine, console, 20, 6);
            for (int round = 0; round < 20; round++) {
                StepResult result;
                do {
                    result = stepper.forward(Math.min(engine.slice(), 1000));
                } while (result instanceof StepResult.There);
                assertThat(result).isEqualTo(new StepResult.WasReset());
                assertThat(stepper.position()).isZero();
                assertThat(stepper.earliest()).isZero();
                assertThat(machine.harts().getFirst().pc).isEqualTo(Board.BOOT_ROM);
                assertThat(machine.resets()).isEqualTo(round + 1);
            }
            stepper.forward(10);
            assertThat(stepper.back(100)).isEqualTo(new StepResult.Beginning());
            assertThat(stepper.forwardTo(new Goal.Address(1), 1000)).isEqualTo(new StepResult.WasReset());
            assertThat(stepper.forwardTo(new Goal.SystemCall(OptionalInt.empty()), 1000))
                    .isEqualTo(new StepResult.WasReset());
            stepper.forward(7);
            assertThat(stepper.out(1000)).isEqualTo(new StepResult.WasReset());
            assertThat(printed.size())
                    .as("printed after the reset was asked for")
                    .isZero();
        }
    }

    @EveryEngine(variations = {})
    void aMachineThatIsLetRunGoesOnAfterAReset(TestEngine engine) throws Exception {
        try (Machine machine = resetting(engine, ConsolePort.NONE).build()) {
            Stepper stepper = Stepper.of(machine);
            for (int i = 0; i < 1000 && machine.resets() < 3; i++) {
                assertThat(stepper.advance(100)).isEqualTo(new StepResult.There());
            }
            assertThat(machine.resets()).isEqualTo(3);
        }
    }

    @Test
    void aMachineThatCannotBePutBackIsRefused() throws IOException {
        Path disk = disk();
        try (Machine machine = Machine.builder()
                .memory(MEMORY)
                .bios(new Bios.None())
                .kernel(EverythingProgram.writing())
                .build()) {
            assertThatThrownBy(() -> Stepper.of(machine))
                    .hasMessage("only a machine whose time is the count of instructions can step back");
        }
        try (Machine machine = Machine.builder()
                .memory(MEMORY)
                .bios(new Bios.None())
                .kernel(EverythingProgram.writing())
                .add(new DiskConfig(disk, false))
                .deterministic()
                .build()) {
            assertThatThrownBy(() -> Stepper.of(machine))
                    .hasMessage("the disk " + disk.getFileName()
                            + " does not go back with the machine: it must be read-only, or temporary, or not there");
        }
    }
}
