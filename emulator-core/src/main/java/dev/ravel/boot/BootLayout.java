package dev.ravel.boot;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;

import dev.ravel.boot.BootImage.Elf;
import dev.ravel.boot.BootImage.Linux;
import dev.ravel.boot.BootImage.Raw;
import dev.ravel.memory.Ram;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where in RAM the pieces of a start lie, none over another, all inside RAM. From the bottom: firmware; the kernel at
 * the next 2 MiB (for Linux its own {@code text_offset}); the initramfs 128 MiB (in little RAM half of it) above the
 * kernel's start, or after the kernel where that is too far; the device tree in the last 2 MiB-aligned place below 3
 * GiB, where 32-bit addresses reach it (8-byte-aligned where RAM is too small). QEMU and OpenSBI place them alike, so
 * kernels and firmware that were linked for those run. An ELF image that is not movable lies where it was linked. Where
 * an ELF image is entered, {@link Elf#firmwareEntry} and {@link Elf#kernelEntry} tell.
 *
 * @param ramBase physical address of the first byte of RAM
 * @param ramSize bytes of RAM
 * @param firmware M-mode firmware; without it the kernel starts in M-mode
 * @param kernel what firmware starts, or what starts itself
 * @param initrd the initramfs
 * @param deviceTree the flattened device tree
 */
public record BootLayout(
        long ramBase,
        long ramSize,
        Optional<Placed> firmware,
        Optional<Placed> kernel,
        Optional<Region> initrd,
        Region deviceTree) {
    private static final long MIB = 1 << 20;
    /** More than any machine has: a file that wants this is damaged. */
    private static final long MOST_RAM = 1L << 38;

    private static final long IMAGE_ALIGNMENT = 2 * MIB;
    private static final long DEVICE_TREE_CEILING = 3L << 30;
    private static final long USUAL_GAP = 128 * MIB;

    /** What is placed: an ELF file is entered differently as firmware and as kernel. */
    public enum Piece {
        FIRMWARE,
        KERNEL,
        INITRD
    }

    /** A stretch of physical memory: {@code size} bytes from {@code address}. */
    public record Region(long address, long size) {
        /** The first address after it. */
        public long end() {
            return address + size;
        }

        private boolean overlaps(Region other) {
            return address < other.end() && other.address < end();
        }
    }

    /**
     * An image and its place.
     *
     * @param region all that it occupies, also what the file does not hold
     * @param entry physical address of the first instruction
     * @param shift how far an ELF image was moved from where it was linked
     */
    public record Placed(BootImage image, Region region, long entry, long shift) {}

    /**
     * What is to be placed.
     *
     * @param ramBase physical address of the first byte of RAM, a multiple of 2 MiB
     * @param ramSize bytes of RAM
     * @param initrdSize bytes of the initramfs, 0 for none
     * @param deviceTreeSize bytes of the flattened device tree; a tree has the same size whatever addresses it names,
     *     so it can be measured before the layout is known
     */
    public record Request(
            long ramBase,
            long ramSize,
            Optional<BootImage> firmware,
            Optional<BootImage> kernel,
            long initrdSize,
            long deviceTreeSize) {}

    /**
     * Finds a place for everything.
     *
     * @throws ImageException if RAM is too small, or an image was linked for addresses that it cannot have
     */
    public static BootLayout plan(Request request) throws ImageException {
        return new Planner(request).plan();
    }

    /** Where hart 0 starts: the firmware, or the kernel without one; the start of RAM when there is neither. */
    public long entry() {
        return firmware.or(() -> kernel).map(Placed::entry).orElse(ramBase);
    }

    /** What {@code FW_DYNAMIC} firmware finds through {@code a2}; the address is 0 when there is no kernel. */
    public DynamicInfo dynamicInfo() {
        return DynamicInfo.supervisor(kernel.map(Placed::entry).orElse(0L));
    }

    /**
     * Writes all pieces to RAM, and zeros where an image wants zeros.
     *
     * @param ram of the base and size that were planned for
     * @param initrdContent as many bytes as were planned, none without an initramfs
     * @param deviceTreeContent at most as many bytes as were planned
     */
    public void load(Ram ram, MemorySegment initrdContent, byte[] deviceTreeContent) {
        if (ram.base() != ramBase
                || ram.size() != ramSize
                || initrdContent.byteSize() != initrd.map(Region::size).orElse(0L)
                || deviceTreeContent.length > deviceTree.size()) {
            throw new IllegalArgumentException("not what was planned: " + this);
        }
        firmware.ifPresent(placed -> load(ram, placed));
        kernel.ifPresent(placed -> load(ram, placed));
        initrd.ifPresent(region -> write(ram, region.address, initrdContent, region.size));
        write(ram, deviceTree.address, MemorySegment.ofArray(deviceTreeContent), deviceTree.size);
    }

    private static void load(Ram ram, Placed placed) {
        switch (placed.image) {
            case Linux linux -> write(ram, placed.region.address, linux.data(), linux.memorySize());
            case Raw raw ->
                write(ram, placed.region.address, raw.data(), raw.data().byteSize());
            case Elf elf -> {
                for (BootImage.Segment s : elf.segments()) {
                    write(ram, s.physicalAddress() + placed.shift, s.data(), s.memorySize());
                }
                for (BootImage.Relocation r : elf.relocations()) {
                    long address = elf.physical(r.offset()) + placed.shift;
                    ram.segment().set(DOUBLEWORD, address - ram.base(), r.addend() + placed.shift);
                    ram.written(address - ram.base(), Long.BYTES);
                }
            }
        }
    }

    private static void write(Ram ram, long address, MemorySegment data, long size) {
        long offset = address - ram.base();
        MemorySegment target = ram.segment().asSlice(offset, size);
        target.asSlice(0, data.byteSize()).copyFrom(data);
        target.asSlice(data.byteSize()).fill((byte) 0);
        ram.written(offset, size);
    }

    private static long alignUp(long value, long alignment) {
        return value + alignment - 1 & -alignment;
    }

    private static final class Planner {
        private final Request request;
        private final long ramEnd;
        private final List<Placed> images = new ArrayList<>();

        Planner(Request request) {
            this.request = request;
            this.ramEnd = request.ramBase + request.ramSize;
        }

        BootLayout plan() throws ImageException {
            Optional<Placed> firmware = Optional.empty();
            if (request.firmware.isPresent()) {
                firmware = Optional.of(place(request.firmware.get(), Piece.FIRMWARE, request.ramBase));
            }
            long afterFirmware =
                    firmware.map(f -> alignUp(f.region.end(), IMAGE_ALIGNMENT)).orElse(request.ramBase);
            Optional<Placed> kernel = Optional.empty();
            if (request.kernel.isPresent()) {
                kernel = Optional.of(place(request.kernel.get(), Piece.KERNEL, afterFirmware));
            }
            long used = images.stream().mapToLong(p -> p.region.end()).max().orElse(request.ramBase);

            Optional<Region> initrd = Optional.empty();
            if (request.initrdSize > 0) {
                initrd = Optional.of(new Region(initrdAddress(kernel, used), request.initrdSize));
                used = initrd.get().end();
            }
            Region deviceTree = new Region(deviceTreeAddress(used), request.deviceTreeSize);
            if (used > deviceTree.address) {
                if (request.kernel.isPresent()) {
                    throw tooSmall(Piece.KERNEL, request.kernel.get().name(), used);
                }
                if (request.firmware.isPresent()) {
                    throw tooSmall(Piece.FIRMWARE, request.firmware.get().name(), used);
                }
                throw tooSmall(Piece.INITRD, "without a kernel", used);
            }
            return new BootLayout(request.ramBase, request.ramSize, firmware, kernel, initrd, deviceTree);
        }

        private long deviceTreeAddress(long used) {
            long ceiling = request.ramBase < DEVICE_TREE_CEILING ? Math.min(ramEnd, DEVICE_TREE_CEILING) : ramEnd;
            long aligned = ceiling - request.deviceTreeSize & -IMAGE_ALIGNMENT;
            // A bare-metal program in little RAM: the specification (Devicetree 0.4, 5.1) wants no more than 8 bytes.
            return aligned >= used ? aligned : ceiling - request.deviceTreeSize & -8L;
        }

        /**
         * As far above the kernel as QEMU puts it, because firmware that is not told where things are (OpenSBI's
         * {@code fw_jump}) uses the room in between; in little RAM right after the kernel. Linux maps itself with 2 MiB
         * pages and refuses an initramfs in the last of them.
         */
        private long initrdAddress(Optional<Placed> kernel, long used) {
            long nearest = alignUp(used, IMAGE_ALIGNMENT);
            long usual = alignUp(
                    kernel.map(k -> k.region.address).orElse(request.ramBase)
                            + Math.min(request.ramSize / 2, USUAL_GAP),
                    IMAGE_ALIGNMENT);
            boolean fits =
                    usual >= nearest && usual + request.initrdSize <= deviceTreeAddress(usual + request.initrdSize);
            return fits ? usual : nearest;
        }

        private Placed place(BootImage image, Piece piece, long lowest) throws ImageException {
            Placed placed = switch (image) {
                case Linux linux -> {
                    long address = Math.max(lowest, alignUp(request.ramBase + linux.textOffset(), IMAGE_ALIGNMENT));
                    yield new Placed(image, new Region(address, linux.memorySize()), address, 0);
                }
                case Raw raw -> new Placed(image, new Region(lowest, raw.data().byteSize()), lowest, 0);
                case Elf elf -> placeElf(elf, piece, lowest);
            };
            if (placed.region.end() > ramEnd) {
                throw tooSmall(piece, image.name(), placed.region.end());
            }
            for (Placed other : images) {
                if (other.region.overlaps(placed.region)) {
                    throw new ImageException(
                            piece,
                            image.name() + ": lies at 0x" + Long.toHexString(placed.region.address)
                                    + ", over the firmware " + other.image.name() + "; link it for 0x"
                                    + Long.toHexString(lowest)
                                    + " or start it without firmware");
                }
            }
            images.add(placed);
            return placed;
        }

        private Placed placeElf(Elf file, Piece piece, long lowest) throws ImageException {
            Elf elf = file.movable() ? file : file.withoutHeadersBelow(request.ramBase);
            long size = elf.end() - elf.start();
            boolean outside = Long.compareUnsigned(elf.start(), request.ramBase) < 0
                    || Long.compareUnsigned(elf.start(), ramEnd) >= 0;
            boolean above = elf.start() >= ramEnd && size >= 0 && elf.end() <= request.ramBase + MOST_RAM;
            if (above && !elf.movable()) {
                throw tooSmall(piece, elf.name(), elf.end());
            }
            if (size < 0 || outside && !elf.movable()) {
                throw new ImageException(
                        piece,
                        elf.name() + ": linked for 0x" + Long.toHexString(elf.start()) + " to 0x"
                                + Long.toHexString(elf.end()) + ", where no RAM is; link it for 0x"
                                + Long.toHexString(lowest));
            }
            long shift = outside || elf.movable() && elf.start() < lowest ? lowest - elf.start() : 0;
            return new Placed(elf, new Region(elf.start() + shift, size), entry(elf, piece) + shift, shift);
        }

        private static long entry(Elf elf, Piece piece) throws ImageException {
            OptionalLong entry = switch (piece) {
                case FIRMWARE -> elf.firmwareEntry();
                case KERNEL -> elf.kernelEntry();
                case INITRD -> throw new IllegalArgumentException("an initial RAM disk is not entered");
            };
            return entry.orElseThrow(() -> new ImageException(
                    piece,
                    elf.name() + ": the entry 0x"
                            + Long.toHexString(elf.entry())
                            + " is in no segment of the ELF file; set it with the linker's -e"));
        }

        private ImageException tooSmall(Piece piece, String what, long end) {
            if (Long.compareUnsigned(end - request.ramBase, MOST_RAM) > 0) {
                return new ImageException(
                        piece, what + ": needs more memory than any machine has; is it the right file?");
            }
            if (end > DEVICE_TREE_CEILING - request.deviceTreeSize && ramEnd >= DEVICE_TREE_CEILING) {
                return new ImageException(
                        piece,
                        what + ": kernel, initramfs and device tree need more than the "
                                + (DEVICE_TREE_CEILING - request.ramBase >> 20)
                                + " MiB of RAM below 3 GiB; take smaller ones");
            }
            long needed = alignUp(end - request.ramBase + request.deviceTreeSize, IMAGE_ALIGNMENT);
            String pieces = request.initrdSize > 0 ? "kernel, initramfs and device tree need " : "needs ";
            return new ImageException(
                    piece,
                    what + ": " + pieces + (needed >> 20) + " MiB, RAM has " + (request.ramSize >> 20)
                            + " MiB: give the machine " + (needed >> 20) + "M or more");
        }
    }
}
