package dev.ravel.engine.interpreter;

import org.jspecify.annotations.Nullable;

/**
 * Stands before a block that control may come to by an address or from further down in the page, and counts how often it
 * does, so that hot code is found; only where there is a translator.
 */
final class HeadStep extends Step {
    private final CodePage page;
    private final int start;
    private final Step first;
    private int left;

    /** {@link #first}, or the translation that stands for it. */
    private Step target;

    HeadStep(CodePage page, int start, Step first, int threshold) {
        this.page = page;
        this.start = start;
        this.first = first;
        this.left = threshold;
        this.target = first;
        this.bits = first.bits;
        this.length = first.length;
    }

    /** What runs: for links that are not to be counted. */
    Step target() {
        return target;
    }

    /** The block itself. */
    Step first() {
        return first;
    }

    /** Begins anew, with another target. */
    void retarget(Step step, int threshold) {
        target = step;
        left = threshold;
    }

    @Override
    @Nullable
    Step execute(Context c) {
        if (--left == 0) {
            c.cache.hot(c.hart, page, start);
        }
        return target;
    }
}
