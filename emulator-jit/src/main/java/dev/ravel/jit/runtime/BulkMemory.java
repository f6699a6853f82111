package dev.ravel.jit.runtime;

import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessType;
import dev.ravel.mmu.Mmu;

/**
 * Rounds of loops that copy or fill memory, many at once, as long as all that they access is known to need no more than the access. The first
 * round of which that is not so is left to who does rounds one by one, with all that comes behind.
 *
 * <p>Loads and stores of a hart that lie in different bytes may be seen in any order by others (Unprivileged, RVWMO), but each that is naturally aligned is seen
 * whole: so is what is done here for aligned ones, and others are not.
 */
final class BulkMemory {
    private final Mmu mmu;
    private final Ram ram;

    /** A page of what memory was last filled with: the host copies faster than it fills. */
    private final long[] pattern = new long[Ram.PAGE_SIZE / Long.BYTES];

    /** What the elements of {@link #pattern} are, the first {@link #filled} of them. */
    private long filler;

    private int filled = pattern.length;

    BulkMemory(Mmu mmu) {
        this.mmu = mmu;
        this.ram = mmu.bus().ram();
    }

    /**
     * Copies; nothing that overlaps, where it matters how much a round loads before it stores.
     *
     * @param size bytes of a load and a store
     * @param stride bytes of a round
     * @param rounds at most
     * @return rounds that have been done
     */
    long copy(long from, long to, int size, int stride, long rounds) {
        if (((from | to) & size - 1) != 0) {
            return 0;
        }
        long done = 0;
        while (done < rounds) {
            long source = from + done * stride;
            long target = to + done * stride;
            long room = Math.min(room(source), room(target));
            long here = Math.clamp(room / stride, 1, rounds - done);
            boolean copied =
                    stride <= room ? copyInPages(source, target, here * stride) : copyAcross(source, target, stride);
            if (!copied) {
                break;
            }
            done += here;
        }
        return done;
    }

    private boolean copyInPages(long from, long to, long bytes) {
        long source = mmu.offsetOfHit(from, AccessType.LOAD);
        long target = mmu.offsetOfHit(to, AccessType.STORE);
        if (source < 0 || target < 0 || Math.abs(source - target) < bytes) {
            return false;
        }
        ram.copy(source, target, bytes);
        return true;
    }

    /** Copies a round that ends in another page than it begins in, there or here. */
    private boolean copyAcross(long from, long to, int bytes) {
        for (long source : ends(from, bytes, AccessType.LOAD)) {
            for (long target : ends(to, bytes, AccessType.STORE)) {
                if (source < 0 || target < 0 || source >>> Ram.PAGE_SHIFT == target >>> Ram.PAGE_SHIFT) {
                    return false;
                }
            }
        }
        long done = 0;
        while (done < bytes) {
            long here = Math.min(Math.min(room(from + done), room(to + done)), bytes - done);
            copyInPages(from + done, to + done, here);
            done += here;
        }
        return true;
    }

    /**
     * Fills with the low bytes of a value.
     *
     * @param size bytes of a store
     * @param stride bytes of a round, at most a page
     * @param rounds at most
     * @return rounds that have been done
     */
    long fill(long value, long to, int size, int stride, long rounds) {
        if ((to & size - 1) != 0) {
            return 0;
        }
        fillPattern(value, size, Math.min(rounds * stride, Ram.PAGE_SIZE));
        long done = 0;
        while (done < rounds) {
            long target = to + done * stride;
            long here = Math.clamp(room(target) / stride, 1, rounds - done);
            if (!fill(target, here * stride)) {
                break;
            }
            done += here;
        }
        return done;
    }

    /** Has {@link #pattern} hold the value again and again, in so many bytes. */
    private void fillPattern(long value, int size, long bytes) {
        long doubleword = value;
        for (int width = size * Byte.SIZE; width < Long.SIZE; width *= 2) {
            long low = doubleword & (1L << width) - 1;
            doubleword = low << width | low;
        }
        if (doubleword != filler) {
            filler = doubleword;
            pattern[0] = filler;
            filled = 1;
        }
        // Twice as much each time, by copies: these are fast before this is compiled, too.
        while (filled * (long) Long.BYTES < bytes) {
            System.arraycopy(pattern, 0, pattern, filled, filled);
            filled *= 2;
        }
    }

    /** Fills bytes that end in the page that they begin in, or in the next one, with the pattern. */
    private boolean fill(long to, long bytes) {
        long first = Math.min(room(to), bytes);
        long target = mmu.offsetOfHit(to, AccessType.STORE);
        long next = first == bytes ? target : mmu.offsetOfHit(to + first, AccessType.STORE);
        if (target < 0 || next < 0) {
            return false;
        }
        ram.put(pattern, target, first);
        if (first < bytes) {
            // No store is in both, for all are aligned.
            ram.put(pattern, next, bytes - first);
        }
        return true;
    }

    /** The offsets in RAM of the first and the last of so many bytes; negative if an access there is not known to need no more. */
    private long[] ends(long va, int bytes, AccessType type) {
        return new long[] {mmu.offsetOfHit(va, type), mmu.offsetOfHit(va + bytes - 1, type)};
    }

    /** Bytes from there to the end of the page. */
    private static long room(long va) {
        return Ram.PAGE_SIZE - (va & Ram.PAGE_SIZE - 1);
    }
}
