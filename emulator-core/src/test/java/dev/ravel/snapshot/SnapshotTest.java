package dev.ravel.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.device.QueuedConsole;
import dev.ravel.engine.EveryEngine;
import dev.ravel.engine.TestEngine;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.Bios;
import dev.ravel.machine.config.DiskConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SnapshotTest {
    private static final int MEMORY = 4 << 20;

    /** When something is typed, and what: fewer characters than make an interrupt, so there is a timeout to wait for. */
    private static final List<Typing> TYPED = List.of(new Typing(1000, "abc"), new Typing(4200, "hello, world"));

    private static final long END = 9000;

    private record Typing(long retired, String text) {}

    @TempDir
    private Path folder;

    private int disks;

    /** A disk, always the same; each machine locks its own. */
    private Path disk() {
        byte[] content = new byte[8 * 512];
        new Random(1).nextBytes(content);
        try {
            return Files.write(folder.resolve("disk" + ++disks), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A machine with the program, and somebody who types at it. */
    private final class Rig implements AutoCloseable {
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        final QueuedConsole console = new QueuedConsole(100, printed::write);
        final Machine machine;
        final long slice;

        Rig(TestEngine engine) {
            machine = alike(engine.name()).console(console).build();
            slice = engine.slice();
        }

        private MachineBuilder alike(String engine) {
            return Machine.builder()
                    .memory(MEMORY)
                    .bios(new Bios.None())
                    .kernel(EverythingProgram.image())
                    .add(new DiskConfig(disk(), true))
                    .deterministic()
                    .engine(engine);
        }

        void runTo(long retired) {
            for (Typing typing : TYPED) {
                if (machine.instructionsRetired() <= typing.retired && typing.retired < retired) {
                    advanceTo(typing.retired);
                    try {
                        console.type(typing.text.getBytes(StandardCharsets.US_ASCII));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            }
            advanceTo(retired);
        }

        private void advanceTo(long retired) {
            for (long now = machine.instructionsRetired(); now < retired; now = machine.instructionsRetired()) {
                machine.advance(Math.min(slice, retired - now));
            }
        }

        /** Runs from here to the end; all that the machine is then. */
        Outcome finish() {
            printed.reset();
            runTo(END);
            return Outcome.of(machine.snapshot(), printed.toString());
        }

        @Override
        public void close() {
            machine.close();
        }
    }

    /** All that can be seen of a machine, a line each, and what it printed. */
    private record Outcome(List<String> lines, String printed) {
        static Outcome of(Snapshot snapshot, String printed) {
            List<String> lines = new ArrayList<>(snapshot.lines());
            snapshot.memory()
                    .forEach((number, bytes) ->
                            lines.add("page " + number + " " + Arrays.hashCode(bytes.toArray(ValueLayout.JAVA_BYTE))));
            return new Outcome(lines, printed);
        }
    }

    @EveryEngine(variations = EveryEngine.Variation.SLICES)
    void aRunGoesOnFromEachSnapshotAsTheFirstOneDid(TestEngine engine) {
        List<Snapshot> snapshots = new ArrayList<>();
        List<Integer> printedBefore = new ArrayList<>();
        Outcome first;
        try (Rig rig = new Rig(engine)) {
            // Some hundred instructions apart, at all kinds of places of the loop and of interrupt handlers.
            for (int i = 0; i < 24; i++) {
                rig.runTo(990 + 151 * i);
                snapshots.add(rig.machine.snapshot());
                printedBefore.add(rig.printed.size());
            }
            rig.runTo(END);
            String printed = rig.printed.toString();
            assertThat(printed).isEqualTo("bcdifmmp-!xpsme");
            first = Outcome.of(rig.machine.snapshot(), printed);

            for (int i : new int[] {23, 0, 11, 5, 17, 1}) {
                rig.machine.restore(snapshots.get(i));
                Outcome again = rig.finish();
                assertThat(again.lines).as("from snapshot %d", i).isEqualTo(first.lines);
                assertThat(again.printed).isEqualTo(printed.substring(printedBefore.get(i)));
            }
        }
        try (Rig fresh = new Rig(engine)) {
            for (int i = 2; i < snapshots.size(); i += 5) {
                fresh.machine.restore(snapshots.get(i));
                assertThat(fresh.finish().lines)
                        .as("from snapshot %d in another machine", i)
                        .isEqualTo(first.lines);
            }
        }
        try (Rig undisturbed = new Rig(engine)) {
            assertThat(undisturbed.finish()).as("without snapshots").isEqualTo(first);
        }
    }

    @EveryEngine(variations = EveryEngine.Variation.SLICES)
    void everyInstructionOfADiskRequestIsAGoodPlaceForASnapshot(TestEngine engine) {
        everyInstructionIsAGoodPlace(engine, 2000, 2090);
    }

    @EveryEngine(variations = EveryEngine.Variation.SLICES)
    void everyInstructionOfTheSerialPortsHandlerIsAGoodPlaceForASnapshot(TestEngine engine) {
        everyInstructionIsAGoodPlace(engine, 4201, 4320);
    }

    private void everyInstructionIsAGoodPlace(TestEngine engine, long from, long to) {
        try (Rig rig = new Rig(engine)) {
            List<Snapshot> snapshots = new ArrayList<>();
            rig.runTo(from);
            while (rig.machine.instructionsRetired() < to) {
                snapshots.add(rig.machine.snapshot());
                rig.advanceTo(rig.machine.instructionsRetired() + 1);
            }
            rig.advanceTo(to + 300);
            List<String> first = Outcome.of(rig.machine.snapshot(), "").lines;
            for (Snapshot snapshot : snapshots) {
                rig.machine.restore(snapshot);
                rig.advanceTo(to + 300);
                assertThat(Outcome.of(rig.machine.snapshot(), "").lines)
                        .as("after " + snapshot.retired(0) + " instructions")
                        .isEqualTo(first);
            }
        }
    }

    @Test
    void whatIsTypedAndNotTakenYetComesAfterwardsWhenASnapshotIsPutBack() throws InterruptedException {
        try (Rig rig = new Rig(new TestEngine("interp", Long.MAX_VALUE))) {
            rig.runTo(2500);
            Snapshot snapshot = rig.machine.snapshot();
            rig.printed.reset();
            rig.console.type("typed ahead".getBytes(StandardCharsets.US_ASCII));
            rig.machine.restore(snapshot);
            rig.advanceTo(4000);
            assertThat(rig.printed).hasToString("bcduzqfe!bifbe");
        }
    }

    @Test
    void aSnapshotCopiesThePagesThatWereWrittenToSinceTheOneBefore() {
        try (Rig rig = new Rig(new TestEngine("interp", Long.MAX_VALUE))) {
            rig.runTo(500);
            Snapshot one = rig.machine.snapshot();
            assertThat(one.memory().copiedPages())
                    .isEqualTo(one.memory().presentPages())
                    .isLessThan(30);
            Snapshot same = rig.machine.snapshot();
            assertThat(same.memory().copiedPages()).isZero();
            rig.runTo(500 + 30);
            Snapshot two = rig.machine.snapshot();
            assertThat(two.memory().copiedPages()).isBetween(1, 4);
            assertThat(two.memory().presentPages())
                    .isBetween(one.memory().presentPages(), one.memory().presentPages() + 4);
            rig.machine.restore(one);
            assertThat(rig.machine.snapshot().memory().copiedPages()).isZero();
        }
    }

    @Test
    void aSnapshotOfAnotherMachineIsRefusedAndNothingHappens() {
        try (Rig rig = new Rig(new TestEngine("interp", Long.MAX_VALUE));
                Machine larger = rig.alike("interp").memory(2 * MEMORY).build();
                Machine diskless = Machine.builder()
                        .memory(MEMORY)
                        .bios(new Bios.None())
                        .kernel(EverythingProgram.image())
                        .deterministic()
                        .build()) {
            rig.runTo(3000);
            Snapshot snapshot = rig.machine.snapshot();
            for (Machine other : List.of(larger, diskless)) {
                other.step(10);
                List<String> before = Outcome.of(other.snapshot(), "").lines;
                assertThatThrownBy(() -> other.restore(snapshot)).isInstanceOf(SnapshotException.class);
                assertThat(Outcome.of(other.snapshot(), "").lines).isEqualTo(before);
            }
            assertThatThrownBy(() -> larger.restore(snapshot))
                    .hasMessage(
                            "the snapshot is of another machine: memory was 4194304 bytes, and is 8388608 bytes in this one");
            assertThatThrownBy(() -> diskless.restore(snapshot))
                    .hasMessage(
                            "the snapshot is of another machine: the device at 0x10001000 was virtio-blk of 4096 bytes, read-only, and is"
                                    + " virtio-slot in this one");
        }
    }

    @Test
    void aRunningMachineGoesOnFromWhereItWasPutBackTo() throws InterruptedException {
        String counting = "_start:\n1: addi s0, s0, 1\n j 1b\n";
        try (Machine machine = Machine.builder()
                .memory(MEMORY)
                .cpus(2)
                .bios(new Bios.None())
                .kernel(EverythingProgram.image(counting))
                .build()) {
            machine.start();
            while (machine.instructionsRetired() == 0) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            Snapshot snapshot = machine.snapshot();
            machine.pause();
            machine.restore(snapshot);
            assertThat(machine.harts().get(1).instret).isEqualTo(snapshot.retired(1));
            machine.resume();
            while (machine.instructionsRetired() <= snapshot.retired(0) + snapshot.retired(1)) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            machine.stop();
            assertThat(machine.end().join()).isEqualTo(new End.Stopped());
            assertThatThrownBy(() -> machine.restore(snapshot)).hasMessage("the machine has ended");
        }
    }
}
