package dev.ravel.asm.source;

import dev.ravel.asm.program.AssemblyException;
import dev.ravel.asm.program.Diagnostic;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the sources, so that one run reports more than the first mistake. */
public final class Complaints {
    /** More than this help nobody. */
    private static final int MOST = 100;

    private final List<Diagnostic> diagnostics = new ArrayList<>();

    public void add(Diagnostic diagnostic) {
        // An unlucky expansion would repeat the same complaint on and on.
        if (diagnostics.size() < MOST && !diagnostics.contains(diagnostic)) {
            diagnostics.add(diagnostic);
        }
    }

    /** Runs a step, and keeps its complaint. */
    public void collect(Runnable step) {
        try {
            step.run();
        } catch (SourceError e) {
            add(e.diagnostic());
        }
    }

    public boolean isFull() {
        return diagnostics.size() >= MOST;
    }

    /** Ends the assembly if there was any complaint. */
    public void throwIfAny() {
        if (!diagnostics.isEmpty()) {
            throw new AssemblyException(diagnostics);
        }
    }
}
