package dev.ravel.engine;

/**
 * A page of RAM as code: which of its instructions were met, and where translations of them are put. It is the same object
 * until a write changes bytes that were read as instructions, by the interpreter or through {@link #halfword}; then it is
 * stale for ever.
 *
 * <p>A translator reads guest code through {@link #halfword} and in no other way: what it reads is watched before it is
 * read, so that a translation of bytes which have changed meanwhile is never installed.
 */
public interface CodeSource {
    /** Index of the page from the start of RAM. */
    int number();

    /** Whether this page is not stale. May be called by any thread. */
    boolean isCurrent();

    /**
     * Whether the halfword at that even offset in the page was read, as part of an instruction that the interpreter met or
     * by {@link #halfword}. May be called by any thread.
     */
    boolean isMet(int offset);

    /**
     * The 16 bits at that even offset in the page, zero-extended. Any write to them from now on, by a hart or a device and
     * through whatever mapping, makes this page stale. May be called by any thread.
     */
    int halfword(int offset);

    /** Whether control came to that even offset by a transfer: a block of the interpreter begins there. */
    boolean isEntry(int offset);

    /** Whether a translation stands for the instructions from that offset on. */
    boolean isTranslated(int offset);

    /**
     * From now on {@code translation} runs in place of the instructions from {@code offset} on. It was made from what {@link
     * #halfword} gave. May be called by any thread, and for several offsets.
     *
     * @return false if this page is stale, or there is no whole instruction; nothing happens then
     */
    boolean install(int offset, Translation translation);

    /** The entry at that offset is sampled from 0, as if it had never been hot. May be called by any thread. */
    void sampleAnew(int offset);

    /** Takes that translation away again, if it is the one there; its entry is sampled from 0. May be called by any thread. */
    void remove(int offset, Translation translation);
}
