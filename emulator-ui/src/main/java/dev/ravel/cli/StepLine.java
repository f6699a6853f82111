package dev.ravel.cli;

import dev.ravel.inspect.LinuxCalls;
import dev.ravel.inspect.step.Goal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.TypeConversionException;

/** What somebody who steps through a machine's run asks for, in one line. */
sealed interface StepLine {
    /** The lines that there are, and what each does. */
    List<String> HELP = List.of(
            "step [N]            N instructions or interrupts that are taken; short s",
            "over [N]            the same, calls and system calls as one step; short n",
            "out                 to where the function or trap handler returns",
            "to SYMBOL|ADDRESS   to this instruction; looks at each on the way",
            "trap                to the handler of the next exception or interrupt",
            "privilege           to the next change of the privilege mode",
            "device [NAME]       past the next access to a register of a (this) device",
            "syscall [NAME|N]    to the next (this) system call from U-mode",
            "back [N]            N steps back; short b",
            "back trap|privilege|device [NAME]|syscall [NAME]|to SYMBOL",
            "                    back to right before the last of these",
            "goto N              to the state after N steps since reset",
            "limit N             searches, over and out end after N steps (100000000)",
            "type TEXT           type this into the guest; \\r is the Enter key",
            "regs                the hart with all its registers; short r",
            "walk ADDRESS[,load|store|fetch][,user|supervisor|machine]",
            "                    the page walk of an address or symbol",
            "devices [NAME]      registers, virtqueues and requests of all (these) devices",
            "requests [N]        the last N requests to virtio devices up to the latest step (10)",
            "accesses [N]        the last N accesses to registers of devices, likewise (10)");

    /** How many requests or accesses are shown, if nobody says a number. */
    int FEW = 10;

    /** So many steps. */
    record Step(long steps) implements StepLine {}

    /** So many, calls as one. */
    record Over(long steps) implements StepLine {}

    /** The rest of a function. */
    record Out() implements StepLine {}

    /** So many steps back. */
    record Back(long steps) implements StepLine {}

    /** To the next place of a kind, or back to the last one. */
    record Search(Goal goal, boolean back) implements StepLine {}

    /** The same of an instruction, by its address or symbol. */
    record SearchAddress(String address, boolean back) implements StepLine {}

    /** To the state after so many steps. */
    record GoTo(long position) implements StepLine {}

    /** How many steps others may take. */
    record Limit(long steps) implements StepLine {}

    /** Bytes for the guest, one for each character. */
    record Type(String text) implements StepLine {}

    /** All registers. */
    record Registers() implements StepLine {}

    /** A page walk. */
    record Walk(WalkOption option) implements StepLine {}

    /** Devices of a name, or all. */
    record Devices(Optional<String> name) implements StepLine {}

    /** The last requests to virtio devices. */
    record Requests(int most) implements StepLine {}

    /** The last accesses to registers. */
    record Accesses(int most) implements StepLine {}

    /**
     * What a line asks for.
     *
     * @throws CliException if it asks for nothing that there is
     */
    static StepLine parse(String line) {
        String[] words = line.strip().split("\\s+", 2);
        String rest = words.length == 1 ? "" : words[1];
        return switch (words[0]) {
            case "step", "s" -> new Step(count("step", rest));
            case "over", "n" -> new Over(count("over", rest));
            case "out" -> {
                nothing("out", rest);
                yield new Out();
            }
            case "back", "b" -> back(rest);
            case "to", "trap", "privilege", "device", "syscall" -> search(words[0], rest, false);
            case "goto" -> new GoTo(number("goto", some("goto", rest)));
            case "limit" -> new Limit(count("limit", some("limit", rest)));
            case "type" -> new Type(text(some("type", rest)));
            case "regs", "r" -> {
                nothing("regs", rest);
                yield new Registers();
            }
            case "walk" -> walk(some("walk", rest));
            case "devices" -> new Devices(rest.isEmpty() ? Optional.empty() : Optional.of(rest));
            case "requests" -> new Requests(few("requests", rest));
            case "accesses" -> new Accesses(few("accesses", rest));
            default -> throw new CliException("there is no '" + words[0] + "'");
        };
    }

    private static StepLine back(String rest) {
        if (rest.isEmpty() || Character.isDigit(rest.charAt(0))) {
            return new Back(count("back", rest));
        }
        String[] words = rest.split("\\s+", 2);
        return search(words[0], words.length == 1 ? "" : words[1], true);
    }

    private static StepLine search(String kind, String rest, boolean back) {
        if (kind.equals("to")) {
            String address = some("to", rest);
            if (Addresses.isNumber(address)) {
                Addresses.number("to", address);
            }
            return new SearchAddress(address, back);
        }
        Goal goal = switch (kind) {
            case "trap" -> new Goal.Trap();
            case "privilege" -> new Goal.PrivilegeChange();
            case "device" -> new Goal.DeviceAccess(rest.isEmpty() ? Optional.empty() : Optional.of(rest));
            case "syscall" -> new Goal.SystemCall(rest.isEmpty() ? OptionalInt.empty() : systemCall(rest));
            default -> throw new CliException("there is no way back to '" + kind + "'");
        };
        if (goal instanceof Goal.Trap || goal instanceof Goal.PrivilegeChange) {
            nothing(kind, rest);
        }
        return new Search(goal, back);
    }

    private static OptionalInt systemCall(String text) {
        if (Addresses.isNumber(text)) {
            long number = number("syscall", text);
            if (number > Integer.MAX_VALUE) {
                throw new CliException("syscall " + text + ": too large for the number of a system call");
            }
            return OptionalInt.of((int) number);
        }
        OptionalInt number = LinuxCalls.number(text);
        if (number.isEmpty()) {
            throw new CliException("syscall " + text + ": Linux has no such system call");
        }
        return number;
    }

    private static StepLine walk(String text) {
        try {
            WalkOption option = new WalkOption.Converter().convert(text);
            if (Addresses.isNumber(option.address())) {
                Addresses.number("walk", option.address());
            }
            return new Walk(option);
        } catch (TypeConversionException e) {
            throw new CliException("walk: " + e.getMessage());
        }
    }

    private static String text(String escaped) {
        try {
            return escaped.translateEscapes();
        } catch (IllegalArgumentException e) {
            throw new CliException("type: a backslash wants r, n, t or another one after it");
        }
    }

    private static long count(String name, String text) {
        return text.isEmpty() ? 1 : number(name, text);
    }

    private static int few(String name, String text) {
        return text.isEmpty() ? FEW : (int) Math.min(Integer.MAX_VALUE, number(name, text));
    }

    private static long number(String name, String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As below.
        }
        throw new CliException(name + " " + text + ": a decimal number is wanted");
    }

    private static String some(String name, String rest) {
        if (rest.isEmpty()) {
            throw new CliException(name + ": something is missing after it");
        }
        return rest;
    }

    private static void nothing(String name, String rest) {
        if (!rest.isEmpty()) {
            throw new CliException(name + " " + rest + ": nothing is wanted after '" + name + "'");
        }
    }
}
