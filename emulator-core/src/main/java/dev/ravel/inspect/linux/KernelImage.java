package dev.ravel.inspect.linux;

import dev.ravel.hart.Hart;
import dev.ravel.machine.Machine;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AddressSpace;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A Linux kernel in a machine's RAM: its symbols, and its memory by virtual address. It stays true while this kernel
 * runs; after a reset there is another.
 */
public final class KernelImage {
    private static final String BANNER = "linux_banner";
    private static final String BANNER_START = "Linux version ";
    private static final int BANNER_LIMIT = 512;

    private final KernelMemory memory;
    private final KernelSymbols symbols;
    private final String banner;

    private KernelImage(KernelMemory memory, KernelSymbols symbols, String banner) {
        this.memory = memory;
        this.symbols = symbols;
        this.banner = banner;
    }

    /**
     * Finds the kernel that runs, wherever it was loaded and whatever addresses it gave itself. The machine may run: a kernel
     * leaves its symbols where they are, and every process has them mapped. One that is not found because the process of a
     * hart ended meanwhile is found when this is asked once more.
     *
     * @throws InspectionException if there is none, or not yet
     */
    public static KernelImage find(Machine machine) throws InspectionException {
        return find(
                machine.ram(), machine.harts().stream().map(KernelImage::satp).toList());
    }

    private static long satp(Hart hart) {
        return hart.csrs.satp.value;
    }

    /** As {@link #find(Machine)}, in RAM, with the values of {@code satp} that harts have. */
    static KernelImage find(Ram ram, List<Long> satps) throws InspectionException {
        List<AddressSpace> spaces = satps.stream()
                .distinct()
                .map(satp -> new AddressSpace(ram, satp))
                .filter(AddressSpace::translates)
                .toList();
        if (spaces.isEmpty()) {
            throw new InspectionException("no Linux kernel runs (yet): no hart translates addresses");
        }
        boolean seen = false;
        KallsymsFinder finder = new KallsymsFinder(ram.segment());
        Optional<KallsymsFinder.Found> found = finder.next(0);
        while (found.isPresent()) {
            seen = true;
            // The copy that a boot loader left somewhere has tables too, but no page leads to it.
            for (AddressSpace space : spaces) {
                Optional<KernelImage> image = image(ram, space, found.get().tables());
                if (image.isPresent()) {
                    return image.get();
                }
            }
            found = finder.next(found.get().next());
        }
        throw new InspectionException(
                seen
                        ? "no Linux kernel runs (yet): its symbols are in RAM, but not mapped"
                        : "no Linux kernel with kallsyms was found in RAM");
    }

    private static Optional<KernelImage> image(Ram ram, AddressSpace space, Kallsyms tables) {
        OptionalLong origin = switch (tables.base()) {
            case Kallsyms.Base.Address base -> OptionalLong.of(base.value());
            case Kallsyms.Base.Place place -> space.highestAddressOf(ram.base() + place.offset());
        };
        if (origin.isEmpty()) {
            return Optional.empty();
        }
        KernelSymbols symbols = tables.at(origin.getAsLong());
        // Early in its start a kernel runs on tables that it will throw away, and its own are empty.
        return image(ram, kernelOwn(space, symbols), symbols).or(() -> image(ram, space, symbols));
    }

    private static Optional<KernelImage> image(Ram ram, AddressSpace space, KernelSymbols symbols) {
        try {
            KernelMemory memory = new KernelMemory(ram, space);
            OptionalLong banner = symbols.address(BANNER);
            if (banner.isPresent()) {
                String text = memory.text(banner.getAsLong(), BANNER_LIMIT);
                if (text.startsWith(BANNER_START)) {
                    return Optional.of(new KernelImage(memory, symbols, text.strip()));
                }
            }
        } catch (BrokenStructureException e) {
            // Not mapped: another candidate, or none.
        }
        return Optional.empty();
    }

    /** The kernel's own page table, which stays when the process that a hart runs at the moment is gone. */
    private static AddressSpace kernelOwn(AddressSpace space, KernelSymbols symbols) {
        OptionalLong root = symbols.address("swapper_pg_dir");
        OptionalLong physical = root.isPresent() ? space.physical(root.getAsLong()) : OptionalLong.empty();
        return physical.isPresent() ? space.withRoot(physical.getAsLong()) : space;
    }

    /** The kernel's memory. */
    public KernelMemory memory() {
        return memory;
    }

    /** The kernel's symbols. */
    public KernelSymbols symbols() {
        return symbols;
    }

    /** What {@code /proc/version} shows: {@code Linux version 6.12...}. */
    public String banner() {
        return banner;
    }
}
