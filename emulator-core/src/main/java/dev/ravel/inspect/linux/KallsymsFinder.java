package dev.ravel.inspect.linux;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;
import static dev.ravel.memory.LittleEndian.HALFWORD;
import static dev.ravel.memory.LittleEndian.WORD;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds the tables that {@code scripts/kallsyms.c} of Linux puts into every kernel, wherever it was loaded, by what they
 * look like:
 *
 * <pre>
 *   num_syms       one number of 32 bits
 *   names          of each symbol, by address: length (one or two bytes, ULEB128), then so many bytes, each a token
 *   markers        32 bits for each 256 symbols: where in names they begin
 *   token_table    256 strings, each ended by a NUL; the first character of a name is the symbol's type
 *   token_index    256 numbers of 16 bits: where in token_table each token begins
 *   offsets        32 bits for each symbol
 *   relative_base  64 bits: what the offsets are relative to; from 7.0 on there is none, and each offset is relative to
 *                  its own place
 *   seqs_of_names  not needed here
 * </pre>
 *
 * Each is aligned to 8 bytes, from 7.0 on to 4. Before 6.4 offsets and relative_base stood before num_syms, and
 * seqs_of_names after markers. The index is the one with a shape to look for: 256 numbers that begin with 0 and rise in
 * steps of a token's length. Everything else must then fit to the last byte.
 */
final class KallsymsFinder {

    private static final int TOKENS = 256;
    private static final int INDEX_SIZE = TOKENS * Short.BYTES;
    private static final int ALIGNMENT = 4;

    /** {@code KSYM_NAME_LEN}: no name, and so no token, is longer. */
    private static final int LONGEST_NAME = 512;

    /** Symbols for each marker. */
    private static final int MARKED = 256;

    /** Bytes in names of one marker's symbols: at most as if no name were compressed. */
    private static final int LONGEST_STRETCH = MARKED * (LONGEST_NAME + 2);

    /** Kernels have 100,000 to 300,000 symbols. */
    private static final int MOST_SYMBOLS = 1 << 22;

    /** How far before the token table the markers may begin: with seqs_of_names between, of 3 or 4 bytes each. */
    private static final int FURTHEST_MARKERS = 1 << 21;

    /** Of all names together. */
    private static final long MOST_CHARACTERS = 1 << 26;

    /** Steps for looking closer at what might be tables: a guest can write as many false ones as it has memory. */
    private static final long BUDGET = 1L << 30;

    private final MemorySegment memory;
    private final long size;
    private long budget = BUDGET;

    /** Looks through memory, which the guest may change meanwhile. */
    KallsymsFinder(MemorySegment memory) {
        this.memory = memory;
        this.size = memory.byteSize();
    }

    /** Tables, and where to look on for others. */
    record Found(Kallsyms tables, long next) {}

    /** The first tables whose token index begins at offset {@code from} (a multiple of 4) or later. */
    Optional<Found> next(long from) {
        for (long at = from; at <= size - INDEX_SIZE && budget > 0; at += ALIGNMENT) {
            // 0 and a small number: what nearly every place fails.
            int first = memory.get(WORD, at);
            if ((first & 0xffff) == 0 && first > 0 && first >>> 16 <= LONGEST_NAME && isIndex(at)) {
                Optional<Kallsyms> tables = tables(at);
                if (tables.isPresent()) {
                    return Optional.of(new Found(tables.get(), at + INDEX_SIZE));
                }
            }
        }
        return Optional.empty();
    }

    private boolean isIndex(long at) {
        int before = 0;
        for (int i = 1; i < TOKENS; i++) {
            int now = half(at + (long) i * Short.BYTES);
            if (now <= before || now - before > LONGEST_NAME) {
                return false;
            }
            before = now;
        }
        return true;
    }

    private Optional<Kallsyms> tables(long index) {
        OptionalLong tokenTable = tokenTable(index);
        if (tokenTable.isEmpty()) {
            return Optional.empty();
        }
        long last = Math.max(0, tokenTable.getAsLong() - FURTHEST_MARKERS);
        for (long markers = tokenTable.getAsLong() - ALIGNMENT; markers >= last && spend(1); markers -= ALIGNMENT) {
            Optional<Names> names = names(markers, tokenTable.getAsLong());
            if (names.isPresent()) {
                return decode(names.get(), tokenTable.getAsLong(), index);
            }
        }
        return Optional.empty();
    }

    /** Where the 256 strings begin that the index fits to: they end just before it. */
    private OptionalLong tokenTable(long index) {
        int lastToken = half(index + INDEX_SIZE - Short.BYTES);
        for (long start = index - (lastToken + 2 + 3 & -ALIGNMENT);
                start >= 0 && index - start <= lastToken + LONGEST_NAME && spend(1);
                start -= ALIGNMENT) {
            spend(TOKENS);
            if (fits(start, index)) {
                return OptionalLong.of(start);
            }
        }
        return OptionalLong.empty();
    }

    private boolean fits(long start, long index) {
        int token = 0;
        long end = start;
        for (long at = start; token < TOKENS && at < index; at++) {
            if (memory.get(ValueLayout.JAVA_BYTE, at) == 0) {
                token++;
                end = at + 1;
                if (token < TOKENS && end - start != half(index + (long) token * Short.BYTES)) {
                    return false;
                }
            }
        }
        return token == TOKENS && index - end < Long.BYTES;
    }

    /** How many names there are, and where. */
    private record Names(int count, long at, long countAt) {}

    /** The names that end where these would be their markers. */
    private Optional<Names> names(long markers, long limit) {
        if (memory.get(WORD, markers) != 0) {
            return Optional.empty();
        }
        int run = 1;
        int last = 0;
        while (markers + (run + 1L) * Integer.BYTES <= limit) {
            int next = memory.get(WORD, markers + (long) run * Integer.BYTES);
            if (next < last + MARKED * 2 || next - last > LONGEST_STRETCH) {
                break;
            }
            last = next;
            run++;
        }
        if (run == 1) {
            return Optional.empty();
        }
        // What stands behind the markers may look like one more.
        Optional<Names> names = namesBefore(markers, run);
        return names.isEmpty() && run > 2 ? namesBefore(markers, run - 1) : names;
    }

    private Optional<Names> namesBefore(long markers, int run) {
        long end = markers - marker(markers, run - 1);
        for (long at = end - ALIGNMENT & -ALIGNMENT;
                at >= Long.BYTES && at >= end - LONGEST_STRETCH && spend(1);
                at -= ALIGNMENT) {
            for (int gap = ALIGNMENT; gap <= Long.BYTES; gap += ALIGNMENT) {
                int count = memory.get(WORD, at - gap);
                if (count > 0 && count <= MOST_SYMBOLS && (count + MARKED - 1) / MARKED == run) {
                    Names names = new Names(count, at, at - gap);
                    if (endAt(names, markers)) {
                        return Optional.of(names);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Whether that many names fill the place up to their markers, each stretch as long as the markers say. */
    private boolean endAt(Names names, long markers) {
        long at = names.at;
        for (int i = 0; i < names.count; i++) {
            if (at >= markers || i % MARKED == 0 && marker(markers, i / MARKED) != at - names.at) {
                return false;
            }
            int length = length(at);
            if (length == 0) {
                return false;
            }
            at += length + lengthSize(at);
        }
        spend(names.count);
        return at <= markers && markers - at < Long.BYTES;
    }

    private int marker(long markers, int number) {
        return memory.get(WORD, markers + (long) number * Integer.BYTES);
    }

    private int lengthSize(long at) {
        return memory.get(ValueLayout.JAVA_BYTE, at) < 0 ? 2 : 1;
    }

    private int length(long at) {
        int low = memory.get(ValueLayout.JAVA_BYTE, at);
        return low >= 0 ? low : low & 0x7f | (memory.get(ValueLayout.JAVA_BYTE, at + 1) & 0x7f) << 7;
    }

    private Optional<Kallsyms> decode(Names found, long tokenTable, long index) {
        byte[][] tokens = new byte[TOKENS][];
        for (int i = 0; i < TOKENS; i++) {
            long from = tokenTable + half(index + (long) i * Short.BYTES);
            int length = 0;
            while (length < LONGEST_NAME && memory.get(ValueLayout.JAVA_BYTE, from + length) != 0) {
                length++;
            }
            tokens[i] = memory.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
        }
        String[] names = new String[found.count];
        char[] types = new char[found.count];
        byte[] name = new byte[LONGEST_NAME];
        long at = found.at;
        long all = 0;
        for (int i = 0; i < found.count; i++) {
            int count = length(at);
            at += lengthSize(at);
            if (at + count > tokenTable) {
                return Optional.empty();
            }
            int length = 0;
            for (int j = 0; j < count; j++) {
                byte[] token = tokens[memory.get(ValueLayout.JAVA_BYTE, at + j) & 0xff];
                if (length + token.length > name.length) {
                    return Optional.empty();
                }
                System.arraycopy(token, 0, name, length, token.length);
                length += token.length;
            }
            at += count;
            all += length;
            if (length == 0 || all > MOST_CHARACTERS) {
                return Optional.empty();
            }
            types[i] = (char) (name[0] & 0xff);
            names[i] = new String(name, 1, length - 1, StandardCharsets.ISO_8859_1);
        }
        return offsets(found, index + INDEX_SIZE)
                .map(offsets -> new Kallsyms(names, types, offsets.values, offsets.base));
    }

    private record Offsets(long[] values, Kallsyms.Base base) {}

    private Optional<Offsets> offsets(Names names, long behindIndex) {
        long length = (long) names.count * Integer.BYTES;
        if (behindIndex + length <= size) {
            long baseAt = behindIndex + length + Long.BYTES - 1 & -Long.BYTES;
            Optional<long[]> relative = rising(behindIndex, names.count, 0);
            if (relative.isPresent() && baseAt + Long.BYTES <= size) {
                return Optional.of(
                        new Offsets(relative.get(), new Kallsyms.Base.Address(memory.get(DOUBLEWORD, baseAt))));
            }
            Optional<long[]> inPlace = rising(behindIndex, names.count, Integer.BYTES);
            if (inPlace.isPresent()) {
                return Optional.of(new Offsets(inPlace.get(), new Kallsyms.Base.Place(behindIndex)));
            }
        }
        long baseAt = names.countAt - Long.BYTES;
        long before = baseAt - (length + Long.BYTES - 1 & -Long.BYTES);
        if (before < 0) {
            return Optional.empty();
        }
        return rising(before, names.count, 0)
                .map(values -> new Offsets(values, new Kallsyms.Base.Address(memory.get(DOUBLEWORD, baseAt))));
    }

    /**
     * Offsets that never fall, as symbols in the order of their addresses have.
     *
     * @param step how much further from the table's beginning each offset counts from than the one before: 0 when all
     *     count from one base, which is the lowest address
     */
    private Optional<long[]> rising(long at, int count, int step) {
        if (memory.get(WORD, at) == memory.get(WORD, at + (count - 1L) * Integer.BYTES)) {
            return Optional.empty(); // Zeros, most likely.
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            int raw = memory.get(WORD, at + (long) i * Integer.BYTES);
            values[i] = step == 0 ? Integer.toUnsignedLong(raw) : raw + (long) i * step;
            if (i > 0 && values[i] < values[i - 1]) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    private int half(long at) {
        return memory.get(HALFWORD, at) & 0xffff;
    }

    /** Counts steps beside those of the scan itself; false when there were too many. */
    private boolean spend(int steps) {
        budget -= steps;
        return budget > 0;
    }
}
