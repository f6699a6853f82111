package dev.ravel.inspect;

import dev.ravel.isa.Privilege;
import java.util.List;
import java.util.Optional;

/**
 * A trap: an exception or an interrupt as a hart took it.
 *
 * @param sequence counts the traps of the machine from 0, in the order in which they were seen
 * @param instructionsRetired by this hart before it
 * @param interrupt whether it is an interrupt; otherwise an exception
 * @param code the exception or interrupt code
 * @param cause the code in words
 * @param epc address of the instruction that trapped, or that would have been next
 * @param symbolOfEpc empty until {@link #named} was asked
 * @param tval what {@code mtval} or {@code stval} received; 0 for an interrupt
 * @param from privilege before, a constant of {@link Privilege}
 * @param to privilege of the handler
 * @param delegation the bit that sent it there; none for a trap of M-mode, which is never delegated
 * @param call what an environment call asks for
 * @param saved what the hart kept for the handler and its return, in the registers of the handler's mode (3.1.6.1, 3.1.14 to 3.1.16)
 * @param handler where the hart went on
 * @param symbolOfHandler empty until {@link #named} was asked
 */
public record TrapEvent(
        long sequence,
        int hart,
        long instructionsRetired,
        boolean interrupt,
        int code,
        String cause,
        long epc,
        Optional<SymbolAt> symbolOfEpc,
        long tval,
        int from,
        int to,
        Optional<Delegation> delegation,
        Optional<Call> call,
        List<Saved> saved,
        long handler,
        Optional<SymbolAt> symbolOfHandler) {
    public TrapEvent {
        saved = List.copyOf(saved);
    }

    /**
     * What a register, or a field of {@code mstatus}, received.
     *
     * @param name {@code sepc}, {@code SPIE}
     */
    public record Saved(String name, long value) {
        /** {@code sepc=0x80200004}, {@code SPIE=1}. */
        @Override
        public String toString() {
            boolean register = Character.isLowerCase(name.charAt(0));
            return name + "=" + (register ? Words.hex(value) : Long.toString(value));
        }
    }

    /**
     * A bit of {@code medeleg} or {@code mideleg} (Privileged 1.13, 3.1.8).
     *
     * @param register its name
     * @param set whether the trap goes to S
     */
    public record Delegation(String register, int bit, boolean set) {
        /** {@code medeleg bit 8 is set}. */
        @Override
        public String toString() {
            return register + " bit " + bit + (set ? " is set" : " is clear");
        }
    }

    /**
     * What an environment call asks for.
     *
     * @param name an SBI call, {@code TIME.set_timer}, or {@code system call 64 (write in Linux)}
     * @param arguments {@code a0} to {@code a5}
     */
    public record Call(String name, List<Long> arguments) {}

    /** The same, with the symbols of {@code epc} and of the handler. */
    public TrapEvent named(Symbols symbols) {
        return new TrapEvent(
                sequence,
                hart,
                instructionsRetired,
                interrupt,
                code,
                cause,
                epc,
                symbols.nearest(epc),
                tval,
                from,
                to,
                delegation,
                call,
                saved,
                handler,
                symbols.nearest(handler));
    }
}
