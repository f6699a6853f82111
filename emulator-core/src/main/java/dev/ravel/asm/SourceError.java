package dev.ravel.asm;

/** A complaint on its way from where it is found to the list of the {@link AssemblyException}. */
final class SourceError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Diagnostic diagnostic;

    SourceError(Diagnostic diagnostic) {
        // The stack is of no interest to anyone: the message is for the author of the source.
        super(diagnostic.message(), null, false, false);
        this.diagnostic = diagnostic;
    }

    Diagnostic diagnostic() {
        return diagnostic;
    }
}
