package dev.ravel.engine.interpreter;

import dev.ravel.engine.Translator;
import dev.ravel.memory.Ram;
import org.jspecify.annotations.Nullable;

/**
 * Finds the code that the interpreter of one hart spends its time on, without counting anything while steps run: every
 * {@link #INTERVAL} interpreted instructions it looks where control goes next from below or by an address, which is where a
 * translation would be entered. If there is one already, there or on the way, what takes time is what comes before it: the sample then
 * counts for the place where the last translation came to its end. A place that is met often enough is handed to the translator,
 * which is told of it a little before, too.
 */
final class Sampler {
    /** Interpreted instructions from one sample to the next: some 50 microseconds. */
    static final int INTERVAL = 16_000;

    /** The interval varies by that much, a power of two, lest it fall in step with a loop of the guest. */
    private static final int JITTER = 1024;

    /** Blocks after which it is no use to wait for an entry. */
    private static final int MAX_BLOCKS = 64;

    private final Context c;
    private final Translator translator;
    private final int threshold;
    private final int warmThreshold;
    private int random = 1;

    Sampler(Context c, Translator translator) {
        this.c = c;
        this.translator = translator;
        this.threshold = translator.threshold();
        this.warmThreshold = translator.warmThreshold();
        again();
    }

    /**
     * The hart begins to run. A reset, or a snapshot that was restored, may have set its count back: without this, nothing
     * would be looked at until the count is again what it was.
     */
    void begin() {
        if (c.sampleAt - c.instret > INTERVAL) {
            again();
        }
    }

    /** Goes on from {@code first}, the step at the pc, to the next entry, and counts that. Returns the step to go on with. */
    @Nullable
    Step sample(@Nullable Step first) {
        again();
        Step step = first;
        int blocks = 0;
        while (step != null && blocks < MAX_BLOCKS) {
            if (step instanceof TranslatedStep) {
                count(step);
                return step;
            }
            boolean byAddress = step instanceof JumpStep;
            long instret = c.instret;
            long pc = c.pc;
            step = step.execute(c);
            if (step != null && c.instret != instret) {
                blocks++;
                if (byAddress || c.pc <= pc) {
                    count(step);
                    return step;
                }
            }
        }
        return step;
    }

    /** Control has come for the first time, as far as is known, to the block at that offset in RAM. Returns the step to go on with. */
    Step met(long offset, Step step) {
        CodePage page = c.cache.pages[(int) (offset >>> Ram.PAGE_SHIFT)];
        int slot = slot(offset);
        if (threshold > 1 || page == null || step instanceof TranslatedStep || page.sample(slot) != 1) {
            return step;
        }
        translator.hot(c.hart, page, slot << 1);
        Step now = page.entries[slot];
        return now == null ? step : now;
    }

    private void again() {
        random = random * 1_664_525 + 1_013_904_223;
        c.sampleAt = c.instret + INTERVAL - (random >>> 16 & JITTER - 1);
    }

    /** Control has just come to {@code step}, at the pc. */
    private void count(Step step) {
        CodePage page = page(c.pc);
        if (page == null) {
            return;
        }
        if (!(page.entries[slot(c.pc)] instanceof TranslatedStep translated)) {
            count(page, slot(c.pc));
            return;
        }
        if (step != translated) {
            c.cache.relink(page, translated);
            return;
        }
        CodePage before = c.left == Context.NOWHERE ? null : page(c.left);
        if (before != null) {
            count(before, slot(c.left));
        }
    }

    private void count(CodePage page, int slot) {
        Step entry = page.entries[slot];
        if (entry == null || entry instanceof TranslatedStep) {
            return;
        }
        int samples = page.sample(slot);
        if (samples == threshold) {
            translator.hot(c.hart, page, slot << 1);
        } else if (samples == warmThreshold) {
            translator.warm(c.hart, page, slot << 1);
        }
    }

    /** The page that the code at {@code va} was decoded in, if it is in the fetch TLB. */
    private @Nullable CodePage page(long va) {
        long offset = CodeCache.fetchOffset(c, va);
        return offset < 0 ? null : c.cache.pages[(int) (offset >>> Ram.PAGE_SHIFT)];
    }

    private static int slot(long address) {
        return (int) address >>> 1 & CodePage.SLOTS - 1;
    }
}
