package dev.ravel.learn;

import dev.ravel.inspect.Exit;
import dev.ravel.inspect.linux.Namespaces;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.RegisterNames;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads facts as lessons call them. */
final class FactParser {
    private FactParser() {}

    /**
     * The fact that a lesson calls {@code text}.
     *
     * @param kept names that have been given so far
     * @throws IllegalArgumentException if there is none; the message says so
     */
    static Fact parse(String text, Set<String> kept) {
        String[] words = text.strip().split("\\s+", 2);
        String argument = words.length > 1 ? words[1] : "";
        boolean ofStep = words[0].startsWith("step.");
        String name = ofStep ? words[0].substring("step.".length()) : words[0];
        if (ofStep
                && !Set.of("instructions", "traps", "interrupts", "accesses", "exits", "counter")
                        .contains(name)) {
            throw unknown(text);
        }
        return switch (name) {
            case "traps", "interrupts" ->
                new Fact.Traps(
                        name.equals("interrupts"),
                        argument.isEmpty() ? OptionalInt.empty() : OptionalInt.of(number(argument)),
                        ofStep);
            case "register" ->
                new Fact.Integer(RegisterNames.xNumber(argument)
                        .orElseThrow(() -> new IllegalArgumentException("there is no register " + argument)));
            case "csr" -> new Fact.ControlRegister(csr(argument));
            case "bit" -> {
                String[] rest = argument.split(" of csr ");
                if (rest.length != 2) {
                    throw new IllegalArgumentException("write 'bit N of csr NAME', not '" + text + "'");
                }
                yield new Fact.Bit(number(rest[0]), csr(rest[1]));
            }
            case "console" -> new Fact.Console(pattern(argument));
            case "linux" -> linux(argument);
            case "cgroup" -> group(argument);
            case "walk" -> walk(argument, kept);
            case "source" -> source(argument);
            case "host" -> host(argument);
            case "counter" -> new Fact.Counter(nonEmpty(argument, text), ofStep);
            case "assembly" -> new Fact.Assembly(LessonParser.place(nonEmpty(argument, text)));
            case "unit" -> unit(argument);
            case "exits" -> exits(argument, ofStep);
            case "word", "doubleword", "number" ->
                new Fact.Word(
                        LessonParser.place(nonEmpty(argument, text)),
                        name.equals("word") ? Integer.BYTES : Long.BYTES,
                        name.equals("number"));
            default -> {
                if (argument.startsWith("/ ")) {
                    yield quotient(name, argument.substring(2).strip(), kept);
                }
                if (!argument.isEmpty()) {
                    throw unknown(text);
                }
                yield switch (name) {
                    case "instructions" -> new Fact.Instructions(ofStep);
                    case "action.milliseconds" -> new Fact.Took(false);
                    case "action.instructions" -> new Fact.Took(true);
                    case "host-memory" -> new Fact.HostMemory();
                    case "memory-checksum" -> new Fact.MemoryChecksum();
                    case "accesses" -> new Fact.Accesses(ofStep);
                    case "access.device" -> new Fact.LastAccess(Fact.LastAccess.Detail.DEVICE);
                    case "access.address" -> new Fact.LastAccess(Fact.LastAccess.Detail.ADDRESS);
                    case "access.value" -> new Fact.LastAccess(Fact.LastAccess.Detail.VALUE);
                    case "access.kind" -> new Fact.LastAccess(Fact.LastAccess.Detail.KIND);
                    case "engine" -> new Fact.Engine();
                    case "mode" -> new Fact.Mode();
                    case "pc" -> new Fact.Pc();
                    case "instruction" -> new Fact.NextInstruction();
                    case "trap.cause" -> new Fact.LastTrap(Fact.LastTrap.Detail.CAUSE);
                    case "trap.name" -> new Fact.LastTrap(Fact.LastTrap.Detail.NAME);
                    case "trap.from" -> new Fact.LastTrap(Fact.LastTrap.Detail.FROM);
                    case "trap.to" -> new Fact.LastTrap(Fact.LastTrap.Detail.TO);
                    case "trap.epc" -> new Fact.LastTrap(Fact.LastTrap.Detail.EPC);
                    case "trap.tval" -> new Fact.LastTrap(Fact.LastTrap.Detail.TVAL);
                    default -> {
                        if (!kept.contains(name)) {
                            throw unknown(text);
                        }
                        yield new Fact.Kept(name);
                    }
                };
            }
        };
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException("there is no fact '" + text.strip() + "'");
    }

    private static String nonEmpty(String argument, String text) {
        if (argument.isEmpty()) {
            throw unknown(text);
        }
        return argument;
    }

    private static Fact quotient(String dividend, String divisor, Set<String> kept) {
        if (!kept.contains(dividend)) {
            throw unknown(dividend);
        }
        if (!kept.contains(divisor) && !divisor.matches("[1-9][0-9]{0,17}")) {
            throw unknown(divisor);
        }
        return new Fact.Quotient(dividend, divisor);
    }

    private static int number(String text) {
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= 0 && number < 64) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with what is out of range.
        }
        throw new IllegalArgumentException("'" + text + "' is no number from 0 to 63");
    }

    private static int csr(String name) {
        return CsrNumber.byName(name).orElseThrow(() -> new IllegalArgumentException("there is no register " + name));
    }

    /** A regular expression that is looked for in text of many lines. */
    static Pattern pattern(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a regular expression is missing");
        }
        try {
            return Pattern.compile(text, Pattern.MULTILINE);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is no regular expression: " + e.getDescription());
        }
    }

    private static Fact group(String argument) {
        String[] words = argument.split(" ");
        if (words.length != 2 || !words[0].startsWith("/")) {
            throw new IllegalArgumentException("write 'cgroup /PATH FIELD', not 'cgroup " + argument + "'");
        }
        return new Fact.Group(words[0], CgroupField.named(words[1]));
    }

    private static Fact walk(String argument, Set<String> kept) {
        String[] words = argument.split(" ");
        if (words.length < 2 || words.length > 3 || !words[0].matches("0x[0-9a-f]{1,16}") && !kept.contains(words[0])) {
            throw new IllegalArgumentException("write 'walk 0xADDRESS FIELD', not 'walk " + argument + "'");
        }
        return words.length == 3 ? walkLevel(words) : new Fact.Walk(words[0], walkField(words[1]));
    }

    private static Fact.Walk.Field walkField(String name) {
        return switch (name) {
            case "mode" -> Fact.Walk.Field.MODE;
            case "root" -> Fact.Walk.Field.ROOT;
            case "levels" -> Fact.Walk.Field.LEVELS;
            case "entry" -> Fact.Walk.Field.ENTRY;
            case "bits" -> Fact.Walk.Field.BITS;
            case "page" -> Fact.Walk.Field.PAGE;
            case "physical" -> Fact.Walk.Field.PHYSICAL;
            case "target" -> Fact.Walk.Field.TARGET;
            case "decision" -> Fact.Walk.Field.DECISION;
            default -> throw new IllegalArgumentException("a page walk has no " + name);
        };
    }

    private static Fact.WalkLevel walkLevel(String[] words) {
        Fact.WalkLevel.Field field = switch (words[1]) {
            case "index" -> Fact.WalkLevel.Field.INDEX;
            case "at" -> Fact.WalkLevel.Field.AT;
            case "entry" -> Fact.WalkLevel.Field.ENTRY;
            case "bits" -> Fact.WalkLevel.Field.BITS;
            case "kind" -> Fact.WalkLevel.Field.KIND;
            case "leads-to" -> Fact.WalkLevel.Field.LEADS_TO;
            default -> throw new IllegalArgumentException("a level of a page walk has no " + words[1]);
        };
        if (!words[2].matches("[0-4]")) {
            throw new IllegalArgumentException("a level is 0 to 4, not '" + words[2] + "'");
        }
        return new Fact.WalkLevel(words[0], field, Integer.parseInt(words[2]));
    }

    private static Fact exits(String argument, boolean ofStep) {
        if (argument.isEmpty()) {
            return new Fact.Exits(Optional.empty(), "", ofStep);
        }
        String[] words = argument.split(" ", 2);
        Exit.Kind kind = Arrays.stream(Exit.Kind.values())
                .filter(k ->
                        k.label().toLowerCase(Locale.ROOT).replace(' ', '-').equals(words[0]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there are no exits " + words[0]));
        return new Fact.Exits(Optional.of(kind), words.length > 1 ? words[1] : "", ofStep);
    }

    private static Fact source(String argument) {
        String[] words = argument.split(" ");
        if (words.length != 2) {
            throw new IllegalArgumentException("write 'source N FIELD', not 'source " + argument + "'");
        }
        Fact.Source.Field field = switch (words[1]) {
            case "priority" -> Fact.Source.Field.PRIORITY;
            case "pending" -> Fact.Source.Field.PENDING;
            case "enabled" -> Fact.Source.Field.ENABLED;
            case "threshold" -> Fact.Source.Field.THRESHOLD;
            default -> throw new IllegalArgumentException("a source of interrupts has no " + words[1]);
        };
        int number = number(words[0]);
        if (number == 0) {
            throw new IllegalArgumentException("sources of interrupts are numbered from 1");
        }
        return new Fact.Source(number, field);
    }

    private static Fact host(String name) {
        return new Fact.Host(
                switch (name) {
                    case "pid" -> Fact.Host.Field.PID;
                    case "command" -> Fact.Host.Field.COMMAND;
                    case "processes" -> Fact.Host.Field.PROCESSES;
                    case "threads" -> Fact.Host.Field.THREADS;
                    case "hart-thread" -> Fact.Host.Field.HART_THREAD;
                    case "cpu-milliseconds" -> Fact.Host.Field.CPU_MILLISECONDS;
                    case "compiling-milliseconds" -> Fact.Host.Field.COMPILING_MILLISECONDS;
                    default -> throw new IllegalArgumentException("the host does not tell '" + name + "'");
                });
    }

    private static Fact unit(String argument) {
        String[] words = argument.split(" ");
        if (words.length < 2 || words.length > 3) {
            throw new IllegalArgumentException("write 'unit ENTRY FIELD', not 'unit " + argument + "'");
        }
        Fact.Unit.Field field = switch (words[1]) {
            case "instructions" -> Fact.Unit.Field.INSTRUCTIONS;
            case "bytes" -> words.length == 2 ? Fact.Unit.Field.BYTES : Fact.Unit.Field.INSTRUCTION_BYTES;
            case "loops" -> Fact.Unit.Field.LOOPS;
            case "registers" -> Fact.Unit.Field.REGISTERS;
            case "groups" -> Fact.Unit.Field.GROUPS;
            case "rounds" -> Fact.Unit.Field.ROUNDS;
            case "bytecode" -> Fact.Unit.Field.BYTECODE;
            default -> throw new IllegalArgumentException("a unit has no " + words[1]);
        };
        if (Fact.Unit.ofInstruction(field) != (words.length == 3)) {
            throw new IllegalArgumentException(
                    words.length == 3
                            ? "the " + words[1] + " of a unit have no place"
                            : "write 'unit ENTRY " + words[1] + " PLACE'");
        }
        return new Fact.Unit(
                LessonParser.place(words[0]),
                field,
                words.length == 3 ? Optional.of(LessonParser.place(words[2])) : Optional.empty());
    }

    private static Fact linux(String argument) {
        String[] words = argument.split(" ");
        if (words.length != 2) {
            throw new IllegalArgumentException("write 'linux NAME FIELD', not 'linux " + argument + "'");
        }
        if (words[1].startsWith("ns.")) {
            Namespaces.Kind kind = Arrays.stream(Namespaces.Kind.values())
                    .filter(k -> k.entry().equals(words[1].substring("ns.".length())))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no namespace " + words[1]));
            return new Fact.LinuxTask(words[0], Fact.LinuxTask.Field.NAMESPACE, Optional.of(kind));
        }
        Fact.LinuxTask.Field field = switch (words[1]) {
            case "pid" -> Fact.LinuxTask.Field.PID;
            case "inner-pid" -> Fact.LinuxTask.Field.INNER_PID;
            case "pid-levels" -> Fact.LinuxTask.Field.PID_LEVELS;
            case "uid" -> Fact.LinuxTask.Field.UID;
            case "hostname" -> Fact.LinuxTask.Field.HOSTNAME;
            case "cgroup" -> Fact.LinuxTask.Field.CGROUP;
            default -> throw new IllegalArgumentException("a task has no " + words[1]);
        };
        return new Fact.LinuxTask(words[0], field, Optional.empty());
    }
}
