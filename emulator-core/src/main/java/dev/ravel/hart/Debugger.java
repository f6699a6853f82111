package dev.ravel.hart;

/**
 * Who has an {@code ebreak} fetched from some places of a guest's code, to hold the machine there. Called on the hart's thread, in the middle of an
 * instruction; only where there is a breakpoint exception or another translation, so that it costs nothing else.
 */
public interface Debugger {
    /** Nobody. */
    Debugger NONE = new Debugger() {
        @Override
        public boolean holds(Hart hart) {
            return false;
        }

        @Override
        public void translationChanged(Hart hart) {}
    };

    /**
     * A hart is at an {@code ebreak}.
     *
     * @return whether it is the debugger's: then the hart stays before it, the guest is told of no exception, and the debugger
     *     sees to it that the hart is held
     */
    boolean holds(Hart hart);

    /** A hart has written {@code satp} or executed {@code sfence.vma}: other code may be at some addresses. */
    void translationChanged(Hart hart);
}
