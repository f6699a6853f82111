package dev.ravel.cli;

import static dev.ravel.memory.LittleEndian.HALFWORD;

import dev.ravel.asm.Disassembler;
import dev.ravel.boot.BootImage;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.extension.Extensions;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ravel disasm}: the instructions of an ELF executable. */
@Command(
        name = "disasm",
        mixinStandardHelpOptions = true,
        description = "Disassemble the executable segments of an ELF file, with its symbols.")
final class DisasmCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "An ELF executable.")
    private Path file = Path.of("");

    @Option(
            names = "--no-aliases",
            description = "Print instructions, not the pseudo-instructions they are written as.")
    private boolean noAliases;

    @Override
    public Integer call() throws ImageException {
        if (!(ImageLoader.load(file) instanceof BootImage.Elf elf)) {
            throw new CliException("disasm " + file + ": not an ELF file; raw code has no addresses");
        }
        Listing listing = new Listing(
                elf,
                new Disassembler(Extensions.RV64, noAliases ? Disassembler.Style.EXACT : Disassembler.Style.PLAIN),
                spec.commandLine().getOut());
        listing.print(file);
        return 0;
    }

    /** The text, section by section. */
    private static final class Listing {
        private final BootImage.Elf elf;
        private final Disassembler disassembler;
        private final PrintWriter out;
        private final TreeMap<Long, String> labels = new TreeMap<>(Long::compareUnsigned);

        Listing(BootImage.Elf elf, Disassembler disassembler, PrintWriter out) {
            this.elf = elf;
            this.disassembler = disassembler;
            this.out = out;
            // Names with a dollar sign mark where code and data begin; they are nobody's labels.
            elf.symbols().values().stream()
                    .filter(s -> !s.name().startsWith("$"))
                    .forEach(s -> labels.merge(s.value(), s.name(), (a, b) -> a.compareTo(b) <= 0 ? a : b));
        }

        void print(Path file) {
            out.printf("%n%s:     file format elf64-littleriscv%n", file);
            for (BootImage.Segment segment : elf.segments()) {
                if (!segment.executable()) {
                    continue;
                }
                long end = segment.virtualAddress() + segment.data().byteSize();
                List<BootImage.Section> sections = elf.code().stream()
                        .filter(s -> Long.compareUnsigned(s.address(), segment.virtualAddress()) >= 0
                                && Long.compareUnsigned(s.address() + s.size(), end) <= 0
                                && s.size() >= 0)
                        .toList();
                if (sections.isEmpty()) {
                    print(
                            "segment at 0x" + Long.toHexString(segment.virtualAddress()),
                            segment.virtualAddress(),
                            segment.data());
                }
                for (BootImage.Section section : sections) {
                    long offset = section.address() - segment.virtualAddress();
                    print(
                            "section " + section.name(),
                            section.address(),
                            segment.data().asSlice(offset, section.size()));
                }
            }
        }

        private void print(String title, long start, MemorySegment data) {
            out.printf("%n%nDisassembly of %s:%n", title);
            long at = 0;
            while (at + 2 <= data.byteSize()) {
                long address = start + at;
                String label = labels.get(address);
                if (label != null) {
                    out.printf("%n%016x <%s>:%n", address, label);
                }
                int bits = data.get(HALFWORD, at) & 0xffff;
                int length = Disassembler.length(bits);
                if (length == 4 && at + 4 <= data.byteSize()) {
                    bits |= data.get(HALFWORD, at + 2) << 16;
                } else {
                    length = 2;
                }
                out.printf(
                        length == 4 ? "%12x:\t%08x          \t%s%s%n" : "%12x:\t%04x                \t%s%s%n",
                        address,
                        bits,
                        disassembler.disassemble(bits, address),
                        target(bits, address, start));
                at += length;
            }
        }

        /** Where a branch goes, as a distance from a label of the same section: {@code  <loop+0x4>}. */
        private String target(int bits, long address, long start) {
            for (Operand operand :
                    Extensions.RV64.identify(bits).map(Instruction::operands).orElse(List.of())) {
                if (operand.kind() == Operand.Kind.PC_OFFSET) {
                    long target = address + operand.extract(bits);
                    Map.Entry<Long, String> label = labels.floorEntry(target);
                    if (label == null || Long.compareUnsigned(label.getKey(), start) < 0) {
                        return "";
                    }
                    long distance = target - label.getKey();
                    return " <" + label.getValue() + (distance == 0 ? "" : "+0x" + Long.toHexString(distance)) + ">";
                }
            }
            return "";
        }
    }
}
