package dev.ravel.asm;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the sources, so that one run reports more than the first mistake. */
final class Complaints {
    /** More than this help nobody. */
    private static final int MOST = 100;

    private final List<Diagnostic> diagnostics = new ArrayList<>();

    void add(Diagnostic diagnostic) {
        // An unlucky expansion would repeat the same complaint on and on.
        if (diagnostics.size() < MOST && !diagnostics.contains(diagnostic)) {
            diagnostics.add(diagnostic);
        }
    }

    /** Runs a step, and keeps its complaint. */
    void collect(Runnable step) {
        try {
            step.run();
        } catch (SourceError e) {
            add(e.diagnostic());
        }
    }

    boolean isFull() {
        return diagnostics.size() >= MOST;
    }

    /** Ends the assembly if there was any complaint. */
    void throwIfAny() {
        if (!diagnostics.isEmpty()) {
            throw new AssemblyException(diagnostics);
        }
    }
}
