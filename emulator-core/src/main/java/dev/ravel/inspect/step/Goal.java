package dev.ravel.inspect.step;

import java.util.Optional;
import java.util.OptionalInt;

/** What to go to. Forward the machine stands still right after it, backward right before it. */
public sealed interface Goal {
    /** An exception or an interrupt that is taken: right after it is the first instruction of the handler. */
    record Trap() implements Goal {}

    /** A step after which the privilege is another one. */
    record PrivilegeChange() implements Goal {}

    /**
     * An instruction that reads or writes a device's register.
     *
     * @param device its name, {@code uart}; any, if there is none
     */
    record DeviceAccess(Optional<String> device) implements Goal {}

    /**
     * An {@code ecall} in U-mode.
     *
     * @param number what is in {@code a7}; any, if there is none
     */
    record SystemCall(OptionalInt number) implements Goal {}

    /** That the next instruction is the one at this virtual address: before it, forward and backward. */
    record Address(long pc) implements Goal {}
}
