package dev.ravel.engine;

/**
 * A page of RAM as the interpreter has seen it: which of its instructions it met, and where translations of them are
 * put. It is the same object until a write changes one of those instructions; then it is stale for ever.
 */
public interface CodeSource {
    /** Index of the page from the start of RAM. */
    int number();

    /** Whether the halfword at that even offset in the page belongs to an instruction that was met. May be called by any thread. */
    boolean isMet(int offset);

    /** Whether control came to that even offset from somewhere else than the instructions just before it or further up in the page. */
    boolean isEntry(int offset);

    /**
     * From now on {@code translation} runs in place of the instructions from {@code offset} on, which were an entry when
     * {@link Translator#hot} was told of it. May be called by any thread.
     *
     * @param end offset after the last byte of each instruction in it, in ascending order of the runs: pairs of from and to
     * @return false if this page is stale; nothing happens then
     */
    boolean install(int offset, Translation translation, int... end);

    /** Takes a translation away again; its entry is counted from 0. */
    void remove(int offset);
}
