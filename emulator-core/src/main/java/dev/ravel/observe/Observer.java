package dev.ravel.observe;

/**
 * Is told what a machine does. Every method does nothing unless it is overridden; where {@link #NONE} is installed the
 * machine does not even call. Methods run on the hart's thread, in the middle of an instruction: they must be quick and
 * must not change the machine.
 */
public interface Observer {
    /** Watches nothing. */
    Observer NONE = new Observer() {};

    /** This one and another one, which is told everything after it. */
    default Observer and(Observer other) {
        if (other == NONE) {
            return this;
        }
        return this == NONE ? other : new Together(this, other);
    }

    /** What is left of this one when another is taken out; {@link #NONE} of that one itself. */
    default Observer without(Observer one) {
        return this == one ? NONE : this;
    }

    /**
     * A hart is about to enter the handler of an exception.
     *
     * @param hart its {@code mhartid}
     * @param cause the exception code
     * @param epc address of the instruction
     * @param tval what {@code mtval} or {@code stval} receives
     * @param from privilege before
     * @param to privilege of the handler
     */
    default void trapTaken(int hart, int cause, long epc, long tval, int from, int to) {}

    /**
     * A hart is about to enter the handler of an interrupt.
     *
     * @param code the interrupt code, without the interrupt bit
     * @param epc address of the instruction that would have been next
     */
    default void interruptTaken(int hart, int code, long epc, int from, int to) {}

    /**
     * A hart has executed {@code wfi}, or another instruction that waits, and nothing that it waits for is there: it stands
     * still until then.
     *
     * @param pc address of the instruction after it
     */
    default void hartWaits(int hart, long pc) {}

    /**
     * About how many instructions of a hart lie between two calls of {@link #sampled}: they vary by an eighth, lest they fall in step
     * with a loop. Asked again and again; 0 for no calls.
     */
    default long samplingInterval() {
        return 0;
    }

    /**
     * A hart is between two instructions, and {@link #samplingInterval} of them have retired since this was called last. It is a
     * sample of where the hart spends its instructions, however they are executed.
     *
     * @param pc address of the instruction that is next
     */
    default void sampled(int hart, long pc) {}

    /**
     * A page walk has read an entry.
     *
     * @param va the virtual address being translated
     * @param level 0 for 4 KiB pages, counting up to the root
     * @param entryAddress physical address of the entry
     * @param entry its value
     */
    default void pageWalkStep(int hart, long va, int level, long entryAddress, long entry) {}

    /**
     * A page walk has ended.
     *
     * @param pa the physical address, or -1 if the walk failed
     * @param cause the exception code if it failed, otherwise -1
     */
    default void pageWalkEnded(int hart, long va, long pa, int cause) {}

    /** A hart has read a device's register at physical address {@code address}. */
    default void deviceRead(int hart, String device, long address, int size, long value) {}

    /** A hart is about to write a device's register at physical address {@code address}. */
    default void deviceWritten(int hart, String device, long address, int size, long value) {}

    /**
     * A virtio device has taken a request from a queue.
     *
     * @param device its name
     * @param queue the queue's index
     * @param head index of the chain's first descriptor
     * @param readable bytes that the device may read
     * @param writable bytes that the device may write
     */
    default void virtqueueTaken(String device, int queue, int head, long readable, long writable) {}

    /** A virtio device has put a request on the used ring, having written {@code written} bytes. */
    default void virtqueueUsed(String device, int queue, int head, long written) {}

    /**
     * Guest code was translated into something that runs faster. Called by the thread that translates, which may be none of the
     * harts'.
     *
     * @param address physical address that it was translated from
     * @param instructions how many
     */
    default void codeTranslated(String engine, long address, int instructions) {}

    /**
     * Translated code of the 4 KiB page at physical address {@code page} was thrown away, because the guest changed it or for
     * want of room. Called by any thread.
     */
    default void codeInvalidated(long page) {}
}
