package dev.ravel.memory;

import static dev.ravel.memory.LittleEndian.HALFWORD;

import dev.ravel.host.posix.MemoryAdvice;
import dev.ravel.host.posix.ResidentPages;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;

/**
 * Guest RAM: one {@link MemorySegment}, little-endian, whose pages cost nothing until they are touched.
 *
 * <p>The segment is an {@linkplain AnonymousMemory anonymous mapping}: the JVM keeps the bounds, the host gives pages on
 * first use. Where there is none it is a private mapping of a sparse file that has no name any more.
 *
 * <p>RAM also knows which of its 4 KiB pages hold instructions that somebody decoded or translated. Whoever writes to RAM
 * other than through a hart's store TLB calls {@link #written}; store TLBs never hold such pages.
 *
 * <p>Behind the RAM, in the same segment, a device's instructions may have a {@linkplain Shadow copy} to be fetched from.
 *
 * <p>And it knows which pages were written to at all, and since {@link #clearChanges}: for snapshots.
 */
public final class Ram implements AutoCloseable {
    /** Bytes of a page. */
    public static final int PAGE_SIZE = 4096;

    /** log2 of {@link #PAGE_SIZE}. */
    public static final int PAGE_SHIFT = 12;

    /** From this size on RAM is in large pages of the host, if it has some: less may well be used in a few places only. */
    private static final long MANY_BYTES = 32L << 20;

    /** {@code c.ebreak}. */
    private static final int C_EBREAK = 0x9002;

    /** Bits of {@link #writes}: written to since {@link #clearChanges}, and ever. */
    private static final byte CHANGED = 1;

    private static final byte TOUCHED = 2;

    private static final String TOO_MUCH = "the host cannot give that much; ask for less";

    private final long base;
    private final long size;
    private final Shadow shadow;
    private final Arena arena;
    private final MemorySegment segment;
    private final AtomicIntegerArray codePages;

    /** What is known of each page; a byte each, so that threads that write to different pages do not meet. */
    private final byte[] writes;

    /** Where an {@code ebreak} is fetched, whatever is there. */
    private volatile Set<Long> traps = Set.of();

    private volatile CodeListener codeListener = (page, from, to) -> {};
    private volatile Watcher watcher = Watcher.NOBODY;

    /** Is told when instructions that were decoded from a page may have changed. */
    @FunctionalInterface
    public interface CodeListener {
        /**
         * Bytes of a page that is marked as code have just been written. Called by whichever thread wrote.
         *
         * @param page index of the page from the start of RAM
         * @param from offset in the page of the first byte written
         * @param to offset in the page after the last byte written, at most {@link #PAGE_SIZE}
         */
        void codeWritten(int page, int from, int to);
    }

    /** Keeps up with what is written, to have a copy or to know what changed. */
    public interface Watcher {
        /** Does nothing. */
        Watcher NOBODY = new Watcher() {
            @Override
            public void storing(int page) {}

            @Override
            public void written(long offset, long length) {}
        };

        /**
         * A hart is about to write to a page, now or, as long as it is in a store TLB of the hart, later without telling.
         * Called by the hart's thread, before the write.
         *
         * @param page index of the page from the start of RAM
         */
        void storing(int page);

        /** As {@link Ram#written}: somebody has written, a device or a hart. Called by whichever thread wrote. */
        void written(long offset, long length);
    }

    /**
     * Addresses of a device with instructions in it, such as flash. Harts fetch these from a copy behind the RAM, so that they
     * are decoded once and translated as others are; loads and stores go to the device, which keeps the copy up to date.
     *
     * @param base physical address, page-aligned
     * @param size bytes, a multiple of {@link #PAGE_SIZE}
     */
    public record Shadow(long base, long size) {
        /** No addresses. */
        public static final Shadow NONE = new Shadow(0, 0);
    }

    private Ram(long base, long size, Shadow shadow, Arena arena, MemorySegment segment) {
        this.base = base;
        this.size = size;
        this.shadow = shadow;
        this.arena = arena;
        this.segment = segment;
        this.writes = new byte[pages()];
        this.codePages = new AtomicIntegerArray((pages() + 31) / 32);
    }

    /**
     * RAM of {@code size} bytes at physical address {@code base}, zeroed.
     *
     * @param base page-aligned
     * @param size a positive multiple of {@link #PAGE_SIZE}
     * @throws IOException if the host cannot give that much address space
     */
    public static Ram allocate(long base, long size) throws IOException {
        return allocate(base, size, Shadow.NONE);
    }

    /** As {@link #allocate(long, long)}, with a copy of a device's instructions, zero until {@link #writeShadow}. */
    public static Ram allocate(long base, long size, Shadow shadow) throws IOException {
        if (size <= 0 || size % PAGE_SIZE != 0 || base % PAGE_SIZE != 0) {
            throw new IllegalArgumentException("RAM of " + size + " bytes at 0x" + Long.toHexString(base)
                    + ": base and size must be multiples of 4096, the size positive");
        }
        @SuppressWarnings("MustBeClosedChecker") // the RAM closes it
        Arena arena = Arena.ofShared();
        try {
            Optional<AnonymousMemory> anonymous = AnonymousMemory.ofHost();
            long all = size + shadow.size;
            MemorySegment segment = anonymous.isPresent()
                    ? anonymous
                            .get()
                            .allocate(all, arena, size >= MANY_BYTES)
                            .orElseThrow(() -> new IOException(TOO_MUCH))
                    : mapFile(all, arena);
            return new Ram(base, size, shadow, arena, segment);
        } catch (IOException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** A private mapping of a sparse file that is deleted when its mapping ends. */
    static MemorySegment mapFile(long size, Arena arena) throws IOException {
        Path file = temporaryFile();
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            channel.write(ByteBuffer.allocate(1), size - 1);
            return channel.map(MapMode.PRIVATE, 0, size, arena);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            Files.deleteIfExists(file);
            throw new IOException(TOO_MUCH, e);
        }
    }

    private static Path temporaryFile() throws IOException {
        try {
            return Files.createTempFile("ravel-ram", null);
        } catch (IOException e) {
            throw new IOException(
                    "no file can be made in " + System.getProperty("java.io.tmpdir")
                            + ", which RAM needs; set TMPDIR to a folder that can be written",
                    e);
        }
    }

    /** Physical address of the first byte. */
    public long base() {
        return base;
    }

    /** Bytes. */
    public long size() {
        return size;
    }

    /** Whether all of {@code [address, address + length)} is RAM; {@code length} is not negative. */
    public boolean contains(long address, long length) {
        long offset = address - base;
        return offset >= 0 && offset <= size && length <= size - offset;
    }

    /** The addresses whose instructions are kept here too. */
    public Shadow shadow() {
        return shadow;
    }

    /** Pages of the segment: those of RAM, then those of the {@link #shadow}. */
    public int pages() {
        return Math.toIntExact(size + shadow.size >>> PAGE_SHIFT);
    }

    /** The physical address of what is at an offset of the segment. */
    public long address(long offset) {
        return offset < size ? base + offset : shadow.base + offset - size;
    }

    /** The offset in the segment of a physical address in RAM or {@link #shadow}, or -1 if it is in neither. */
    public long codeOffset(long address) {
        return contains(address, 1) ? address - base : shadowOffset(address);
    }

    /** As {@link #codeOffset} where the device answers that address. */
    long shadowOffset(long address) {
        long offset = address - shadow.base;
        return offset >= 0 && offset < shadow.size ? size + offset : -1;
    }

    /** The device's bytes from a physical address in {@link #shadow} on are these now. */
    public void writeShadow(long address, byte[] bytes) {
        long offset = shadowOffset(address);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, offset, bytes.length);
        written(offset, bytes.length);
    }

    /** The memory itself; offset 0 is {@link #base}. Whoever writes here calls {@link #written}. */
    public MemorySegment segment() {
        return segment;
    }

    /** Copies bytes from one offset to another, of which nobody is told: for what may be stored to as a store TLB says. The two do not overlap. */
    public void copy(long from, long to, long bytes) {
        if (DirectAccess.ALLOWED) {
            DirectCopies.copy(segment.address() + from, segment.address() + to, bytes);
        } else {
            MemorySegment.copy(segment, from, segment, to, bytes);
        }
    }

    /** Copies the first bytes of the elements to an offset, as {@link #copy} does. */
    public void put(long[] elements, long to, long bytes) {
        if (DirectAccess.ALLOWED) {
            DirectCopies.copy(elements, segment.address() + to, bytes);
        } else {
            MemorySegment.copy(MemorySegment.ofArray(elements), 0, segment, to, bytes);
        }
    }

    /**
     * What engines access the first byte with, and what data TLBs therefore lead to: its address on the host where {@link DirectAccess} is
     * allowed, else 0, an offset in the segment.
     */
    public long origin() {
        return DirectAccess.ALLOWED ? segment.address() : 0;
    }

    /** Whether the page holds decoded instructions. */
    public boolean isCode(int page) {
        return (codePages.getOpaque(page >>> 5) & 1 << page) != 0;
    }

    /** Marks a page as holding decoded instructions. The caller sees to it that no store TLB holds it. */
    public void markCode(int page) {
        codePages.getAndUpdate(page >>> 5, word -> word | 1 << page);
    }

    /** The opposite of {@link #markCode}. */
    public void unmarkCode(int page) {
        codePages.getAndUpdate(page >>> 5, word -> word & ~(1 << page));
    }

    /** Sets who is told of writes to code pages. */
    public void setCodeListener(CodeListener listener) {
        codeListener = listener;
    }

    /** Sets who keeps up with writes; no hart runs meanwhile. */
    public void setWatcher(Watcher newWatcher) {
        watcher = newWatcher;
    }

    /** Reports that a hart may write to a page from now on, see {@link Watcher#storing}. */
    public void storing(int page) {
        writes[page] = CHANGED | TOUCHED;
        watcher.storing(page);
    }

    /** Whether a page may have been written to since RAM was allocated; one that was not is zero. */
    public boolean isTouched(int page) {
        return writes[page] != 0;
    }

    /** Whether a page may have been written to since {@link #clearChanges}, or since RAM was allocated. */
    public boolean isChanged(int page) {
        return (writes[page] & CHANGED) != 0;
    }

    /** Begins to look out for changes anew. No hart and no device runs; all store TLBs were emptied. */
    public void clearChanges() {
        for (int page = 0; page < writes.length; page++) {
            writes[page] &= TOUCHED;
        }
    }

    /** The 16 bits at an even offset from the start of RAM that are fetched as code. */
    public int fetch(long offset) {
        Set<Long> now = traps;
        return !now.isEmpty() && now.contains(offset) ? C_EBREAK : segment.get(HALFWORD, offset) & 0xffff;
    }

    /** Has {@code c.ebreak} fetched at these offsets from the start of RAM, for a debugger; what loads see there stays as it is. */
    public synchronized void setTraps(Set<Long> offsets) {
        Set<Long> before = traps;
        traps = Set.copyOf(offsets);
        // Who has decoded what is there does so anew.
        Stream.concat(before.stream(), offsets.stream())
                .filter(offset -> before.contains(offset) != offsets.contains(offset))
                .forEach(offset -> written(offset, Short.BYTES));
    }

    /** Reports that somebody has written {@code [offset, offset + length)} from the start of RAM that did not go through a store TLB. */
    public void written(long offset, long length) {
        if (length <= 0) {
            return;
        }
        // Whoever decodes marks the page and then reads it; we have written and look at the mark now. With this fence
        // one
        // of the two sees the other.
        VarHandle.fullFence();
        long end = offset + length;
        int last = (int) (end - 1 >>> PAGE_SHIFT);
        for (int page = (int) (offset >>> PAGE_SHIFT); page <= last; page++) {
            writes[page] = CHANGED | TOUCHED;
            if (isCode(page)) {
                long start = (long) page << PAGE_SHIFT;
                codeListener.codeWritten(
                        page, (int) Math.max(offset - start, 0), (int) Math.min(end - start, PAGE_SIZE));
            }
        }
        watcher.written(offset, length);
    }

    /**
     * The guest does not need the contents of {@code [offset, offset + length)} from the start of RAM any more: the host
     * gets its pages back, which read as zero then. Where the host has no way for that, nothing happens.
     *
     * @return the bytes that the host got
     */
    public long discard(long offset, long length) {
        Optional<MemoryAdvice> advice = MemoryAdvice.ofHost();
        if (advice.isEmpty() || length <= 0) {
            return 0;
        }
        long given = advice.get().giveBack(segment.asSlice(offset, length));
        written(offset, length);
        return given;
    }

    /**
     * Bytes of the host's memory that this RAM takes now: whole pages that were touched, by a read too. Empty if the host
     * does not tell.
     */
    public OptionalLong resident() {
        return ResidentPages.ofHost().map(pages -> pages.bytes(segment)).orElse(OptionalLong.empty());
    }

    /** Unmaps the memory; any access afterwards throws. */
    @Override
    public void close() {
        arena.close();
    }
}
