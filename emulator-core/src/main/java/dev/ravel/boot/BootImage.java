package dev.ravel.boot;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Something that a hart can start in: a kernel or firmware, read, decompressed and checked, not yet placed. */
public sealed interface BootImage {
    /** How messages call the image: the option and the file, {@code --kernel vmlinuz}. */
    String name();

    /**
     * A piece of an ELF image. Bytes from the end of {@code data} up to {@code memorySize} are zero.
     *
     * @param virtualAddress where the program believes it is
     * @param physicalAddress where it is loaded
     * @param data what the file holds of it, read-only
     * @param memorySize bytes in memory, at least the size of {@code data}
     * @param executable whether it may hold instructions
     */
    record Segment(
            long virtualAddress, long physicalAddress, MemorySegment data, long memorySize, boolean executable) {}

    /**
     * A name of the symbol table.
     *
     * @param value its virtual address
     * @param size bytes, 0 where the file does not say
     */
    record Symbol(String name, long value, long size) {}

    /**
     * A section that holds instructions.
     *
     * @param address its virtual address
     * @param size bytes
     */
    record Section(String name, long address, long size) {}

    /**
     * A little-endian RISC-V ELF64 executable.
     *
     * @param entry {@code e_entry}, a virtual address or a physical one; see {@link #firmwareEntry} and
     *     {@link #kernelEntry}
     * @param segments the {@code PT_LOAD} segments that occupy memory, at least one, by physical address, none over
     *     another
     * @param movable whether the image is an {@code ET_DYN} that works at any address
     * @param relocations doublewords that depend on where a movable image is loaded
     * @param symbols functions, objects and labels by name; the last one wins where names repeat
     * @param code the sections that hold instructions, in the order of the file; none where the file does not say
     */
    record Elf(
            String name,
            long entry,
            List<Segment> segments,
            boolean movable,
            List<Relocation> relocations,
            Map<String, Symbol> symbols,
            List<Section> code)
            implements BootImage {
        public Elf {
            segments = segments.stream()
                    .sorted((a, b) -> Long.compareUnsigned(a.physicalAddress, b.physicalAddress))
                    .toList();
            relocations = List.copyOf(relocations);
            symbols = Map.copyOf(symbols);
            code = List.copyOf(code);
        }

        /** The lowest physical address. */
        public long start() {
            return segments.getFirst().physicalAddress;
        }

        /** The first physical address after the image. */
        public long end() {
            Segment last = segments.getLast();
            return last.physicalAddress + last.memorySize;
        }

        /**
         * The image without what lies below an address, if that is nothing but the file's own headers: linkers that are told
         * where code is to begin load them with the page before it, where there may be no RAM. Otherwise the image as it is.
         */
        public Elf withoutHeadersBelow(long lowest) {
            Segment first = segments.getFirst();
            long below = lowest - first.physicalAddress;
            if (Long.compareUnsigned(first.physicalAddress, lowest) >= 0
                    || Long.compareUnsigned(below, first.data.byteSize()) >= 0
                    || !ElfReader.isOnlyHeaders(new Bytes(name, first.data.asSlice(0, below)))) {
                return this;
            }
            List<Segment> rest = new ArrayList<>(segments);
            rest.set(
                    0,
                    new Segment(
                            first.virtualAddress + below,
                            lowest,
                            first.data.asSlice(below),
                            first.memorySize - below,
                            first.executable));
            return new Elf(name, entry, rest, movable, relocations, symbols, code);
        }

        /** The physical address that belongs to a virtual one of this image; the same where no segment holds it. */
        public long physical(long virtualAddress) {
            for (Segment s : segments) {
                long offset = virtualAddress - s.virtualAddress;
                if (Long.compareUnsigned(offset, s.memorySize) < 0) {
                    return s.physicalAddress + offset;
                }
            }
            return virtualAddress;
        }

        /**
         * Where the image is entered as firmware: at {@code e_entry}.
         *
         * @return a physical address, before the image is moved; empty where no segment holds {@code e_entry}
         */
        public OptionalLong firmwareEntry() {
            for (Segment s : segments) {
                if (Long.compareUnsigned(entry - s.virtualAddress, s.memorySize) < 0) {
                    return OptionalLong.of(s.physicalAddress + (entry - s.virtualAddress));
                }
            }
            boolean physical =
                    segments.stream().anyMatch(s -> Long.compareUnsigned(entry - s.physicalAddress, s.memorySize) < 0);
            return physical ? OptionalLong.of(entry) : OptionalLong.empty();
        }

        /**
         * Where the image is entered as a kernel: at its lowest address, as on QEMU's {@code virt} and as a raw image
         * of it would be. A kernel may have one entry for SBI firmware there and another at {@code e_entry} for its
         * own loader (FreeBSD does). Where the lowest address cannot hold the first instruction, because the ELF header
         * itself or data is loaded there, it is {@code e_entry}.
         *
         * @return a physical address, before the image is moved; empty where it is {@code e_entry} and no segment holds
         *     that
         */
        public OptionalLong kernelEntry() {
            Segment lowest = segments.getFirst();
            return lowest.executable && !ElfReader.recognises(new Bytes(name, lowest.data))
                    ? OptionalLong.of(start())
                    : firmwareEntry();
        }

        /** The physical address of a symbol such as {@code tohost}, for an image that was not moved. */
        public OptionalLong address(String symbol) {
            return Optional.ofNullable(symbols.get(symbol))
                    .map(s -> OptionalLong.of(physical(s.value)))
                    .orElse(OptionalLong.empty());
        }
    }

    /**
     * A doubleword that holds an address of the image itself: {@code R_RISCV_RELATIVE}. The file need not hold its
     * value, so it is set also when the image stays where it was linked.
     *
     * @param offset virtual address of the doubleword
     * @param addend what it holds while the image is where it was linked
     */
    record Relocation(long offset, long addend) {}

    /**
     * A flat Linux kernel, "Boot image header in RISC-V Linux" of the kernel's documentation.
     *
     * @param data the file, read-only
     * @param textOffset distance from the start of RAM (on RV64 in S-mode 2 MiB)
     * @param memorySize bytes that the kernel occupies from its first one, at least the size of {@code data}
     */
    record Linux(String name, MemorySegment data, long textOffset, long memorySize) implements BootImage {}

    /**
     * Bytes without a header, started at the first one.
     *
     * @param data the file, read-only
     */
    record Raw(String name, MemorySegment data) implements BootImage {}
}
