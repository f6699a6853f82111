package dev.ravel.testroms;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.Disassembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import dev.ravel.extension.Extensions;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Measures what instructions compute, with QEMU's user-mode emulator as the oracle, and writes the table that {@code
 * results.s} checks. Run {@link #main} after a change of {@code lib/measure.s} or for new instructions.
 */
final class ResultTable {
    /** Where Linux programs are usually linked. */
    private static final long PROGRAM = 0x1_0000;

    /** QEMU 7.2 counts in all 64 bits: {@code ctzw} of {@code 1 << 63} is 63 there, not 32. */
    private static final Set<String> WRONG_IN_THE_ORACLE = Set.of("ctzw");

    private static final long DYNAMIC = 7;
    private static final long TOWARDS_ZERO = 1;

    private static final String CPU = "rv64,zba=on,zbb=on,zbc=on,zbs=on,zbkb=on,zbkx=on,Zfh=on,Zfhmin=on";

    /** Runs {@code measure} and writes its eight bytes to standard output. */
    private static final String HARNESS = """
                    .globl  _start
            _start: lla     s1, under_test
                    li      s2, KIND
                    call    measure
                    addi    sp, sp, -16
                    sd      a0, (sp)
                    li      a0, 1
                    mv      a1, sp
                    li      a2, 8
                    li      a7, 64
                    ecall
                    li      a0, 0
                    li      a7, 93
                    ecall
                    .include "lib/measure.s"
                    .balign 4
            under_test:
                    .4byte  ENCODING
                    ret
            """;

    private ResultTable() {}

    /**
     * An instruction with its operands chosen.
     *
     * @param kind of its operands, as {@code lib/measure.s} numbers them
     */
    record Case(Instruction instruction, int encoding, int kind) {}

    /** All cases: every pure instruction of 32 bits that the oracle gets right, those with immediates with several. */
    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Instruction instruction : Extensions.RV64.all()) {
            if (instruction.operation() instanceof Operation.Pure
                    && instruction.length() == 4
                    && !WRONG_IN_THE_ORACLE.contains(instruction.mnemonic())) {
                for (long immediate : immediates(instruction)) {
                    cases.add(new Case(instruction, encode(instruction, immediate), kind(instruction)));
                }
            }
        }
        return cases;
    }

    private static List<Long> immediates(Instruction instruction) {
        List<Long> chosen = new ArrayList<>();
        for (Operand operand : instruction.operands()) {
            if (operand.role() == Operand.Role.IMM) {
                for (long value : new long[] {0, 1, 5, 31, 63, -1, -2048, 0x7ff, 0x1234_5000, -0x8000_0000L}) {
                    if (operand.accepts(value)) {
                        chosen.add(value);
                    }
                }
            }
        }
        return chosen.isEmpty() ? List.of(0L) : chosen;
    }

    private static int encode(Instruction instruction, long immediate) {
        return instruction.encode(instruction.operands().stream()
                .mapToLong(operand -> switch (operand.role()) {
                    case RD -> 12;
                    case RS1 -> 10;
                    case RS2 -> 11;
                    case RS3 -> 13;
                    case IMM -> immediate;
                    case ROUNDING_MODE -> operand.accepts(DYNAMIC) ? DYNAMIC : TOWARDS_ZERO;
                    case CSR, PREDECESSOR, SUCCESSOR -> throw new IllegalStateException(instruction + " is not pure");
                })
                .toArray());
    }

    private static int kind(Instruction instruction) {
        boolean fromFloats = instruction.operands().stream()
                .anyMatch(o -> o.kind() == Operand.Kind.F_REGISTER && o.role() != Operand.Role.RD);
        if (!fromFloats) {
            return 0;
        }
        String mnemonic = instruction.mnemonic();
        return switch (mnemonic.substring(mnemonic.lastIndexOf('.') + 1)) {
            case "h" -> 1;
            case "s", "w" -> 2;
            case "d" -> 3;
            default -> throw new IllegalStateException("operands of " + mnemonic);
        };
    }

    /** What the oracle computes, or nothing if it doesn't know the instruction. */
    private static OptionalLong measure(Case c) throws IOException, InterruptedException {
        AssemblerOptions options = AssemblerOptions.standard()
                .base(PROGRAM)
                .segmentAlignment(4096)
                .define("KIND", c.kind)
                .define("ENCODING", c.encoding & 0xffff_ffffL)
                .resolver((name, includedFrom) -> TestRom.read(name));
        Program program = new Assembler(options).assemble(List.of(new Source("harness.s", HARNESS)));
        Path file = Files.createTempFile("ravel-measure", ".elf");
        try {
            Files.write(file, ElfWriter.write(program));
            file.toFile().setExecutable(true);
            Process qemu = new ProcessBuilder("qemu-riscv64", "-cpu", CPU, file.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            byte[] output = qemu.getInputStream().readAllBytes();
            return qemu.waitFor() == 0 && output.length == 8
                    ? OptionalLong.of(ByteBuffer.wrap(output)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong())
                    : OptionalLong.empty();
        } finally {
            Files.delete(file);
        }
    }

    private static String version() throws IOException {
        Process qemu = new ProcessBuilder("qemu-riscv64", "--version").start();
        String text = new String(qemu.getInputStream().readAllBytes());
        return text.lines().findFirst().orElseThrow();
    }

    /** Writes the table to the file named by the only argument. */
    public static void main(String[] arguments) throws Exception {
        StringBuilder table = new StringBuilder();
        table.append("# Written by ResultTable (in the tests of this module), measured with\n#   ")
                .append(version())
                .append("\n#   qemu-riscv64 -cpu ")
                .append(CPU)
                .append("\n# Instructions that it doesn't know are missing here.\n\n");
        int number = 0;
        for (Case c : cases()) {
            OptionalLong result = measure(c);
            if (result.isPresent()) {
                number++;
                table.append(String.format(
                        "        result  %d, 0x%08x, %d, 0x%016x # %s%n",
                        number, c.encoding, c.kind, result.getAsLong(), text(c)));
            }
        }
        try {
            Files.writeString(Path.of(arguments[0]), table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Case c) {
        return new Disassembler(Extensions.RV64, Disassembler.Style.PLAIN)
                .disassemble(c.encoding, 0)
                .replace('\t', ' ');
    }
}
