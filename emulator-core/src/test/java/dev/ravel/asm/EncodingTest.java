package dev.ravel.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.asm.instruction.Pseudo;
import dev.ravel.asm.instruction.PseudoTable;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import dev.ravel.extension.Extensions;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every instruction of the tables, with many operands each: against the disassembler, and against GNU {@code as}. */
class EncodingTest {
    private static final int RANDOM_SAMPLES = 40;
    private static final long BASE = 0x8000_0000L;
    private static final int SLOT = 16;

    /** What version 2.40 of GNU as does not know yet. */
    private static final Set<Extension> NEWER = EnumSet.of(
            Extension.ZICOND, Extension.ZFA, Extension.ZCB, Extension.ZACAS, Extension.ZABHA, Extension.ZIHINTNTL);

    private static final Disassembler EXACT = new Disassembler(Extensions.RV64, Disassembler.Style.EXACT);

    @TempDir
    private Path directory;

    static Stream<Instruction> instructions() {
        return Extensions.RV64.all().stream();
    }

    @ParameterizedTest
    @MethodSource("instructions")
    void assemblingWhatWasDisassembledGivesTheSameBytes(Instruction instruction) {
        var source = new StringBuilder();
        List<Integer> encodings = encodings(instruction);
        long address = BASE;
        for (int bits : encodings) {
            source.append(EXACT.disassemble(bits, address)).append('\n');
            address += instruction.length();
        }
        ByteBuffer expected =
                ByteBuffer.allocate(encodings.size() * instruction.length()).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits : encodings) {
            if (instruction.length() == 2) {
                expected.putShort((short) bits);
            } else {
                expected.putInt(bits);
            }
        }
        assertThat(encodings).isNotEmpty();
        assertThat(assemble(option(instruction) + source)).as(source.toString()).isEqualTo(expected.array());
    }

    @Test
    void everyInstructionThatGnuAsKnowsHasTheSameBytes(TestReporter reporter) {
        GnuAssembler.require();
        var gnu = new GnuAssembler(directory);
        List<String> lines = new ArrayList<>();
        List<Instruction> of = new ArrayList<>();
        for (Instruction instruction : Extensions.RV64.all()) {
            for (int bits : encodings(instruction)) {
                lines.add(option(instruction).replace("\n", "; ") + relative(instruction, EXACT.disassemble(bits, 0)));
                of.add(instruction);
            }
        }
        Set<Integer> rejected = gnu.rejectedLines(String.join("\n", lines) + "\n", "-march=" + GnuAssembler.EVERYTHING);
        var unknown = new TreeSet<String>();
        for (int line : rejected) {
            if (NEWER.contains(of.get(line - 1).extension())) {
                unknown.add(of.get(line - 1).mnemonic());
            } else {
                assertThat(lines.get(line - 1)).as("GNU as rejects").matches(EncodingTest::isStricter);
            }
            lines.set(line - 1, "nop");
        }
        reporter.publishEntry("unknown to this GNU as", String.join(" ", unknown));
        compare(gnu, lines, GnuAssembler.EVERYTHING);
    }

    /** Operands that GNU as does not take although they can be encoded: hints, an empty set, a mode that cannot matter. */
    private static boolean isStricter(String line) {
        return line.matches(".*c\\.(slli|srli|srai)\t.*,0x0")
                || line.matches(".*fence\t.*\\b0\\b.*")
                || line.matches(".*fcvt\\..*,(rtz|rdn|rup|rmm|dyn)");
    }

    @Test
    void gnuAsCompressesTheSameInstructionsToTheSameEncodings() {
        GnuAssembler.require();
        var gnu = new GnuAssembler(directory);
        List<String> lines = new ArrayList<>();
        Set<Instruction> bases = new LinkedHashSet<>();
        for (Instruction instruction : Extensions.RV64.all()) {
            if (instruction.extension() == Extension.C) {
                instruction.expansion().ifPresent(expansion -> bases.add(expansion.base()));
            }
        }
        var random = new Random(7);
        for (Instruction base : bases) {
            for (int i = 0; i < 1500; i++) {
                long[] values = new long[base.operands().size()];
                for (int j = 0; j < values.length; j++) {
                    values[j] = likelyValue(base.operands().get(j), values, random);
                }
                int bits = base.encode(values);
                if (Extensions.RV64.identify(bits).equals(Optional.of(base))) {
                    lines.add(relative(base, EXACT.disassemble(bits, 0)));
                }
            }
        }
        compare(gnu, lines, "rv64gc");
    }

    /** Values among which the ones that compress are frequent. */
    private static long likelyValue(Operand operand, long[] before, Random random) {
        while (true) {
            long value = switch (operand.kind()) {
                case X_REGISTER, F_REGISTER ->
                    random.nextInt(3) == 0 ? before[0] & 31 : new int[] {0, 1, 2, 8, 9, 15, 16, 31}[random.nextInt(8)];
                case UPPER_IMMEDIATE -> (long) (random.nextInt(80) - 40) << 12;
                case PC_OFFSET -> (random.nextInt(6000) - 3000) * 2L;
                default ->
                    random.nextInt(4) == 0
                            ? random.nextInt(1200) - 600
                            : (random.nextInt(80) - 40) << random.nextInt(4);
            };
            if (operand.accepts(value)) {
                return value;
            }
        }
    }

    @Test
    void gnuAsMakesTheSameOfPseudoInstructions() {
        GnuAssembler.require();
        var gnu = new GnuAssembler(directory);
        List<String> lines = new ArrayList<>();
        var random = new Random(3);
        for (Pseudo pseudo : new PseudoTable(Extensions.RV64).all()) {
            boolean newer = NEWER.contains(pseudo.base().extension())
                    || pseudo.mnemonic().startsWith("c.ntl");
            for (int i = 0; i < 60 && pseudo.written() && !newer; i++) {
                var text = new StringBuilder(pseudo.mnemonic()).append(' ');
                int next = 0;
                for (char c : pseudo.syntax().toCharArray()) {
                    text.append(c == '%' ? write(pseudo.operands().get(next++), random) : String.valueOf(c));
                }
                lines.add(text.toString());
            }
        }
        compare(gnu, lines, GnuAssembler.EVERYTHING);
    }

    private static String write(Operand operand, Random random) {
        long value = likelyValue(operand, new long[] {random.nextInt(32)}, random);
        return switch (operand.kind()) {
            case X_REGISTER -> "x" + value;
            case F_REGISTER -> "f" + value;
            case PC_OFFSET -> ". + " + value;
            case CSR_NUMBER -> "0x" + Long.toHexString(value);
            case UPPER_IMMEDIATE -> Long.toString(value >>> 12 & 0xfffff);
            default -> Long.toString(value);
        };
    }

    /** Each line at an address of its own, so that every difference is seen by itself. */
    private static void compare(GnuAssembler gnu, List<String> lines, String architecture) {
        var source = new StringBuilder();
        for (String line : lines) {
            source.append(line).append("\n.balign ").append(SLOT).append('\n');
        }
        gnu.link(
                source.toString(),
                List.of("-mno-relax", "-march=" + architecture),
                "-Ttext=0x" + Long.toHexString(BASE),
                "-e",
                "0");
        byte[] expected = gnu.section(".text");
        Program program = new Assembler(AssemblerOptions.standard().relaxed(false))
                .assemble(List.of(new Source("all.s", source.toString())));
        byte[] actual = program.section(".text").orElseThrow().bytes();
        assertThat(actual.length).isEqualTo(expected.length).isEqualTo(lines.size() * SLOT);
        List<String> different = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!Arrays.equals(actual, i * SLOT, (i + 1) * SLOT, expected, i * SLOT, (i + 1) * SLOT)) {
                different.add(lines.get(i) + " is " + word(actual, i) + ", not " + word(expected, i));
            }
        }
        assertThat(different).isEmpty();
    }

    private static String word(byte[] bytes, int slot) {
        return Integer.toHexString(
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(slot * SLOT));
    }

    /** The text with a branch's target as a distance, so that it does not depend on what comes before. */
    private static String relative(Instruction instruction, String text) {
        boolean branch = instruction.operands().stream().anyMatch(operand -> operand.kind() == Operand.Kind.PC_OFFSET);
        return branch ? text.replaceAll("0x[0-9a-f]+$", ". + $0") : text;
    }

    private static String option(Instruction instruction) {
        return instruction.length() == 2 ? ".option rvc\n" : ".option norvc\n";
    }

    private static byte[] assemble(String source) {
        return Assembler.assemble("test.s", source)
                .section(".text")
                .orElseThrow()
                .bytes();
    }

    /** Encodings with the extremes of each operand, and others at random. */
    private static List<Integer> encodings(Instruction instruction) {
        var random = new Random(instruction.mnemonic().hashCode());
        Set<Integer> encodings = new LinkedHashSet<>();
        int patterns = RANDOM_SAMPLES + 2;
        for (int i = 0; i < patterns; i++) {
            int bits = i == 0 ? 0 : i == 1 ? -1 : random.nextInt();
            int encoding = instruction.match();
            boolean accepted = true;
            for (Operand operand : instruction.operands()) {
                long value = operand.extract(bits);
                accepted &= operand.accepts(value);
                if (accepted) {
                    encoding = operand.insert(encoding, value);
                }
            }
            if (accepted && Extensions.RV64.identify(encoding).equals(Optional.of(instruction))) {
                encodings.add(encoding);
            }
        }
        return List.copyOf(encodings);
    }
}
