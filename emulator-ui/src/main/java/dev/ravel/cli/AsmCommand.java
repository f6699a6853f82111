package dev.ravel.cli;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.elf.ElfWriter;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.AssemblyException;
import dev.ravel.asm.program.Diagnostic;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import dev.ravel.asm.program.SourceResolver;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ravel asm}: GNU-style assembly to an ELF executable. */
@Command(
        name = "asm",
        mixinStandardHelpOptions = true,
        description = "Assemble sources in GNU syntax into one ELF executable.")
final class AsmCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Sources; labels with .globl are shared among them.")
    private List<Path> sources = new ArrayList<>();

    @Option(names = "-o", required = true, paramLabel = "FILE", description = "The executable.")
    private Path output = Path.of("");

    @Option(
            names = "--base",
            paramLabel = "ADDRESS",
            description = "Address of the first section (default: 0x80000000, the start of RAM).")
    private String base = "0x80000000";

    @Option(names = "--entry", paramLabel = "SYMBOL", description = "The first instruction (default: _start).")
    private String entry = "_start";

    @Override
    public Integer call() {
        AssemblerOptions options = AssemblerOptions.standard()
                .base(address())
                .entry(entry)
                .resolver(SourceResolver.directories(Objects.requireNonNullElse(
                        sources.getFirst().toAbsolutePath().getParent(), Path.of("/"))));
        try {
            Program program = new Assembler(options)
                    .assemble(sources.stream().map(AsmCommand::read).toList());
            Output.write(output, ElfWriter.write(program));
            return 0;
        } catch (AssemblyException e) {
            for (Diagnostic diagnostic : e.diagnostics()) {
                spec.commandLine().getErr().println(diagnostic);
            }
            return Main.EXIT_ERROR;
        }
    }

    private long address() {
        try {
            return Long.decode(base);
        } catch (NumberFormatException e) {
            throw new CliException("--base " + base + ": not an address; write for example 0x80200000");
        }
    }

    private static Source read(Path file) {
        try {
            return new Source(file.toString(), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new CliException(file + ": not a text file in UTF-8", e);
        } catch (IOException e) {
            throw new CliException(file + ": " + Failure.reason(e), e);
        }
    }
}
