package dev.ravel.engine.interpreter;

import dev.ravel.engine.Translation;
import dev.ravel.engine.Translator.Executor;
import org.jspecify.annotations.Nullable;

/** Runs a translation in place of the block that begins here. */
final class TranslatedStep extends Step {
    /** What going to a translation and back costs, in interpreted instructions. */
    private static final int ENTERING = 16;

    final Translation translation;

    /** The block that it stands for. */
    final Step interpreted;

    TranslatedStep(Translation translation, Step interpreted) {
        this.translation = translation;
        this.interpreted = interpreted;
        setLength(interpreted.length());
    }

    @Override
    @Nullable
    Step execute(Context c) {
        c.hart.pc = c.pc;
        c.hart.instret = c.instret;
        long before = c.instret;
        long traps = c.hart.trapsTaken;
        int outcome = c.executor().run(translation, c.room());
        if (outcome == Executor.NOTHING) {
            return interpreted;
        }
        // An exception counts against the budget although it retires nothing.
        c.end -= c.hart.trapsTaken - traps;
        c.reload();
        c.sampleAt += c.instret - before - ENTERING;
        c.waiting = outcome == Executor.WAIT;
        c.left = outcome == Executor.ELSEWHERE ? c.pc : Context.NOWHERE;
        return null;
    }
}
