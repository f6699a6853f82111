package dev.ravel.asm.source;

import dev.ravel.asm.program.AssemblyException;
import dev.ravel.asm.program.Diagnostic;

/** A complaint on its way from where it is found to the list of the {@link AssemblyException}. */
public final class SourceError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Diagnostic diagnostic;

    public SourceError(Diagnostic diagnostic) {
        // The stack is of no interest to anyone: the message is for the author of the source.
        super(diagnostic.message(), null, false, false);
        this.diagnostic = diagnostic;
    }

    public Diagnostic diagnostic() {
        return diagnostic;
    }
}
