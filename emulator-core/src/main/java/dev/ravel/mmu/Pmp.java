package dev.ravel.mmu;

import dev.ravel.isa.Privilege;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Physical memory protection (Privileged 1.13, 3.7): 16 entries, granularity 4 bytes. Reading and writing are those of
 * the CSRs, WARL rules and locks included; {@link #allows} is asked for every physical access that no TLB answers.
 */
public final class Pmp {
    /** Entries that exist; the registers of entries 16 to 63 read as zero. */
    public static final int ENTRIES = 16;

    /** Fields of a configuration byte. */
    public static final int R = 1;

    public static final int W = 2;
    public static final int X = 4;
    public static final int A_SHIFT = 3;
    public static final int A = 3 << A_SHIFT;
    public static final int L = 1 << 7;

    /** Values of the field {@link #A}. */
    public static final int OFF = 0;

    public static final int TOR = 1;
    public static final int NA4 = 2;
    public static final int NAPOT = 3;

    /** {@code pmpaddr} holds bits 55 to 2 of an address. */
    private static final long ADDRESS_MASK = (1L << 54) - 1;

    private static final int NO_ENTRY = -1;

    private final int[] config = new int[ENTRIES];
    private final long[] address = new long[ENTRIES];

    /** The entries that are on and not empty, in order of priority; bounds in bytes, {@code last} inclusive. */
    private int active;

    private final long[] first = new long[ENTRIES];
    private final long[] last = new long[ENTRIES];
    private final int[] rights = new int[ENTRIES];
    private final int[] entries = new int[ENTRIES];

    /** Every entry off, as after reset: machine mode may do everything, the others nothing. */
    public Pmp() {}

    /** The configuration byte of an entry. */
    public int config(int entry) {
        return config[entry];
    }

    /**
     * Writes a configuration byte; a locked entry keeps what it has, and the reserved combination W without R is not
     * taken.
     */
    public void setConfig(int entry, int value) {
        if (isLocked(entry)) {
            return;
        }
        int legal = value & (R | W | X | A | L);
        if ((legal & (R | W)) == W) {
            legal &= ~W;
        }
        config[entry] = legal;
        prepare();
    }

    /** {@code pmpaddr} of an entry. */
    public long address(int entry) {
        return address[entry];
    }

    /** Writes {@code pmpaddr}; ignored if the entry is locked, or is the lower bound of a locked TOR entry. */
    public void setAddress(int entry, long value) {
        boolean boundOfLocked = entry + 1 < ENTRIES && isLocked(entry + 1) && mode(entry + 1) == TOR;
        if (!isLocked(entry) && !boundOfLocked) {
            address[entry] = value & ADDRESS_MASK;
            prepare();
        }
    }

    /** All entries off and unlocked. */
    public void reset() {
        Arrays.fill(config, 0);
        Arrays.fill(address, 0);
        prepare();
    }

    /** Replaces the state, locks notwithstanding: for snapshots. */
    public void restore(int entry, int configValue, long addressValue) {
        config[entry] = configValue;
        address[entry] = addressValue;
        prepare();
    }

    /**
     * Whether an access to all of {@code [address, address + length)} is allowed. The entry of highest priority that
     * matches any of its bytes decides, and must match all of them. So if a whole page is allowed, every access within
     * is.
     *
     * @param physical not negative; {@code physical + length} does not overflow
     * @param privilege the effective one
     */
    public boolean allows(long physical, long length, AccessType type, int privilege) {
        int i = matching(physical, length);
        if (i == NO_ENTRY) {
            return privilege == Privilege.MACHINE;
        }
        if (physical < first[i] || physical + length - 1 > last[i]) {
            return false;
        }
        if (privilege == Privilege.MACHINE && (rights[i] & L) == 0) {
            return true;
        }
        return switch (type) {
            case FETCH -> (rights[i] & X) != 0;
            case LOAD -> (rights[i] & R) != 0;
            case STORE -> (rights[i] & W) != 0;
        };
    }

    /** The entry that decides over an access to {@code [physical, physical + length)}; none where no entry matches. */
    public OptionalInt deciding(long physical, int length) {
        int i = matching(physical, length);
        return i == NO_ENTRY ? OptionalInt.empty() : OptionalInt.of(entries[i]);
    }

    /** The first of the active entries that matches any byte. */
    private int matching(long physical, long length) {
        long end = physical + length - 1;
        for (int i = 0; i < active; i++) {
            if (end >= first[i] && physical <= last[i]) {
                return i;
            }
        }
        return NO_ENTRY;
    }

    private boolean isLocked(int entry) {
        return (config[entry] & L) != 0;
    }

    private int mode(int entry) {
        return (config[entry] & A) >> A_SHIFT;
    }

    private void prepare() {
        active = 0;
        for (int i = 0; i < ENTRIES; i++) {
            switch (mode(i)) {
                case TOR -> add(i, i == 0 ? 0 : address[i - 1] << 2, (address[i] << 2) - 1);
                case NA4 -> add(i, address[i] << 2, (address[i] << 2) + 3);
                case NAPOT -> {
                    // yyyy...0111: the trailing ones give the size, 8 bytes where there are none.
                    long within = address[i] ^ address[i] + 1;
                    add(i, (address[i] & ~within) << 2, ((address[i] | within) << 2) + 3);
                }
                default -> {}
            }
        }
    }

    private void add(int entry, long from, long to) {
        if (from <= to) {
            first[active] = from;
            last[active] = to;
            rights[active] = config[entry];
            entries[active] = entry;
            active++;
        }
    }
}
