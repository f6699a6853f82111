package dev.ravel.firmware;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Assembles the sources of this module: resources, a directory for each program, whose files include each other by name, and
 * those of the directory {@code shared}.
 */
final class Sources {
    private Sources() {}

    static Program assemble(String directory, String main, long address) {
        byte[] text =
                read(directory, main).orElseThrow(() -> new IllegalStateException(main + " is not in the module"));
        AssemblerOptions options = AssemblerOptions.standard()
                .base(address)
                .resolver((name, includedFrom) -> read(directory, name).or(() -> read("shared", name)));
        return new Assembler(options).assemble(List.of(new Source(main, new String(text, StandardCharsets.UTF_8))));
    }

    private static Optional<byte[]> read(String directory, String name) {
        try (InputStream in = Sources.class.getResourceAsStream(directory + "/" + name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
