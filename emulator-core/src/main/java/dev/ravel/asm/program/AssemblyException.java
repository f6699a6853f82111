package dev.ravel.asm.program;

import java.util.List;

/** A source cannot be assembled. Carries every complaint, in the order of the source as far as that is known. */
public final class AssemblyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Diagnostic> diagnostics;

    public AssemblyException(List<Diagnostic> diagnostics) {
        super(lines(diagnostics));
        this.diagnostics = List.copyOf(diagnostics);
    }

    /** What is wrong; never empty. */
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }

    private static String lines(List<Diagnostic> diagnostics) {
        var text = new StringBuilder();
        for (Diagnostic diagnostic : diagnostics) {
            if (!text.isEmpty()) {
                text.append('\n');
            }
            text.append(diagnostic);
        }
        return text.toString();
    }
}
