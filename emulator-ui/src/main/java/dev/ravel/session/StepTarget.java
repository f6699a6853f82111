package dev.ravel.session;

import dev.ravel.inspect.LinuxCalls;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.device.DeviceView;
import dev.ravel.inspect.linux.InspectionException;
import dev.ravel.inspect.linux.KernelImage;
import dev.ravel.inspect.step.Goal;
import dev.ravel.machine.Machine;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a user lets a paused machine go on or back to, as it was chosen and typed.
 *
 * @param which of that kind: a device's name, a system call's name or number, an address or symbol; empty for any
 */
public record StepTarget(Kind kind, String which) {
    /** What there is to go to. */
    public enum Kind {
        TRAP("trap", ""),
        PRIVILEGE("change of privilege", ""),
        DEVICE("device access", "any device, or its name"),
        SYSTEM_CALL("system call", "any, or its name"),
        ADDRESS("instruction", "0x address or symbol");

        private final String label;
        private final String hint;

        Kind(String label, String hint) {
            this.label = label;
            this.hint = hint;
        }

        /** What can be typed beside it; empty if nothing. */
        public String hint() {
            return hint;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    public StepTarget {
        which = which.strip();
    }

    /**
     * What that is on a machine that stands still.
     *
     * @throws IllegalArgumentException if there is no such thing, with a line that says what is wrong
     */
    Goal on(Machine machine) {
        return switch (kind) {
            case TRAP -> new Goal.Trap();
            case PRIVILEGE -> new Goal.PrivilegeChange();
            case DEVICE -> new Goal.DeviceAccess(which.isEmpty() ? Optional.empty() : Optional.of(device(machine)));
            case SYSTEM_CALL ->
                new Goal.SystemCall(which.isEmpty() ? OptionalInt.empty() : OptionalInt.of(systemCall()));
            case ADDRESS -> new Goal.Address(address(machine));
        };
    }

    private String device(Machine machine) {
        List<String> names = DeviceView.names(machine);
        if (!names.contains(which)) {
            throw new IllegalArgumentException("there is no device '" + which + "', but " + String.join(", ", names));
        }
        return which;
    }

    private int systemCall() {
        OptionalInt named = LinuxCalls.number(which);
        if (named.isPresent()) {
            return named.getAsInt();
        }
        try {
            return Integer.parseUnsignedInt(which);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + which + "' is no system call of Linux, and no number", e);
        }
    }

    private long address(Machine machine) {
        if (which.isEmpty()) {
            throw new IllegalArgumentException("type an address (0x80200000) or a symbol to go to");
        }
        if (which.startsWith("0x")) {
            try {
                return Long.parseUnsignedLong(which, 2, which.length(), 16);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + which + "' is no address of 64 bits", e);
            }
        }
        OptionalLong symbol = symbols(machine).address(which);
        if (symbol.isEmpty()) {
            throw new IllegalArgumentException("'" + which + "' is no 0x address, and no symbol of what runs");
        }
        return symbol.getAsLong();
    }

    private static Symbols symbols(Machine machine) {
        Symbols images = Symbols.ofImages(machine);
        try {
            return images.or(Symbols.of(KernelImage.find(machine).symbols()));
        } catch (InspectionException e) {
            return images;
        }
    }
}
