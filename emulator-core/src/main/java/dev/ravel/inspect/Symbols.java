package dev.ravel.inspect;

import dev.ravel.boot.BootImage;
import dev.ravel.boot.BootLayout;
import dev.ravel.inspect.linux.InspectionException;
import dev.ravel.inspect.linux.KernelImage;
import dev.ravel.inspect.linux.KernelSymbols;
import dev.ravel.machine.Machine;
import java.util.Optional;
import java.util.OptionalLong;

/** The names of addresses in what a machine runs. Immutable. */
public interface Symbols {
    /** No names. */
    Symbols NONE = new Symbols() {
        @Override
        public Optional<SymbolAt> nearest(long address) {
            return Optional.empty();
        }

        @Override
        public OptionalLong address(String name) {
            return OptionalLong.empty();
        }
    };

    /** The symbol at an address, or the one before it in the same image. */
    Optional<SymbolAt> nearest(long address);

    /** The virtual address of a name. */
    OptionalLong address(String name);

    /** These, and where they know nothing, others. */
    default Symbols or(Symbols others) {
        Symbols first = this;
        return new Symbols() {
            @Override
            public Optional<SymbolAt> nearest(long address) {
                return first.nearest(address).or(() -> others.nearest(address));
            }

            @Override
            public OptionalLong address(String name) {
                OptionalLong found = first.address(name);
                return found.isPresent() ? found : others.address(name);
            }
        };
    }

    /** Those of the ELF images that the machine was started with: the kernel's, then the firmware's. */
    static Symbols ofImages(Machine machine) {
        return machine.layout()
                .kernel()
                .map(Symbols::of)
                .orElse(NONE)
                .or(machine.layout().firmware().map(Symbols::of).orElse(NONE));
    }

    /**
     * Those of the images, and of the Linux kernel that runs, if one does: finding that takes some tenths of a second.
     * The machine should be paused.
     */
    static Symbols of(Machine machine) {
        try {
            return ofImages(machine).or(of(KernelImage.find(machine).symbols()));
        } catch (InspectionException e) {
            // No Linux, or not yet: nothing that anybody asked for is missing.
            return ofImages(machine);
        }
    }

    /** Those of a Linux kernel. */
    static Symbols of(KernelSymbols kernel) {
        return new Symbols() {
            @Override
            public Optional<SymbolAt> nearest(long address) {
                return kernel.nearest(address).map(n -> new SymbolAt(n.symbol().name(), n.offset()));
            }

            @Override
            public OptionalLong address(String name) {
                return kernel.address(name);
            }
        };
    }

    private static Symbols of(BootLayout.Placed placed) {
        return placed.image() instanceof BootImage.Elf elf ? new ElfSymbols(elf, placed.shift()) : NONE;
    }
}
