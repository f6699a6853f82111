package dev.ravel.guest;

/** Is told how a fetch goes on, on the thread that fetches. */
public interface FetchProgress {
    /** Says nothing. */
    FetchProgress NONE = new FetchProgress() {
        @Override
        public void step(String what) {}

        @Override
        public void transferred(String file, long done, long total) {}
    };

    /** Something else begins, or has to be known: a line for the user. */
    void step(String what);

    /**
     * More of a file is here, or has been unpacked.
     *
     * @param file its name, without its address, or "unpacking" and the name of its package
     * @param done bytes so far, also those of an earlier try
     * @param total bytes of the whole file
     */
    void transferred(String file, long done, long total);

    /**
     * More of some other work is done.
     *
     * @param what is being done
     * @param done parts of it so far, of {@code total}
     */
    default void advanced(String what, long done, long total) {
        transferred(what, done, total);
    }

    /** The process was told to end, and has cleaned up: a last line for the user. Comes on any thread. */
    default void interrupted(String what) {
        step(what);
    }
}
