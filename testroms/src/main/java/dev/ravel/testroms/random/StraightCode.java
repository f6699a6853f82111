package dev.ravel.testroms.random;

import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operation;
import dev.ravel.memory.Ram;
import dev.ravel.testroms.random.CodeBuffer.Label;
import dev.ravel.testroms.random.RandomProgram.Mode;
import dev.ravel.testroms.random.Vocabulary.Kind;
import java.util.List;
import java.util.SplittableRandom;

/** Writes code without control flow of its own, other than traps: each piece takes at most 40 bytes. */
final class StraightCode {
    private static final int SSIE = 2;
    private static final int MIE = 8;
    private static final long SUM = 1 << 18;
    private static final long MXR = 1 << 19;
    private static final long MPRV = 1 << 17;
    private static final long MPP = 3 << 11;
    private static final long FLOAT_STATE = 3 << 13;

    private final SplittableRandom random;
    private final Vocabulary words;
    private final CodeBuffer code;
    private final OperandChooser operands;
    private final Mode mode;
    private final ImplementationDefined allowed;

    /** How much of the program is floating point, and how often it traps, in 16ths. */
    private final int floats;

    private final int traps;

    StraightCode(
            SplittableRandom random,
            Vocabulary words,
            CodeBuffer code,
            OperandChooser operands,
            Mode mode,
            ImplementationDefined allowed) {
        this.random = random;
        this.words = words;
        this.code = code;
        this.operands = operands;
        this.mode = mode;
        this.allowed = allowed;
        this.floats = random.nextInt(3) * 4;
        this.traps = random.nextInt(3) == 0 ? random.nextInt(1, 4) : 0;
    }

    void some(int count) {
        for (int i = 0; i < count; i++) {
            one();
        }
    }

    private void one() {
        if (random.nextInt(16) < floats) {
            any(Kind.FLOAT);
        } else if (random.nextInt(16) < traps) {
            trap();
        } else {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3 -> memory();
                case 4 -> atomic();
                case 5 -> reserved();
                case 6 -> any(Kind.CSR);
                case 7 -> other();
                case 8 -> rarities();
                default -> any(Kind.INTEGER);
            }
        }
    }

    /** Instructions that touch nothing but registers. */
    void registersOnly(int count) {
        for (int i = 0; i < count; i++) {
            any(Kind.INTEGER);
        }
    }

    /** One instruction of four bytes that touches nothing but registers. */
    void oneWide() {
        List<Instruction> instructions = words.of(Kind.INTEGER);
        while (true) {
            Instruction instruction = instructions.get(random.nextInt(instructions.size()));
            if (instruction.length() == 4) {
                long bits = operands.encode(instruction, -1);
                if (bits >= 0) {
                    code.emit((int) bits, 4);
                    return;
                }
            }
        }
    }

    /** {@code addi} with a register that is used often. */
    void addImmediate() {
        int register = operands.writable();
        emit("addi", register, register, random.nextInt(64));
    }

    /** A {@code lui} whose upper half is a compressed instruction. */
    void wideWithCompressedInside() {
        List<Instruction> instructions = words.of(Kind.INTEGER);
        long inner = -1;
        while (inner < 0) {
            Instruction instruction = instructions.get(random.nextInt(instructions.size()));
            if (instruction.length() == 2) {
                inner = operands.encode(instruction, -1);
            }
        }
        int outer = words.named("lui").encode(operands.writable(), (long) random.nextInt(16) << 12);
        code.emit((int) inner << 16 | outer & 0xffff, 4);
    }

    private void any(Kind kind) {
        any(kind, -1);
    }

    /** @param base the register for the first source, or -1 for any */
    private void any(Kind kind, int base) {
        List<Instruction> instructions = words.of(kind);
        if (instructions.isEmpty()) {
            return;
        }
        Instruction instruction = instructions.get(random.nextInt(instructions.size()));
        long bits = operands.encode(instruction, base);
        boolean reserves = instruction.operation() instanceof Operation.LoadReserved;
        if (bits >= 0 && (allowed.lastingReservations() || !reserves)) {
            code.emit((int) bits, instruction.length());
        }
    }

    // Memory

    /** A load or store off a pointer, or off an address somewhere around one: misaligned, perhaps across pages. */
    private void memory() {
        any(Kind.MEMORY, random.nextBoolean() ? operands.pointer() : near(1));
    }

    private void atomic() {
        // One in eight at any address: it traps.
        boolean misaligned = random.nextInt(8) == 0 && allowed.faultingAtomics();
        any(Kind.ATOMIC, random.nextBoolean() ? operands.pointer() : near(misaligned ? 1 : 16));
    }

    /** A load and store with a reservation, as a loop would have them. */
    private void reserved() {
        boolean wide = random.nextBoolean();
        int base = random.nextBoolean() ? operands.pointer() : near(8);
        int old = operands.writableBut(base);
        emit(wide ? "lr.d" : "lr.w", old, base);
        Instruction between = words.named("addi");
        code.emit(between, operands.writableBut(base), old, random.nextInt(-8, 8));
        emit(wide ? "sc.d" : "sc.w", operands.writable(), old, base);
    }

    /** Puts an address near a pointer into a register. */
    int near(int alignment) {
        int register = operands.writable();
        emit("addi", register, operands.pointer(), random.nextInt(-2048, 2048) & -alignment);
        return register;
    }

    private void other() {
        any(Kind.OTHER, operands.pointer());
    }

    // Traps

    private void trap() {
        switch (random.nextInt(8)) {
            case 0, 1 -> any(Kind.TRAP);
            case 2 -> illegal();
            case 3 -> faultingAccess();
            case 4, 5 -> faultingAtomic();
            case 6 -> any(Kind.OTHER, allowed.misalignedFaults() ? nowhere() : operands.pointer());
            default -> reservedRounding();
        }
    }

    /** A load or store where there is no memory. */
    private void faultingAccess() {
        int base = nowhere();
        List<Instruction> instructions = words.of(Kind.MEMORY);
        while (true) {
            Instruction instruction = instructions.get(random.nextInt(instructions.size()));
            long bits = operands.encode(instruction, base);
            if (bits >= 0 && (allowed.misalignedFaults() || aligned(words.set().decode((int) bits)))) {
                code.emit((int) bits, instruction.length());
                return;
            }
        }
    }

    private static boolean aligned(Decoded access) {
        return switch (access.instruction().operation()) {
            case Operation.Load load -> (access.imm() & load.size() - 1) == 0;
            case Operation.Store store -> (access.imm() & store.size() - 1) == 0;
            default -> true;
        };
    }

    private void faultingAtomic() {
        if (allowed.faultingAtomics()) {
            any(Kind.ATOMIC, random.nextBoolean() ? nowhere() : near(1));
        }
    }

    /** Bits that are no instruction. */
    private void illegal() {
        while (true) {
            boolean wide = random.nextBoolean();
            int bits = wide ? random.nextInt() | 3 : random.nextInt() & 0xffff;
            boolean longer = (bits & 0x1f) == 0x1f;
            boolean narrow = (bits & 3) != 3;
            if (narrow != wide && !longer && !words.set().decode(bits).isLegal()) {
                code.emit(bits, wide ? 4 : 2);
                return;
            }
        }
    }

    /** An address that is in no memory: at the upper end. */
    int nowhere() {
        int register = operands.writable();
        emit("lui", register, -(1L << 31) + ((long) random.nextInt(1 << 18) << 12));
        return register;
    }

    /** A rounding mode that is none, and an instruction that uses it. */
    private void reservedRounding() {
        emit("csrrwi", 0, CsrNumber.FRM, random.nextInt(5, 8));
        any(Kind.FLOAT);
        emit("csrrwi", 0, CsrNumber.FRM, random.nextInt(5));
    }

    // Rarities

    private void rarities() {
        switch (random.nextInt(9)) {
            case 6 -> remap();
            case 7 -> status();
            case 8 -> borrowedPrivilege();
            case 0 -> emit("csrrwi", operands.writable(), CsrNumber.FRM, random.nextInt(5));
            case 1 -> emit("csrrs", operands.writable(), CsrNumber.FFLAGS, 0);
            case 2 -> floatOff();
            case 3 -> lowerPrivilege();
            case 4 -> interrupt();
            default -> illegalRounding();
        }
    }

    /** Two pages of data change places. */
    private void remap() {
        if (mode != Mode.PAGED_SUPERVISOR) {
            any(Kind.INTEGER);
            return;
        }
        int table = operands.writable();
        int one = operands.writableBut(table);
        int other = operands.writableBut(table);
        while (other == one) {
            other = operands.writableBut(table);
        }
        // The first page is read-only and the last is not there: programs keep away from them.
        int first = random.nextInt(1, 5);
        int second = random.nextInt(1, 5);
        long entries = (Layout.DATA - Layout.BASE >> Ram.PAGE_SHIFT) * Long.BYTES;
        emit("lui", table, mode.virtual(Layout.SUPERVISOR_LEAVES));
        emit("ld", one, entries + first * 8L, table);
        emit("ld", other, entries + second * 8L, table);
        emit("sd", one, entries + second * 8L, table);
        emit("sd", other, entries + first * 8L, table);
        if (random.nextBoolean()) {
            emit("sfence.vma", 0, 0);
        } else {
            emit("lui", table, mode.virtual(Layout.DATA) + (long) first * Ram.PAGE_SIZE);
            emit("sfence.vma", table, 0);
            emit("lui", table, mode.virtual(Layout.DATA) + (long) second * Ram.PAGE_SIZE);
            emit("sfence.vma", table, 0);
        }
    }

    /** SUM and MXR, which change nothing for these programs but what a TLB may be asked. */
    private void status() {
        int register = operands.writable();
        emit("lui", register, SUM | MXR);
        emit(random.nextBoolean() ? "csrrs" : "csrrc", 0, CsrNumber.SSTATUS, register);
        memory();
    }

    /** Machine mode loads and stores with the privilege that it came from, user mode or its own. */
    private void borrowedPrivilege() {
        int register = operands.writable();
        int mpp = operands.writableBut(register);
        emit("lui", register, MPRV);
        emit("lui", mpp, 0x2000);
        emit("addi", mpp, mpp, MPP - 0x2000);
        emit(random.nextBoolean() ? "csrrs" : "csrrc", 0, CsrNumber.MSTATUS, mpp);
        emit("csrrs", 0, CsrNumber.MSTATUS, register);
        any(Kind.MEMORY, operands.pointer());
        emit("csrrc", 0, CsrNumber.MSTATUS, register);
    }

    /** Without floating-point state, its instructions are illegal. In other modes the register may be, too. */
    private void floatOff() {
        int register = operands.writable();
        int status = mode == Mode.MACHINE ? CsrNumber.MSTATUS : CsrNumber.SSTATUS;
        emit("lui", register, FLOAT_STATE & -4096);
        // When exactly the state becomes dirty is an implementation's own business.
        emit("csrrc", allowed.ownCsrs() ? operands.writableBut(register) : 0, status, register);
        any(Kind.FLOAT);
        emit("lui", register, FLOAT_STATE & -4096);
        emit("csrrs", 0, status, register);
        any(Kind.FLOAT);
    }

    /** Returns from a trap that was none, to the next instruction, in a mode that may be another. */
    private void lowerPrivilege() {
        if (mode.paged() || random.nextInt(4) > 0) {
            // Below machine mode it only traps.
            if (mode != Mode.MACHINE && mode != Mode.PAGED_SUPERVISOR) {
                emit(random.nextBoolean() ? "mret" : "sret");
            }
            return;
        }
        int register = operands.writable();
        Label here = code.label();
        Label target = new Label();
        boolean supervisor = random.nextBoolean();
        emit("auipc", register, 0);
        code.emitTo(words.named("addi"), new long[] {register, register, 0}, 2, here, target);
        emit("csrrw", 0, supervisor ? CsrNumber.SEPC : CsrNumber.MEPC, register);
        emit(supervisor ? "sret" : "mret");
        code.bind(target);
    }

    /** Software's own interrupt, which machine mode takes when it allows it. */
    private void interrupt() {
        if (mode != Mode.MACHINE) {
            any(Kind.CSR);
            return;
        }
        int[][] steps = {{CsrNumber.MIP, SSIE}, {CsrNumber.MIE, SSIE}, {CsrNumber.MSTATUS, MIE}};
        int first = random.nextInt(3);
        for (int i = 0; i < 3; i++) {
            int[] step = steps[(first + i) % 3];
            emit("csrrsi", 0, step[0], step[1]);
        }
        any(Kind.INTEGER);
        emit("csrrci", 0, CsrNumber.MSTATUS, MIE);
    }

    /** An instruction whose own rounding mode is reserved. */
    private void illegalRounding() {
        long rm = random.nextInt(5, 7);
        int bits = words.named("fadd.d").encode(random.nextInt(32), random.nextInt(32), random.nextInt(32), 0);
        code.emit(bits | (int) rm << 12, 4);
    }

    private void emit(String mnemonic, long... values) {
        code.emit(words.named(mnemonic), values);
    }
}
