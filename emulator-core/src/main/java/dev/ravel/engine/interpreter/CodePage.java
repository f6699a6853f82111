package dev.ravel.engine.interpreter;

import dev.ravel.engine.CodeSource;
import dev.ravel.engine.Translation;
import dev.ravel.engine.Translator;
import org.jspecify.annotations.Nullable;

/** The decoded instructions of one page of RAM. Changed only under the lock of the {@link CodeCache}; read without. */
final class CodePage implements CodeSource {
    /** Where an instruction may start in a page: every second byte. */
    static final int SLOTS = 2048;

    /** One sample more than the largest threshold: what was hot once does not get there again. */
    private static final byte MANY = (byte) (Translator.MAX_THRESHOLD + 1);

    /** First steps of blocks, by the halfword that the block starts at. */
    final @Nullable Step[] entries = new Step[SLOTS];

    /** Index of the page from the start of RAM. */
    final int number;

    /** The {@link CodeCache#epoch} from which on no hart has this page in a store TLB. */
    final long readyAt;

    private final CodeCache cache;

    /** How often a sample met each entry, unsigned, once one has. */
    private byte @Nullable [] samples;

    /** Halfwords that steps were decoded from or that a translator has read, a bit each. */
    private final long[] decoded = new long[SLOTS / 64];

    CodePage(int number, long readyAt, CodeCache cache) {
        this.number = number;
        this.readyAt = readyAt;
        this.cache = cache;
    }

    /** Notes that the bytes from {@code from} to before {@code to} are decoded; both even. */
    void cover(int from, int to) {
        for (int slot = from >> 1; slot < to >> 1; slot++) {
            decoded[slot >> 6] |= 1L << slot;
        }
    }

    /** Whether one of the bytes from {@code from} to before {@code to} was decoded. */
    boolean covers(int from, int to) {
        for (int slot = from >> 1; slot <= to - 1 >> 1; slot++) {
            if ((decoded[slot >> 6] & 1L << slot) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Counts a sample. Returns how many have met this entry with this one; more than the largest threshold are as good as one more. */
    int sample(int slot) {
        byte[] counts = samples;
        if (counts == null) {
            counts = new byte[SLOTS];
            samples = counts;
        }
        if (counts[slot] != MANY) {
            counts[slot]++;
        }
        return Byte.toUnsignedInt(counts[slot]);
    }

    /** Forgets the samples of an entry. */
    void forgetSamples(int slot) {
        byte[] counts = samples;
        if (counts != null) {
            counts[slot] = 0;
        }
    }

    /** Has all that leads to {@code from} within the page lead to {@code to}. */
    void relink(Step from, Step to) {
        for (Step entry : entries) {
            Step step = entry instanceof TranslatedStep translated ? translated.interpreted : entry;
            if (step == null) {
                continue;
            }
            while (!BlockBuilder.endsBlock(step) && !(step instanceof JumpStep.End)) {
                step = step.next;
            }
            if (step.next == from) {
                step.next = to;
            }
            if (step instanceof BranchStep branch && branch.taken == from) {
                branch.taken = to;
            }
        }
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public boolean isCurrent() {
        return cache.isCurrent(this);
    }

    @Override
    public boolean isMet(int offset) {
        return (decoded[offset >> 7] & 1L << (offset >> 1)) != 0;
    }

    @Override
    public boolean isEntry(int offset) {
        return entries[offset >> 1] != null;
    }

    @Override
    public boolean isTranslated(int offset) {
        return entries[offset >> 1] instanceof TranslatedStep;
    }

    @Override
    public int halfword(int offset) {
        return cache.halfword(this, offset);
    }

    @Override
    public boolean install(int offset, Translation translation) {
        return cache.install(this, offset, translation);
    }

    @Override
    public void sampleAnew(int offset) {
        forgetSamples(offset >> 1);
    }

    @Override
    public void remove(int offset, Translation translation) {
        cache.remove(this, offset, translation);
    }
}
