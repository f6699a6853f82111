package dev.ravel.inspect;

/**
 * How often something happened that a hypervisor would call an exit: the guest cannot go on by itself, or would have to
 * be interrupted.
 *
 * @param what happened: {@code uart write}, {@code TIME.set_timer}
 */
public record Exit(Kind kind, String what, long count) {
    /** What kind of thing it is. */
    public enum Kind {
        /** A register of a device was accessed. */
        MMIO("MMIO", "whoever plays the device has to carry the access out"),
        /** An environment call of the supervisor. */
        SBI_CALL("SBI call", "the supervisor calls the firmware, in whose place a hypervisor stands"),
        /** An environment call of a program. */
        SYSTEM_CALL("system call", "a program calls its kernel: an exit only where that kernel is deprivileged itself"),
        /** A page fault. */
        PAGE_FAULT(
                "page fault",
                "the guest's own tables forbid it: its kernel's business, unless the tables are shadowed"),
        /** A CSR, or a privileged instruction, that the mode may not use. */
        PRIVILEGED("privileged", "the mode may not do it: a monitor emulates what the guest's kernel wanted"),
        /** Any other exception. */
        EXCEPTION("exception", "the program did what cannot be done, or asked for a debugger"),
        /** A timer interrupt. */
        TIMER("timer", "time is up: the host's timer fires and becomes the guest's"),
        /** An external interrupt. */
        EXTERNAL("device", "a device wants attention: the host gets the interrupt and injects it"),
        /** A software interrupt. */
        SOFTWARE("software", "another hart, or the firmware, rings"),
        /** {@code wfi} or its like, with nothing to do. */
        WAIT("wait", "there is nothing to do until an interrupt: the host can run something else");

        private final String label;
        private final String reason;

        Kind(String label, String reason) {
            this.label = label;
            this.reason = reason;
        }

        /** A word or two. */
        public String label() {
            return label;
        }

        /** Why a hypervisor would have to act, as a sentence without a capital letter or full stop. */
        public String reason() {
            return reason;
        }
    }
}
