package dev.ravel.testroms.random;

import dev.ravel.memory.Ram;

/**
 * A program and everything that it starts with; made by {@link ProgramGenerator}.
 *
 * @param seed what it was made from: the same seed makes the same program
 * @param mode what mode it starts in
 * @param code its bytes, in the order of the addresses that it sees; the first instruction is its end, the second its
 *     beginning
 * @param x the integer registers; {@code x[0]} is 0
 * @param f the floating-point registers, raw
 * @param fcsr rounding mode and flags
 * @param mstatus as it is before the {@code mret} that starts the program
 * @param memorySeed what its data begin as, see {@link Layout#nextData}
 */
public record RandomProgram(
        long seed, Mode mode, byte[] code, long[] x, long[] f, long fcsr, long mstatus, long memorySeed) {

    /** Privilege and translation at the start. */
    public enum Mode {
        /** Machine mode: no translation. */
        MACHINE(3, 0),
        /** User mode, no translation. */
        USER(0, 0),
        /** Supervisor mode under Sv39. */
        PAGED_SUPERVISOR(1, Layout.SUPERVISOR_TABLES),
        /** User mode under Sv39. */
        PAGED_USER(0, Layout.USER_TABLES);

        private final int privilege;
        private final long tables;

        Mode(int privilege, long tables) {
            this.privilege = privilege;
            this.tables = tables;
        }

        /** The privilege as {@code mstatus.MPP} encodes it. */
        public int privilege() {
            return privilege;
        }

        /** Whether addresses are translated. */
        public boolean paged() {
            return tables != 0;
        }

        /** The {@code satp} to run with. */
        public long satp() {
            return paged() ? 8L << 60 | tables >>> Ram.PAGE_SHIFT : 0;
        }

        /** The address at which a program of this mode sees what is at a physical address of program or data. */
        public long virtual(long physical) {
            return paged() ? physical - Layout.BASE + Layout.VIRTUAL_BASE : physical;
        }
    }

    /** Its bytes as they lie in RAM from {@link Layout#PROGRAM} on. */
    public byte[] physicalCode() {
        return mode.paged() ? Layout.shuffled(code) : code;
    }

    /** Where in RAM what it sees at an address of its code is; -1 if that is not of its code. */
    public long physical(long address) {
        long offset = address - mode.virtual(Layout.PROGRAM);
        if (offset < 0 || offset >= Layout.PROGRAM_SIZE) {
            return -1;
        }
        return Layout.PROGRAM + (mode.paged() ? Layout.shuffled(offset) : offset);
    }

    /** The address of its first instruction to run. */
    public long entry() {
        return mode.virtual(Layout.PROGRAM) + 4;
    }
}
