package dev.ravel.engine.interpreter;

import dev.ravel.engine.Translator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the code that the interpreter of one hart spends its time on, without counting anything while steps run: every
 * {@link #INTERVAL} interpreted instructions it looks where control goes next from below or by an address, which is where a
 * translation would be entered. An entry that is met often enough is handed to the translator.
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
    private int random = 1;

    Sampler(Context c, Translator translator) {
        this.c = c;
        this.translator = translator;
        this.threshold = translator.threshold();
        again();
    }

    /** Goes on from {@code first}, the step at the pc, to the next entry, counts that, and has the hart go on. */
    void sample(@Nullable Step first) {
        again();
        Step step = first;
        int blocks = 0;
        while (step != null && blocks < MAX_BLOCKS) {
            boolean byAddress = step instanceof JumpStep;
            long instret = c.instret;
            long pc = c.pc;
            step = step.execute(c);
            if (step != null && c.instret != instret) {
                blocks++;
                if (byAddress || c.pc <= pc) {
                    count(step);
                    break;
                }
            }
        }
        while (step != null) {
            step = step.execute(c);
        }
    }

    /** Control has come for the first time, as far as is known, to the block at that offset in RAM. Returns the step to go on with. */
    Step met(long offset, Step step) {
        CodePage page = c.cache.pages[(int) (offset >>> 12)];
        int slot = (int) offset >>> 1 & CodePage.SLOTS - 1;
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
        long offset = CodeCache.fetchOffset(c, c.pc);
        if (offset < 0) {
            return;
        }
        CodePage page = c.cache.pages[(int) (offset >>> 12)];
        int slot = (int) offset >>> 1 & CodePage.SLOTS - 1;
        if (page == null) {
            return;
        }
        if (page.entries[slot] instanceof TranslatedStep translated) {
            if (step != translated) {
                c.cache.relink(page, translated);
            }
        } else if (page.entries[slot] != null && page.sample(slot) == threshold) {
            translator.hot(c.hart, page, slot << 1);
        }
    }
}
