package dev.ravel.cli;

import dev.ravel.asm.Disassembler;
import dev.ravel.boot.BootImage;
import dev.ravel.boot.ImageException;
import dev.ravel.boot.ImageLoader;
import dev.ravel.extension.Extensions;
import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
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
    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "An ELF executable.")
    private Path file = Path.of("");

    @Option(names = "--no-aliases", description = "Print instructions, not the pseudo-instructions they are written as.")
    private boolean noAliases;

    @Override
    public Integer call() throws ImageException {
        if (!(ImageLoader.load("disasm", file) instanceof BootImage.Elf elf)) {
            throw new CliException(file + ": not an ELF file");
        }
        Disassembler disassembler = new Disassembler(
                Extensions.RV64, noAliases ? Disassembler.Style.EXACT : Disassembler.Style.PLAIN);
        Map<Long, String> labels = labels(elf);
        PrintWriter out = spec.commandLine().getOut();
        for (BootImage.Segment segment : elf.segments()) {
            if (segment.executable()) {
                print(out, disassembler, segment, labels);
            }
        }
        out.flush();
        return 0;
    }

    private static Map<Long, String> labels(BootImage.Elf elf) {
        Map<Long, String> labels = new TreeMap<>();
        elf.symbols().values().stream()
                .filter(s -> !s.name().startsWith("$"))
                .forEach(s -> labels.merge(s.value(), s.name(), (a, b) -> a.compareTo(b) <= 0 ? a : b));
        return labels;
    }

    private static void print(
            PrintWriter out, Disassembler disassembler, BootImage.Segment segment, Map<Long, String> labels) {
        MemorySegment data = segment.data();
        long at = 0;
        while (at + 2 <= data.byteSize()) {
            long address = segment.virtualAddress() + at;
            String label = labels.get(address);
            if (label != null) {
                out.printf("%n%016x <%s>:%n", address, label);
            }
            int bits = data.get(HALF, at) & 0xffff;
            int length = Disassembler.length(bits);
            if (length == 4 && at + 4 <= data.byteSize()) {
                bits |= data.get(HALF, at + 2) << 16;
            } else {
                length = 2;
            }
            out.printf(
                    length == 4 ? "%8x:\t%08x          \t%s%n" : "%8x:\t%04x                \t%s%n",
                    address,
                    bits,
                    disassembler.disassemble(bits, address));
            at += length;
        }
    }
}
