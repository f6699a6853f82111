package dev.ravel.asm.program;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An assembled program, ready to be loaded or written to a file.
 *
 * @param entry the address of the first instruction
 * @param segments the memory image, by address
 * @param sections the sections, in the order of the layout
 * @param symbols the symbols, in the order of the sources
 * @param code for the start of each statement with instructions its place in the source, by address
 * @param architecture the architecture string of the instructions used ({@code rv64i2p1_m2p0...})
 * @param compressed whether there are compressed instructions
 */
public record Program(
        long entry,
        List<Segment> segments,
        List<Section> sections,
        List<ProgramSymbol> symbols,
        List<CodeLine> code,
        String architecture,
        boolean compressed) {

    /** Bytes that a section, or a flat image, has at most: more are taken for a mistake. */
    public static final long MAX_CONTENTS = 1L << 26;

    /**
     * A range of memory with equal permissions.
     *
     * @param address the first address
     * @param bytes the initial contents
     * @param memorySize the size in memory; what exceeds {@code bytes} is zero
     * @param writable may be written
     * @param executable holds code
     */
    public record Segment(long address, byte[] bytes, long memorySize, boolean writable, boolean executable) {}

    /**
     * A section.
     *
     * @param name the name
     * @param address the first address, 0 if it is no part of the memory image
     * @param size the size in bytes
     * @param bytes the contents; empty for zero-filled memory
     * @param alignment the alignment of the address, a power of two
     * @param allocated part of the memory image
     * @param writable may be written
     * @param executable holds code
     * @param mappings the offsets where code or data begins, for sections with code
     */
    public record Section(
            String name,
            long address,
            long size,
            byte[] bytes,
            long alignment,
            boolean allocated,
            boolean writable,
            boolean executable,
            List<Mapping> mappings) {
        /** Whether it has bytes in a file. */
        public boolean hasContents() {
            return bytes.length == size;
        }
    }

    /**
     * Says what follows in a section.
     *
     * @param offset from here
     * @param code instructions, or else data
     */
    public record Mapping(long offset, boolean code) {}

    /**
     * Where an instruction comes from.
     *
     * @param address its address
     * @param location the statement
     */
    public record CodeLine(long address, SourceLocation location) {}

    public Program {
        segments = List.copyOf(segments);
        sections = List.copyOf(sections);
        symbols = List.copyOf(symbols);
        code = List.copyOf(code);
    }

    /** The value of a symbol, one that all sources see before one of a single source. */
    public OptionalLong find(String symbol) {
        OptionalLong found = OptionalLong.empty();
        for (ProgramSymbol candidate : symbols) {
            if (candidate.name().equals(symbol)) {
                if (candidate.binding() != ProgramSymbol.Binding.LOCAL) {
                    return OptionalLong.of(candidate.value());
                } else if (found.isEmpty()) {
                    found = OptionalLong.of(candidate.value());
                }
            }
        }
        return found;
    }

    /**
     * The value of a symbol that has to be there.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public long address(String symbol) {
        return find(symbol).orElseThrow(() -> new IllegalArgumentException("no symbol " + symbol));
    }

    /** The section of that name. */
    public Optional<Section> section(String name) {
        return sections.stream().filter(section -> section.name().equals(name)).findFirst();
    }

    /** The lowest address of the memory image, 0 if it is empty. */
    public long base() {
        return segments.isEmpty() ? 0 : segments.getFirst().address();
    }

    /** The address after the memory image, zero-filled memory included. */
    public long end() {
        return segments.isEmpty()
                ? 0
                : segments.getLast().address() + segments.getLast().memorySize();
    }

    /**
     * The memory image from {@link #base} on as one array, with zeros in the gaps; without zero-filled memory at its
     * end.
     *
     * @throws IllegalStateException if segments lie so far apart that it would have more than 64 MiB
     */
    public byte[] flat() {
        long size = 0;
        for (Segment segment : segments) {
            if (segment.bytes().length > 0) {
                size = segment.address() + segment.bytes().length - base();
            }
        }
        if (size < 0 || size > MAX_CONTENTS) {
            throw new IllegalStateException("segments are too far apart for a flat image");
        }
        byte[] image = new byte[(int) size];
        for (Segment segment : segments) {
            byte[] bytes = segment.bytes();
            System.arraycopy(bytes, 0, image, bytes.length == 0 ? 0 : (int) (segment.address() - base()), bytes.length);
        }
        return image;
    }

    /** The statement that the instruction at {@code address} comes from. */
    public Optional<SourceLocation> locate(long address) {
        int low = 0;
        int high = code.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (Long.compareUnsigned(code.get(middle).address(), address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        boolean inCode = sections.stream()
                .anyMatch(section -> section.executable()
                        && address - section.address() >= 0
                        && address - section.address() < section.size());
        return low == 0 || !inCode
                ? Optional.empty()
                : Optional.of(code.get(low - 1).location());
    }
}
