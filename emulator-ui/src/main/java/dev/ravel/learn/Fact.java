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

/** The closed set of what a lesson can ask of the live machine. */
public sealed interface Fact {
    /** {@code instructions}, {@code step.instructions}: retired since the machine's start, or since the step's. */
    record Instructions(boolean ofStep) implements Fact {}

    /**
     * {@code action.milliseconds}, {@code action.instructions}: how long the last thing took that Ravel did with the machine
     * or the learner typed, on the host's clock, and what the machine has retired meanwhile.
     */
    record Took(boolean instructions) implements Fact {}

    /** {@code host-memory}: bytes of the host's memory that the machine's RAM takes, as {@code Ram.resident()} tells. */
    record HostMemory() implements Fact {}

    /** {@code host FIELD}: of the process that the machine is in, as the host sees it. */
    record Host(Field field) implements Fact {
        /** What is asked of it. */
        enum Field {
            PID,
            /** The name of its program. */
            COMMAND,
            /** How many processes the host has in all, as far as it tells. */
            PROCESSES,
            /** How many threads this one has. */
            THREADS,
            /** The name of the thread that runs hart 0. */
            HART_THREAD,
            /** How long all its threads together have run. */
            CPU_MILLISECONDS
        }
    }

    /** {@code A / B}: the quotient of two values that were kept, or of one and a number, with three digits or more. */
    record Quotient(String dividend, String divisor) implements Fact {}

    /**
     * {@code traps}, {@code traps CODE}, {@code interrupts}, {@code interrupts CODE}, and all of them with {@code step.}: how
     * many were taken.
     */
    record Traps(boolean interrupts, OptionalInt code, boolean ofStep) implements Fact {}

    /** {@code trap.cause} and its like: the last exception that was taken. */
    record LastTrap(Detail detail) implements Fact {
        /** What is asked of it. */
        enum Detail {
            CAUSE,
            NAME,
            FROM,
            TO,
            EPC,
            TVAL
        }
    }

    /** {@code accesses}, {@code step.accesses}: to registers of devices. */
    record Accesses(boolean ofStep) implements Fact {}

    /**
     * {@code exits}, {@code exits KIND}, {@code exits KIND WHAT}, and all of them with {@code step.}: how often something happened
     * that a hypervisor would call an exit. The kind is the label of an {@code Exit.Kind} in small letters, with hyphens; the
     * rest is how the exit is called, or how that begins: {@code exits mmio uart}, {@code exits mmio uart read}.
     */
    record Exits(Optional<Exit.Kind> kind, String what, boolean ofStep) implements Fact {}

    /** {@code access.device} and its like: the last access to a device's register. */
    record LastAccess(Detail detail) implements Fact {
        /** What is asked of it. */
        enum Detail {
            DEVICE,
            /** Physical. */
            ADDRESS,
            VALUE,
            /** {@code read} or {@code write}. */
            KIND
        }
    }

    /**
     * {@code walk ADDRESS FIELD}: how a load from a virtual address would be translated now. The address is {@code 0x...} or the
     * name of a value that was kept.
     */
    record Walk(String address, Field field) implements Fact {
        /** What is asked of it. */
        enum Field {
            MODE,
            /** Physical address of the root table. */
            ROOT,
            /** How many entries of page tables are read. */
            LEVELS,
            /** The last entry that was read. */
            ENTRY,
            /** Its bits by name. */
            BITS,
            /** How much the last entry maps. */
            PAGE,
            PHYSICAL,
            /** RAM, or a device and the offset of its register. */
            TARGET,
            /** What decided, in words. */
            DECISION
        }
    }

    /** {@code walk ADDRESS FIELD LEVEL}: of the entry that the walk reads at a level; 0 is the one for 4 KiB pages. */
    record WalkLevel(String address, Field field, int level) implements Fact {
        /** What is asked of it. */
        enum Field {
            /** The entry's index in its table. */
            INDEX,
            /** The entry's physical address. */
            AT,
            ENTRY,
            /** Its bits by name. */
            BITS,
            /** {@code pointer}, {@code leaf} or {@code invalid}. */
            KIND,
            /** Physical address of the next table, or of the page. */
            LEADS_TO
        }
    }

    /**
     * {@code word PLACE}, {@code doubleword PLACE}, {@code number PLACE}: the four or eight bytes there in RAM, where the hart sees
     * them; a number is a doubleword in decimal. The place is a value that was kept, a symbol, or {@code 0x...}.
     */
    record Word(String place, int bytes, boolean decimal) implements Fact {}

    /**
     * {@code source N FIELD}: of a device's interrupt at the platform-level interrupt controller, as S-mode of hart 0 sees it;
     * {@code pending} and {@code enabled} are 1 or 0.
     */
    record Source(int number, Field field) implements Fact {
        /** What is asked of it. */
        enum Field {
            PRIORITY,
            PENDING,
            ENABLED,
            /** What the priority must be above. */
            THRESHOLD
        }
    }

    /** {@code mode}: the letter of hart 0's privilege mode. */
    record Mode() implements Fact {}

    /** {@code pc}: the address of the next instruction. */
    record Pc() implements Fact {}

    /** {@code instruction}: the next instruction in assembly. */
    record NextInstruction() implements Fact {}

    /** {@code register NAME}. */
    record Integer(int number) implements Fact {}

    /** {@code csr NAME}. */
    record ControlRegister(int number) implements Fact {}

    /** {@code bit N of csr NAME}. */
    record Bit(int bit, int csr) implements Fact {}

    /** {@code console REGEX}: the last match in what the step has printed; its first group if it has one. */
    record Console(Pattern pattern) implements Fact {}

    /** {@code linux NAME FIELD}: of the youngest process of a name, read from the guest's memory. */
    record LinuxTask(String comm, Field field, Optional<Namespaces.Kind> kind) implements Fact {
        /** What is asked of it. */
        enum Field {
            /** In the first PID namespace. */
            PID,
            /** In its own PID namespace. */
            INNER_PID,
            /** In how many PID namespaces it is seen. */
            PID_LEVELS,
            /** In the first user namespace. */
            UID,
            /** The host name that it sees. */
            HOSTNAME,
            /** The inode number of a namespace: {@code ns.uts}. */
            NAMESPACE,
            /** The path of its control group. */
            CGROUP
        }
    }

    /** {@code cgroup PATH FIELD}: of a control group, read from the guest's memory; {@code /} is the root. */
    record Group(String path, CgroupField field) implements Fact {}

    /** The name of a {@link Part.Let}. */
    record Kept(String name) implements Fact {}

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
                && !Set.of("instructions", "traps", "interrupts", "accesses", "exits")
                        .contains(name)) {
            throw unknown(text);
        }
        return switch (name) {
            case "traps", "interrupts" ->
                new Traps(
                        name.equals("interrupts"),
                        argument.isEmpty() ? OptionalInt.empty() : OptionalInt.of(number(argument)),
                        ofStep);
            case "register" ->
                new Integer(RegisterNames.xNumber(argument)
                        .orElseThrow(() -> new IllegalArgumentException("there is no register " + argument)));
            case "csr" -> new ControlRegister(csr(argument));
            case "bit" -> {
                String[] rest = argument.split(" of csr ");
                if (rest.length != 2) {
                    throw new IllegalArgumentException("write 'bit N of csr NAME', not '" + text + "'");
                }
                yield new Bit(number(rest[0]), csr(rest[1]));
            }
            case "console" -> new Console(pattern(argument));
            case "linux" -> linux(argument);
            case "cgroup" -> group(argument);
            case "walk" -> walk(argument, kept);
            case "source" -> source(argument);
            case "host" -> host(argument);
            case "exits" -> exits(argument, ofStep);
            case "word", "doubleword", "number" -> {
                if (argument.isEmpty()) {
                    throw unknown(text);
                }
                yield new Word(
                        LessonParser.place(argument),
                        name.equals("word") ? java.lang.Integer.BYTES : Long.BYTES,
                        name.equals("number"));
            }
            default -> {
                if (argument.startsWith("/ ")) {
                    yield quotient(name, argument.substring(2).strip(), kept);
                }
                if (!argument.isEmpty()) {
                    throw unknown(text);
                }
                yield switch (name) {
                    case "instructions" -> new Instructions(ofStep);
                    case "action.milliseconds" -> new Took(false);
                    case "action.instructions" -> new Took(true);
                    case "host-memory" -> new HostMemory();
                    case "accesses" -> new Accesses(ofStep);
                    case "access.device" -> new LastAccess(LastAccess.Detail.DEVICE);
                    case "access.address" -> new LastAccess(LastAccess.Detail.ADDRESS);
                    case "access.value" -> new LastAccess(LastAccess.Detail.VALUE);
                    case "access.kind" -> new LastAccess(LastAccess.Detail.KIND);
                    case "mode" -> new Mode();
                    case "pc" -> new Pc();
                    case "instruction" -> new NextInstruction();
                    case "trap.cause" -> new LastTrap(LastTrap.Detail.CAUSE);
                    case "trap.name" -> new LastTrap(LastTrap.Detail.NAME);
                    case "trap.from" -> new LastTrap(LastTrap.Detail.FROM);
                    case "trap.to" -> new LastTrap(LastTrap.Detail.TO);
                    case "trap.epc" -> new LastTrap(LastTrap.Detail.EPC);
                    case "trap.tval" -> new LastTrap(LastTrap.Detail.TVAL);
                    default -> {
                        if (!kept.contains(name)) {
                            throw unknown(text);
                        }
                        yield new Kept(name);
                    }
                };
            }
        };
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException("there is no fact '" + text.strip() + "'");
    }

    private static Fact quotient(String dividend, String divisor, Set<String> kept) {
        if (!kept.contains(dividend)) {
            throw unknown(dividend);
        }
        if (!kept.contains(divisor) && !divisor.matches("[1-9][0-9]{0,17}")) {
            throw unknown(divisor);
        }
        return new Quotient(dividend, divisor);
    }

    private static int number(String text) {
        try {
            int number = java.lang.Integer.parseInt(text.strip());
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
        return new Group(words[0], CgroupField.named(words[1]));
    }

    private static Fact walk(String argument, Set<String> kept) {
        String[] words = argument.split(" ");
        if (words.length < 2 || words.length > 3 || !words[0].matches("0x[0-9a-f]{1,16}") && !kept.contains(words[0])) {
            throw new IllegalArgumentException("write 'walk 0xADDRESS FIELD', not 'walk " + argument + "'");
        }
        return words.length == 3 ? walkLevel(words) : new Walk(words[0], walkField(words[1]));
    }

    private static Walk.Field walkField(String name) {
        return switch (name) {
            case "mode" -> Walk.Field.MODE;
            case "root" -> Walk.Field.ROOT;
            case "levels" -> Walk.Field.LEVELS;
            case "entry" -> Walk.Field.ENTRY;
            case "bits" -> Walk.Field.BITS;
            case "page" -> Walk.Field.PAGE;
            case "physical" -> Walk.Field.PHYSICAL;
            case "target" -> Walk.Field.TARGET;
            case "decision" -> Walk.Field.DECISION;
            default -> throw new IllegalArgumentException("a page walk has no " + name);
        };
    }

    private static WalkLevel walkLevel(String[] words) {
        WalkLevel.Field field = switch (words[1]) {
            case "index" -> WalkLevel.Field.INDEX;
            case "at" -> WalkLevel.Field.AT;
            case "entry" -> WalkLevel.Field.ENTRY;
            case "bits" -> WalkLevel.Field.BITS;
            case "kind" -> WalkLevel.Field.KIND;
            case "leads-to" -> WalkLevel.Field.LEADS_TO;
            default -> throw new IllegalArgumentException("a level of a page walk has no " + words[1]);
        };
        if (!words[2].matches("[0-4]")) {
            throw new IllegalArgumentException("a level is 0 to 4, not '" + words[2] + "'");
        }
        return new WalkLevel(words[0], field, java.lang.Integer.parseInt(words[2]));
    }

    private static Fact exits(String argument, boolean ofStep) {
        if (argument.isEmpty()) {
            return new Exits(Optional.empty(), "", ofStep);
        }
        String[] words = argument.split(" ", 2);
        Exit.Kind kind = Arrays.stream(Exit.Kind.values())
                .filter(k ->
                        k.label().toLowerCase(Locale.ROOT).replace(' ', '-').equals(words[0]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there are no exits " + words[0]));
        return new Exits(Optional.of(kind), words.length > 1 ? words[1] : "", ofStep);
    }

    private static Fact source(String argument) {
        String[] words = argument.split(" ");
        if (words.length != 2) {
            throw new IllegalArgumentException("write 'source N FIELD', not 'source " + argument + "'");
        }
        Source.Field field = switch (words[1]) {
            case "priority" -> Source.Field.PRIORITY;
            case "pending" -> Source.Field.PENDING;
            case "enabled" -> Source.Field.ENABLED;
            case "threshold" -> Source.Field.THRESHOLD;
            default -> throw new IllegalArgumentException("a source of interrupts has no " + words[1]);
        };
        int number = number(words[0]);
        if (number == 0) {
            throw new IllegalArgumentException("sources of interrupts are numbered from 1");
        }
        return new Source(number, field);
    }

    private static Fact host(String name) {
        return new Host(
                switch (name) {
                    case "pid" -> Host.Field.PID;
                    case "command" -> Host.Field.COMMAND;
                    case "processes" -> Host.Field.PROCESSES;
                    case "threads" -> Host.Field.THREADS;
                    case "hart-thread" -> Host.Field.HART_THREAD;
                    case "cpu-milliseconds" -> Host.Field.CPU_MILLISECONDS;
                    default -> throw new IllegalArgumentException("the host does not tell '" + name + "'");
                });
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
            return new LinuxTask(words[0], LinuxTask.Field.NAMESPACE, Optional.of(kind));
        }
        LinuxTask.Field field = switch (words[1]) {
            case "pid" -> LinuxTask.Field.PID;
            case "inner-pid" -> LinuxTask.Field.INNER_PID;
            case "pid-levels" -> LinuxTask.Field.PID_LEVELS;
            case "uid" -> LinuxTask.Field.UID;
            case "hostname" -> LinuxTask.Field.HOSTNAME;
            case "cgroup" -> LinuxTask.Field.CGROUP;
            default -> throw new IllegalArgumentException("a task has no " + words[1]);
        };
        return new LinuxTask(words[0], field, Optional.empty());
    }
}
