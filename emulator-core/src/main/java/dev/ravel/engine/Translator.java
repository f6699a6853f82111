package dev.ravel.engine;

import dev.ravel.hart.Hart;

/** What an interpreter needs of a translator that it hands hot code to. */
public interface Translator {
    /** The largest {@link #threshold}. */
    int MAX_THRESHOLD = 254;

    /**
     * How many samples must meet an entry before {@link #hot} is called, 1 to {@link #MAX_THRESHOLD}. A sample is taken every 16,000
     * interpreted instructions, so this says how long the interpreter works on code before it is worth translating. At 1,
     * every entry is hot when control first comes to it.
     */
    int threshold();

    /**
     * How many samples must meet an entry before {@link #warm} is called: fewer than {@link #threshold}, or 0 if it is not to be.
     */
    default int warmThreshold() {
        return 0;
    }

    /** A hart is about to run for the first time. */
    Executor attach(Hart hart);

    /**
     * The interpreter spends its time on what begins at {@code offset} in {@code page}. Called once for an entry, by the
     * hart's thread; what it wants done may happen now or later.
     */
    void hot(Hart hart, CodeSource page, int offset);

    /**
     * What begins at {@code offset} in {@code page} may become hot: a chance to have it run by what is at hand, without making anything. Called
     * once for an entry, by the hart's thread; {@link #hot} may be called for it all the same.
     */
    default void warm(Hart hart, CodeSource page, int offset) {}

    /** {@link CodeSource#install} has taken effect: {@code translation} may be entered by whoever finds it, until it is told otherwise. */
    void installed(CodeSource page, int offset, Translation translation);

    /** {@link CodeSource#remove} has taken effect: the translation that began there must not be entered any more. */
    void removed(CodeSource page, int offset);

    /**
     * A write has changed instructions of the page: its translations must not be entered any more. Called by any thread, in
     * turn with {@link #installed}.
     */
    void dropped(CodeSource page);

    /** Runs translations on one hart. */
    interface Executor {
        /** Nothing was executed: the budget is too small, or the state is one that the translation was not made for. */
        int NOTHING = 0;
        /** Go on at {@code hart.pc}. */
        int PROGRESS = 1;
        /** As {@link #PROGRESS}, and the hart waits for an interrupt. */
        int WAIT = 2;
        /** As {@link #PROGRESS}, because there is no translation of what comes next. */
        int ELSEWHERE = 3;

        /**
         * Runs from {@code hart.pc} on, where {@code translation} begins, and on into any others, exceptions taken
         * included. {@code hart.pc} and {@code hart.instret} are exact before and after.
         *
         * @param budget instructions at most, as in {@link ExecutionEngine#run}
         * @return one of the constants
         */
        int run(Translation translation, long budget);
    }
}
