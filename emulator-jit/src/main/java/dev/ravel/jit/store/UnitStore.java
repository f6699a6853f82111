package dev.ravel.jit.store;

import dev.ravel.jit.store.KeptUnit.Origin;
import dev.ravel.memory.Ram;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A file of units that earlier runs made. A guest that is run again has most of its hot code in it: what takes time of translating, planning and
 * writing bytecode, is done already. Code is found by its bytes, wherever it lies now, so that one file serves all guests.
 *
 * <p>Units fit the Ravel that made them and no other, so the file has that one's identity in it; a file of another one, or one that is damaged, is as good as none
 * and is written anew. When there are too many, those go that were not needed for the longest time.
 *
 * <p>May be used by any thread.
 */
public final class UnitStore {
    /** Instructions: what became hot before so many were retired is soon wanted when a guest begins to run. */
    private static final long SOON = 200_000_000;

    /** Bytes of a file at most. */
    static final int MAX_BYTES = 4 << 20;

    private static final Logger LOGGER = System.getLogger(UnitStore.class.getName());

    /** "RVLU". */
    private static final int MAGIC = 0x5256_4c55;

    /** What a file has beside the units' own bytes, at most: the identity may be long. */
    private static final int OVERHEAD = 4096;

    private final Path file;
    private final Supplier<Optional<String>> identity;

    /** For each offset in a page, when code there was hot for the first time in any run; {@link Long#MAX_VALUE} if it never was. */
    private final AtomicLongArray earliest = new AtomicLongArray(
            LongStream.generate(() -> Long.MAX_VALUE).limit(Ram.PAGE_SIZE).toArray());

    /** What the file had when it was read, the latest first. */
    private @Nullable List<Stored> found;

    /** Units of {@link #found} that were of use, and when. */
    private final Map<KeptUnit, Stored> used = new LinkedHashMap<>();

    /** What this run made, the oldest first, and when. */
    private final LinkedHashMap<KeptUnit, Long> made = new LinkedHashMap<>();

    private final Set<KeptUnit> forgotten = new LinkedHashSet<>();

    private long madeBytes;

    /** Whether another run is to have a unit sooner than this one had. */
    private boolean hotSooner;

    /**
     * Nothing is read yet.
     *
     * @param identity of all that a unit depends on but the guest's code; if it is not known, units are kept as long as this object
     */
    public UnitStore(Path file, Supplier<Optional<String>> identity) {
        this.file = file;
        this.identity = identity;
    }

    /** A unit in a file that was read, which is not looked through before somebody wants it: most starts want few of them. */
    private static final class Stored {
        private final long when;
        private final ByteBuffer bytes;
        private @Nullable Origin origin;
        private @Nullable KeptUnit unit;

        Stored(long when, ByteBuffer bytes) {
            this.when = when;
            this.bytes = bytes;
        }

        static Stored of(long when, KeptUnit unit) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try {
                unit.write(new DataOutputStream(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException("memory can be written to", e);
            }
            return new Stored(when, ByteBuffer.wrap(bytes.toByteArray()));
        }

        int offset() {
            return bytes.getInt(0);
        }

        int page() {
            return bytes.getInt(Integer.BYTES);
        }

        Origin origin() {
            if (origin == null) {
                origin = read(Origin::read);
            }
            return origin;
        }

        KeptUnit unit() {
            if (unit == null) {
                unit = read(KeptUnit::read);
            }
            return unit;
        }

        private <T> T read(Reader<T> reader) {
            try {
                return reader.read(new DataInputStream(
                        new ByteArrayInputStream(bytes.array(), bytes.arrayOffset(), bytes.capacity())));
            } catch (IOException e) {
                throw new UncheckedIOException("its sum is right", e);
            }
        }

        /** Reads what a unit begins with, or all of it. */
        private interface Reader<T> {
            T read(DataInputStream in) throws IOException;
        }
    }

    /** Reads the file, unless that was done. */
    public synchronized void load() {
        if (found == null) {
            found = identity.get().map(this::read).orElse(List.of());
            found.forEach(unit -> note(unit.offset(), unit.when));
        }
    }

    private void note(int offset, long when) {
        earliest.accumulateAndGet(offset, when, Math::min);
    }

    /** Whether what became hot that late in an earlier run may be about to, now. Other guests have the same kernel, and are longer about it. */
    private static boolean isDue(long when, long now) {
        return when <= 2 * now + SOON;
    }

    /**
     * Whether a unit is kept, as far as was read, for what is at that offset in its page, and was wanted not much later than now. Waits for nothing.
     *
     * @param now how many instructions the hart has retired
     */
    public boolean isDueAt(int offset, long now) {
        return isDue(earliest.get(offset), now);
    }

    /**
     * A unit for what is hot at an offset in a page, or, unless it {@code isHot}, may well be soon.
     *
     * @param bare whether accesses are bare
     * @param now how many instructions the hart has retired
     * @param halfword gives the 16 bits at an even offset in the page
     */
    public synchronized Optional<KeptUnit> find(
            int offset, boolean bare, boolean isHot, long now, IntUnaryOperator halfword) {
        load();
        Predicate<Origin> fits = origin -> origin.offset() == offset && origin.bare() == bare && origin.isIn(halfword);
        Optional<KeptUnit> unit = made.sequencedKeySet().reversed().stream()
                .filter(kept -> fits.test(kept.origin()))
                .findFirst();
        if (unit.isPresent()) {
            return unit;
        }
        Optional<Stored> stored = Objects.requireNonNull(found).stream()
                .filter(one -> one.offset() == offset && (isHot || isDue(one.when, now)))
                .filter(one -> fits.test(one.origin()) && !forgotten.contains(one.unit()))
                .findFirst();
        stored.ifPresent(one -> use(one, isHot ? Math.min(one.when, now) : one.when));
        return stored.map(Stored::unit);
    }

    private void use(Stored unit, long when) {
        hotSooner |= !isDue(unit.when, when);
        used.put(unit.unit(), new Stored(when, unit.bytes));
    }

    /**
     * What a guest that begins to run is known to need soon: what was made of code that is in memory again, what was needed first before other.
     *
     * @param many at most
     * @param pages of memory
     * @param memory gives the 16 bits at an even offset in a page with an index
     */
    public synchronized List<Origin> first(int many, int pages, IntFunction<IntUnaryOperator> memory) {
        load();
        return Objects.requireNonNull(found).stream()
                .filter(stored -> isDue(stored.when, 0) && stored.page() < pages)
                .sorted(Comparator.comparingLong(stored -> stored.when))
                .map(Stored::origin)
                .filter(origin -> origin.isIn(memory.apply(origin.page())))
                .limit(many)
                .toList();
    }

    /**
     * A unit was made.
     *
     * @param now how many instructions the hart has retired whose code it is of
     */
    public synchronized void keep(KeptUnit unit, long now) {
        made.put(unit, now);
        madeBytes += unit.size();
        while (madeBytes > MAX_BYTES) {
            madeBytes -= made.pollFirstEntry().getKey().size();
        }
        note(unit.origin().offset(), now);
    }

    /** A unit that was kept or found turned out not to be right for what its code does. */
    public synchronized void forget(KeptUnit unit) {
        if (made.remove(unit) != null) {
            madeBytes -= unit.size();
        } else {
            forgotten.add(unit);
        }
    }

    /** Writes what is new, if there is anything: with what another machine may have written meanwhile. Where that is not possible nothing is kept. */
    public synchronized void save() {
        Optional<String> own = identity.get();
        if (own.isEmpty() || made.isEmpty() && forgotten.isEmpty() && !hotSooner) {
            return;
        }
        try {
            Path written = Files.createTempFile(
                    file.toAbsolutePath().getParent(), file.getFileName().toString(), ".new");
            try {
                Files.write(written, bytes(own.get(), chosen(own.get())));
                Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(written);
            }
            made.clear();
            madeBytes = 0;
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "units are not kept for another run", e);
        }
    }

    /** What is to be in the file: what was made, what was of use, and all else, without what is there twice, as far as there is room. */
    private List<Stored> chosen(String own) {
        Set<Code> seen = new HashSet<>();
        List<Stored> chosen = new ArrayList<>();
        int room = MAX_BYTES - OVERHEAD;
        List<Stored> latest = new ArrayList<>();
        made.sequencedEntrySet().reversed().forEach(unit -> latest.add(Stored.of(unit.getValue(), unit.getKey())));
        room = choose(latest, seen, chosen, room);
        // Where one that was forgotten was made anew, that one stays.
        forgotten.forEach(unit -> seen.add(Code.of(unit.origin())));
        room = choose(used.values(), seen, chosen, room);
        choose(read(own), seen, chosen, room);
        return chosen;
    }

    private static int choose(Collection<Stored> units, Set<Code> seen, List<Stored> chosen, int room) {
        int left = room;
        for (Stored unit : units) {
            int size = unit.bytes.capacity() + Integer.BYTES + Long.BYTES;
            if (size <= left && seen.add(Code.of(unit.origin()))) {
                chosen.add(unit);
                left -= size;
            }
        }
        return left;
    }

    /** Of two units that differ in nothing of this one is enough. */
    private record Code(int offset, boolean bare, List<Integer> code) {
        static Code of(Origin origin) {
            return new Code(
                    origin.offset(),
                    origin.bare(),
                    Arrays.stream(origin.code()).boxed().toList());
        }
    }

    private static byte[] bytes(String own, List<Stored> units) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeUTF(own);
        out.writeInt(units.size());
        for (Stored unit : units) {
            out.writeInt(unit.bytes.capacity());
            out.writeLong(unit.when);
            out.write(unit.bytes.array(), unit.bytes.arrayOffset(), unit.bytes.capacity());
        }
        out.writeLong(sum(bytes.toByteArray(), bytes.size()));
        return bytes.toByteArray();
    }

    private static long sum(byte[] bytes, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, length);
        return sum.getValue();
    }

    /** The units in the file; none if it cannot be read, is another Ravel's, or is damaged. */
    private List<Stored> read(String own) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                return List.of();
            }
            byte[] bytes = Files.readAllBytes(file);
            int length = bytes.length - Long.BYTES;
            if (length < 0 || ByteBuffer.wrap(bytes).getLong(length) != sum(bytes, length)) {
                return List.of();
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length));
            if (in.readInt() != MAGIC || !in.readUTF().equals(own)) {
                return List.of();
            }
            int count = in.readInt();
            List<Stored> units = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                int size = in.readInt();
                long when = in.readLong();
                units.add(new Stored(
                        when,
                        ByteBuffer.wrap(bytes, length - in.available(), size).slice()));
                in.skipNBytes(size);
            }
            return units;
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "units of earlier runs are not used", e);
            return List.of();
        }
    }
}
