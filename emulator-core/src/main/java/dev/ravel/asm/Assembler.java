package dev.ravel.asm;

import dev.ravel.asm.layout.ProgramBuilder;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.AssemblyException;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import dev.ravel.asm.statement.SourceAssembler;
import java.util.List;

/**
 * Assembles RISC-V sources in GNU {@code as} syntax into a {@link Program}. There are no object files: all sources are given
 * at once, and sections get their addresses here, as {@link AssemblerOptions} say.
 *
 * <pre>{@code
 * Program program = Assembler.assemble("hello.s", source);
 * Program firmware = new Assembler(AssemblerOptions.standard().define("HARTS", 4)).assemble(List.of(first, second));
 * }</pre>
 */
public final class Assembler {
    private final AssemblerOptions options;

    public Assembler(AssemblerOptions options) {
        this.options = options;
    }

    /**
     * Assembles one source with {@linkplain AssemblerOptions#standard standard options}.
     *
     * @throws AssemblyException if the source is wrong
     */
    public static Program assemble(String name, String source) {
        return new Assembler(AssemblerOptions.standard()).assemble(List.of(new Source(name, source)));
    }

    /**
     * Assembles sources into one program. A symbol that one declares {@code .globl} is known to all.
     *
     * @throws AssemblyException if a source is wrong; it has all that was found
     */
    public Program assemble(List<Source> sources) {
        var builder = new ProgramBuilder(options);
        for (Source source : sources) {
            new SourceAssembler(builder).assemble(source);
        }
        return builder.finish();
    }
}
