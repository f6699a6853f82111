package dev.ravel.jit.store;

import dev.ravel.jit.store.KeptUnit.Origin;
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
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
    /** Bytes of a file at most. */
    static final int MAX_BYTES = 4 << 20;

    private static final Logger LOGGER = System.getLogger(UnitStore.class.getName());

    /** "RVLU". */
    private static final int MAGIC = 0x5256_4c55;

    /** What a file has beside the units' own bytes, at most: the identity may be long. */
    private static final int OVERHEAD = 4096;

    private final Path file;
    private final Supplier<Optional<String>> identity;

    /** Where units are kept for, as an offset in the page. */
    private volatile BitSet offsets = new BitSet();

    /** What the file had when it was read, the latest first. */
    private @Nullable List<Stored> found;

    /** Units of {@link #found} that were of use. */
    private final Set<KeptUnit> used = new LinkedHashSet<>();

    /** What this run made, the oldest first. */
    private final LinkedHashSet<KeptUnit> made = new LinkedHashSet<>();

    private final Set<KeptUnit> forgotten = new LinkedHashSet<>();

    private long madeBytes;

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
        private final ByteBuffer bytes;
        private @Nullable Origin origin;
        private @Nullable KeptUnit unit;

        Stored(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        int offset() {
            return bytes.getInt(0);
        }

        int page() {
            return bytes.getInt(Integer.BYTES);
        }

        int number() {
            return bytes.getInt(2 * Integer.BYTES);
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
            List<Stored> units = identity.get().map(this::read).orElse(List.of());
            found = units;
            BitSet places = new BitSet();
            units.forEach(unit -> places.set(unit.offset()));
            places.or(offsets);
            offsets = places;
        }
    }

    /** Whether a unit is kept, as far as was read, that began at that offset in its page. Waits for nothing. */
    public boolean hasAt(int offset) {
        return offsets.get(offset);
    }

    /**
     * A unit for what is hot at an offset in a page.
     *
     * @param bare whether accesses are bare
     * @param halfword gives the 16 bits at an even offset in the page
     */
    public synchronized Optional<KeptUnit> find(int offset, boolean bare, IntUnaryOperator halfword) {
        load();
        Predicate<Origin> fits = origin -> origin.offset() == offset && origin.bare() == bare && origin.isIn(halfword);
        Optional<KeptUnit> unit = made.reversed().stream()
                .filter(kept -> fits.test(kept.origin()))
                .findFirst();
        if (unit.isPresent()) {
            return unit;
        }
        unit = Objects.requireNonNull(found).stream()
                .filter(stored -> stored.offset() == offset && fits.test(stored.origin()))
                .map(Stored::unit)
                .filter(kept -> !forgotten.contains(kept))
                .findFirst();
        unit.ifPresent(used::add);
        return unit;
    }

    /**
     * What a guest that begins to run is known to need soon: what of the first {@code many} units of an earlier run was made of code that is in memory again, in the same order.
     *
     * @param pages of memory
     * @param memory gives the 16 bits at an even offset in a page with an index
     */
    public synchronized List<Origin> first(int many, int pages, IntFunction<IntUnaryOperator> memory) {
        load();
        return Objects.requireNonNull(found).stream()
                .filter(stored -> stored.number() < many && stored.page() < pages)
                .map(Stored::origin)
                .filter(origin -> origin.isIn(memory.apply(origin.page())))
                .sorted(Comparator.comparingInt(Origin::number))
                .toList();
    }

    /** A unit was made. */
    public synchronized void keep(KeptUnit unit) {
        made.add(unit);
        madeBytes += unit.size();
        while (madeBytes > MAX_BYTES) {
            madeBytes -= made.removeFirst().size();
        }
        BitSet places = (BitSet) offsets.clone();
        places.set(unit.origin().offset());
        offsets = places;
    }

    /** A unit that was kept or found turned out not to be right for what its code does. */
    public synchronized void forget(KeptUnit unit) {
        if (made.remove(unit)) {
            madeBytes -= unit.size();
        } else {
            forgotten.add(unit);
        }
    }

    /** Writes what is new, if there is anything: with what another machine may have written meanwhile. Where that is not possible nothing is kept. */
    public synchronized void save() {
        Optional<String> own = identity.get();
        if (own.isEmpty() || made.isEmpty() && forgotten.isEmpty()) {
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
    private List<byte[]> chosen(String own) {
        Set<Code> seen = new HashSet<>();
        List<byte[]> chosen = new ArrayList<>();
        int room = MAX_BYTES - OVERHEAD;
        room = choose(made.reversed(), seen, chosen, room);
        // Where one that was forgotten was made anew, that one stays.
        forgotten.forEach(unit -> seen.add(Code.of(unit)));
        room = choose(used, seen, chosen, room);
        choose(read(own).stream().map(Stored::unit).toList(), seen, chosen, room);
        return chosen;
    }

    private static int choose(Collection<KeptUnit> units, Set<Code> seen, List<byte[]> chosen, int room) {
        int left = room;
        for (KeptUnit unit : units) {
            byte[] bytes = bytes(unit);
            if (bytes.length + Integer.BYTES <= left && seen.add(Code.of(unit))) {
                chosen.add(bytes);
                left -= bytes.length + Integer.BYTES;
            }
        }
        return left;
    }

    /** Of two units that differ in nothing of this one is enough. */
    private record Code(int offset, boolean bare, List<Integer> code) {
        static Code of(KeptUnit unit) {
            return new Code(
                    unit.origin().offset(),
                    unit.origin().bare(),
                    Arrays.stream(unit.origin().code()).boxed().toList());
        }
    }

    private static byte[] bytes(String own, List<byte[]> units) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeUTF(own);
        out.writeInt(units.size());
        for (byte[] unit : units) {
            out.writeInt(unit.length);
            out.write(unit);
        }
        out.writeLong(sum(bytes.toByteArray(), bytes.size()));
        return bytes.toByteArray();
    }

    private static byte[] bytes(KeptUnit unit) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            unit.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("memory can be written to", e);
        }
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
                units.add(new Stored(
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
