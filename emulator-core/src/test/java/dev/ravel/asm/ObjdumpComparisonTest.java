package dev.ravel.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ravel.asm.instruction.PseudoTable;
import dev.ravel.extension.Extensions;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The decoder and the disassembler against GNU binutils: every 16-bit word, and many 32-bit words. Version 2.40 is the oldest
 * that is common; what it does not know is listed here, and nothing else may differ.
 */
class ObjdumpComparisonTest {
    private static final String AS = "riscv64-unknown-elf-as";
    private static final String OBJCOPY = "riscv64-unknown-elf-objcopy";
    private static final String OBJDUMP = "riscv64-unknown-elf-objdump";
    private static final String ARCHITECTURE =
            "rv64gc_zicsr_zifencei_zba_zbb_zbc_zbs_zbkb_zbkx_zfh_zicbom_zicbop_zicboz_zawrs" + "_svinval_zihintpause";
    private static final int EACH = 300;
    private static final int RANDOM_WORDS = 200_000;

    /** Extensions that version 2.40 does not know. */
    private static final Set<Extension> NEWER =
            EnumSet.of(Extension.ZICOND, Extension.ZFA, Extension.ZCB, Extension.ZACAS, Extension.ZABHA);

    /** Registers that version 2.40 does not know. */
    private static final Set<String> NEWER_CSRS =
            Set.of("ssp", "jvt", "scountinhibit", "srmcfg", "mnscratch", "mnepc", "mncause", "mnstatus");

    /** Where binutils take only one value of a field that the specification says to ignore. */
    private static final Set<String> LAXER =
            Set.of("fence", "fence.i", "fence.tso", "fcvt.d.w", "fcvt.d.wu", "fcvt.d.s", "fcvt.s.h", "fcvt.d.h");

    /** {@code   address: bits  mnemonic operands # comment}. */
    private static final Pattern LINE = Pattern.compile("\\s*[0-9a-f]+:\\t[0-9a-f ]+\\t(.*)");

    private static final PseudoTable PSEUDOS = new PseudoTable(Extensions.RV64);

    @TempDir
    private Path directory;

    @BeforeAll
    static void requireObjdump() {
        assumeTrue(found(), OBJDUMP + " is not installed");
    }

    private static boolean found() {
        for (String path : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(path, OBJDUMP))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void everyCompressedWord() {
        int[] words = new int[3 << 14];
        for (int i = 0, word = 0; word < 1 << 16; word++) {
            if ((word & 3) != 3) {
                words[i++] = word;
            }
        }
        compare(words, 2, Disassembler.Style.EXACT);
    }

    @Test
    void everyInstructionWithRandomOperands() {
        Random random = new Random(2);
        List<Integer> words = new ArrayList<>();
        for (Instruction instruction : Extensions.RV64.all()) {
            if (instruction.length() == 4) {
                for (int i = 0; i < EACH; i++) {
                    words.add(instruction.match() | random.nextInt() & ~instruction.mask());
                }
            }
        }
        compare(words.stream().mapToInt(word -> word).toArray(), 4, Disassembler.Style.EXACT);
    }

    @Test
    void everyInstructionAsPeopleWriteIt() {
        Random random = new Random(4);
        List<Integer> words = new ArrayList<>();
        for (Instruction instruction : Extensions.RV64.all()) {
            if (instruction.length() == 4) {
                for (int i = 0; i < EACH; i++) {
                    words.add(instruction.match() | withSpecialRegisters(random) & ~instruction.mask());
                }
            }
        }
        compare(words.stream().mapToInt(word -> word).toArray(), 4, Disassembler.Style.PLAIN);
    }

    /** Random bits in which registers are often {@code zero} or {@code ra} or the same, and immediates 0 or -1. */
    private static int withSpecialRegisters(Random random) {
        int rd = random.nextInt(3) == 0 ? random.nextInt(2) : random.nextInt(32);
        int rs1 = random.nextInt(3) == 0 ? random.nextInt(2) : random.nextInt(32);
        int rs2 = random.nextInt(3) == 0 ? random.nextBoolean() ? 0 : rs1 : random.nextInt(32);
        int funct7 = random.nextInt(3) == 0 ? 0 : random.nextInt(128);
        int bits = funct7 << 25 | rs2 << 20 | rs1 << 15 | random.nextInt(8) << 12 | rd << 7;
        return random.nextInt(8) == 0 ? bits | 0xfff << 20 : bits;
    }

    @Test
    void randomWords() {
        Random random = new Random(3);
        int[] words = random.ints()
                .map(word -> word | 3)
                .filter(word -> (word & 0x1c) != 0x1c) // the start of a longer instruction
                .limit(RANDOM_WORDS)
                .toArray();
        compare(words, 4, Disassembler.Style.EXACT);
    }

    private void compare(int[] words, int length, Disassembler.Style style) {
        Disassembler disassembler = new Disassembler(Extensions.RV64, style);
        List<String> theirs = objdump(words, length, style);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            String expected = inOurWords(theirs.get(i));
            String ours = inTheirWords(disassembler.disassemble(words[i], (long) i * length), expected);
            if (!expected.equals(ours) && !isKnown(words[i], expected, ours)) {
                differences.add("%08x: %s, not %s".formatted(words[i], theirs.get(i), ours));
            }
        }
        assertThat(differences).isEmpty();
    }

    /** What binutils spell differently. */
    private static String inOurWords(String theirs) {
        if (theirs.equals("c.addi\tx0,0")) {
            return "c.nop";
        }
        Matcher byZero = Pattern.compile("(c\\.s[lr][la]i)64\t(x\\d+)").matcher(theirs);
        if (byZero.matches()) {
            return byZero.group(1) + "\t" + byZero.group(2) + ",0x0";
        }
        if (theirs.startsWith("fence\t")) {
            return theirs.replace("unknown", "0");
        }
        if (theirs.startsWith("csr")) {
            // The upper halves of 64-bit registers and odd ones of the PMP configuration exist in RV32 only.
            Matcher csr = Pattern.compile("\\b(\\w+h|pmpcfg\\d*[13579])\\b").matcher(theirs);
            return csr.find() && CsrNumber.byName(csr.group(1)).isEmpty() ? csr.replaceFirst("RV32") : theirs;
        }
        return theirs;
    }

    /** What they know by another name, or not at all. */
    private static String inTheirWords(String ours, String theirs) {
        if (!ours.startsWith("csr")) {
            return ours;
        }
        if (theirs.contains("RV32")) {
            return ours.replaceFirst("0x\\w+", "RV32");
        }
        return Pattern.compile("\\w+")
                .matcher(ours)
                .replaceAll(word -> NEWER_CSRS.contains(word.group())
                        ? "0x"
                                + Integer.toHexString(
                                        CsrNumber.byName(word.group()).orElseThrow())
                        : word.group());
    }

    private static boolean isKnown(int bits, String theirs, String ours) {
        Optional<Instruction> found = Extensions.RV64.identify(bits);
        if (found.isEmpty()) {
            String mnemonic = theirs.split("[\t]")[0];
            boolean reservedRounding = theirs.endsWith(",unknown");
            boolean reservedCompressed = theirs.equals("c.unimp") || theirs.equals("c.addi16sp\tx2,0");
            boolean notOurs = Extensions.RV64
                    .byMnemonic(mnemonic.replaceAll("\\.(aq|rl|aqrl)$", ""))
                    .isEmpty();
            return ours.startsWith(".") && (reservedRounding || reservedCompressed || notOurs);
        }
        String[] parts = theirs.split("\t", 2);
        if (parts.length == 2
                && ours.endsWith("\t" + parts[1])
                && PSEUDOS.named(parts[0]).stream().anyMatch(pseudo -> pseudo.base() == found.get())) {
            return true; // add t0,t0,1 for addi
        }
        if (theirs.startsWith("add\tx0,x0,") || theirs.startsWith("add\tzero,zero,")) {
            return found.get().extension() == Extension.ZIHINTNTL;
        }
        return theirs.startsWith(".")
                && (NEWER.contains(found.get().extension())
                        || LAXER.contains(found.get().mnemonic()));
    }

    private List<String> objdump(int[] words, int length, Disassembler.Style style) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * length).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            if (length == 2) {
                bytes.putShort((short) word);
            } else {
                bytes.putInt(word);
            }
        }
        try {
            Path source = Files.createFile(directory.resolve("empty.s"));
            Path object = directory.resolve("words.o");
            Path image = Files.write(directory.resolve("words.bin"), bytes.array());
            // Only an ELF's attributes tell which extensions to look for.
            run(AS, "-march=" + ARCHITECTURE, source.toString(), "-o", object.toString());
            run(OBJCOPY, "--update-section", ".text=" + image, object.toString());
            Process process = start(
                    OBJDUMP,
                    "-M",
                    style == Disassembler.Style.EXACT ? "no-aliases,numeric,priv-spec=1.12" : "priv-spec=1.12",
                    "-d",
                    "-z",
                    object.toString());
            List<String> lines = process.inputReader()
                    .lines()
                    .map(LINE::matcher)
                    .filter(Matcher::matches)
                    .map(line -> line.group(1).replaceAll("\\s+#.*| <.*>", ""))
                    .toList();
            assertThat(lines).hasSize(words.length);
            Files.delete(source);
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) throws IOException {
        assertThat(start(command).onExit().join().exitValue())
                .as(String.join(" ", command))
                .isZero();
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
