package dev.ravel.testroms.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ravel.asm.Disassembler;
import dev.ravel.extension.Extensions;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random programs leave behind what they leave behind on QEMU: every register, the flags, memory, and which traps were taken.
 * Skipped where {@code qemu-system-riscv64} is not installed.
 *
 * <p>Many programs: {@code -Dravel.random.qemu=1000000}, others than last time: {@code -Dravel.random.seed=2}. A difference is
 * reported with the number of its program, which can be run alone: {@code -Dravel.random.first=1234 -Dravel.random.qemu=1}.
 */
class QemuComparisonTest {
    private static final System.Logger LOG = System.getLogger(QemuComparisonTest.class.getName());
    private static final long PROGRAMS = Long.getLong("ravel.random.qemu", 2000);
    private static final long FIRST = Long.getLong("ravel.random.first", 0);
    private static final long SEED = Long.getLong("ravel.random.seed", 1);
    private static final int BATCH = 5000;
    private static final Disassembler DISASSEMBLER =
            new Disassembler(Extensions.RV64, new Disassembler.Style(false, false));
    private static final int REPORTED = Integer.getInteger("ravel.random.reported", 5);

    @TempDir
    private Path folder;

    @Test
    void randomProgramsLeaveBehindWhatTheyDoOnQemu() throws Exception {
        Optional<QemuOracle> found = QemuOracle.find();
        assumeTrue(found.isPresent(), "qemu-system-riscv64 is not installed");
        QemuOracle qemu = found.get();
        LOG.log(System.Logger.Level.INFO, "left out: " + qemu.excluded());
        ProgramGenerator generator =
                new ProgramGenerator(Vocabulary.without(instruction -> !qemu.knows(instruction)), QemuOracle.LIBERTIES);
        List<String> differences = new ArrayList<>();
        long start = System.nanoTime();
        try (ProgramMachine machine = new ProgramMachine("interp")) {
            for (long done = 0; done < PROGRAMS && differences.size() < REPORTED; ) {
                Batch batch = new Batch();
                long next = done;
                while (next < Math.min(PROGRAMS, done + BATCH)
                        && batch.add(generator.generate((SEED << 40) + FIRST + next))) {
                    next++;
                }
                List<ProgramResult> theirs = batch.results(qemu.run(batch, folder));
                for (int i = 0; i < batch.programs().size(); i++) {
                    RandomProgram program = batch.programs().get(i);
                    machine.load(program);
                    assertThat(machine.run(Comparison.BUDGET, Comparison.BUDGET))
                            .isTrue();
                    List<String> lines = ProgramResult.of(machine).differences(theirs.get(i));
                    if (!lines.isEmpty() && differences.size() < REPORTED) {
                        lines.addAll(alone(qemu, machine, program));
                        differences.add("program " + (program.seed() - (SEED << 40)) + " (" + program.mode() + "):\n  "
                                + String.join("\n  ", lines));
                    }
                }
                done = next;
                double seconds = (System.nanoTime() - start) / 1e9;
                LOG.log(
                        System.Logger.Level.INFO,
                        String.format(
                                "QEMU: %d programs, %d differ, %.0f programs a second",
                                done, differences.size(), done / seconds));
            }
        }
        assertThat(differences).as(String.join("\n", differences)).isEmpty();
    }

    /** Where a program that ran last here first differs from itself on QEMU. */
    private List<String> alone(QemuOracle qemu, ProgramMachine machine, RandomProgram program)
            throws IOException, InterruptedException {
        Batch alone = new Batch();
        alone.add(program);
        byte[] there = qemu.run(alone, folder);
        byte[] here = machine.memory().toArray(ValueLayout.JAVA_BYTE);
        return List.of(
                firstTrapThatDiffers(program, Batch.traps(here), Batch.traps(there)), firstDataThatDiffer(here, there));
    }

    private static String firstTrapThatDiffers(RandomProgram program, List<long[]> ours, List<long[]> theirs) {
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            if (!Arrays.equals(ours.get(i), theirs.get(i))) {
                return "trap " + i + ": " + trap(program, ours.get(i)) + " here, " + trap(program, theirs.get(i))
                        + " there";
            }
        }
        return "the logged traps are alike";
    }

    private static String firstDataThatDiffer(byte[] here, byte[] there) {
        int from = (int) (Layout.DATA - Layout.BASE);
        int to = from + Layout.DATA_SIZE;
        int at = Arrays.mismatch(here, from, to, there, from, to);
        return at < 0
                ? "alone, the data are alike"
                : String.format(
                        "byte of data at 0x%x: 0x%02x here, 0x%02x there",
                        Layout.DATA + at, here[from + at] & 0xff, there[from + at] & 0xff);
    }

    private static String trap(RandomProgram program, long[] trap) {
        long offset = trap[1] - program.mode().virtual(Layout.PROGRAM);
        String instruction = "";
        if (offset >= 0 && offset < program.code().length) {
            int bits = 0;
            for (int i = 3; i >= 0; i--) {
                bits = bits << 8 | (offset + i < program.code().length ? program.code()[(int) offset + i] & 0xff : 0);
            }
            instruction = " (" + DISASSEMBLER.disassemble(bits, trap[1]).replace('\t', ' ') + ")";
        }
        return String.format("cause %d at 0x%x%s, value 0x%x", trap[0], trap[1], instruction, trap[2]);
    }
}
