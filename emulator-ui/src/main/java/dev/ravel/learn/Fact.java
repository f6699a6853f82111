package dev.ravel.learn;

import dev.ravel.inspect.Exit;
import dev.ravel.inspect.linux.Namespaces;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    /** {@code memory-checksum}: the CRC-32C of all bytes of the machine's RAM. */
    record MemoryChecksum() implements Fact {}

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
            CPU_MILLISECONDS,
            /** How long its JVM has compiled bytecode to code of the host's processor. */
            COMPILING_MILLISECONDS
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
    record Console(Pattern pattern) implements Fact {
        // Patterns of the same text are not equal by themselves.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Console console && console.pattern.pattern().equals(pattern.pattern());
        }

        @Override
        public int hashCode() {
            return pattern.pattern().hashCode();
        }
    }

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

    /** {@code engine}: the name of what executes the machine's instructions: {@code interp}, {@code jit}. */
    record Engine() implements Fact {}

    /**
     * {@code counter NAME}, {@code step.counter NAME}: what the machine's engine counts, by its name in {@code --stats}, since
     * the machine was made or since the step began.
     */
    record Counter(String name, boolean ofStep) implements Fact {}

    /** {@code assembly PLACE}: the instruction there in RAM, as {@link Word} finds it. */
    record Assembly(String place) implements Fact {}

    /**
     * {@code unit ENTRY FIELD}, {@code unit ENTRY FIELD PLACE}: what the engine's translator makes now of the guest code that
     * begins at a place, or of the instruction at one in it. Places are as those of {@link Word}.
     *
     * @param place where the field is about one instruction
     */
    record Unit(String entry, Field field, Optional<String> place) implements Fact {
        /** What is asked of it. */
        enum Field {
            /** How many of the guest's instructions are in it. */
            INSTRUCTIONS,
            /** How many bytes all of its bytecode has. */
            BYTES,
            /** How many innermost loops keep registers in local variables. */
            LOOPS,
            /** What those registers are. */
            REGISTERS,
            /** How many rounds of an innermost loop are written in a row at most. */
            ROUNDS,
            /** How many groups of loads and stores are looked up together. */
            GROUPS,
            /** The bytecode of one instruction, without what rarely runs. */
            BYTECODE,
            /** How many bytes all bytecode of one instruction has. */
            INSTRUCTION_BYTES
        }

        /** Whether a field is about one instruction. */
        static boolean ofInstruction(Field field) {
            return field == Field.BYTECODE || field == Field.INSTRUCTION_BYTES;
        }
    }

    /** The name of a {@link Part.Let}. */
    record Kept(String name) implements Fact {}
}
