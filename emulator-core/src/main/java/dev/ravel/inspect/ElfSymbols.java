package dev.ravel.inspect;

import dev.ravel.boot.BootImage;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The symbols of an ELF image where it was loaded. Before it turns translation on, a kernel runs at its physical
 * addresses, which are those of its symbols too.
 */
final class ElfSymbols implements Symbols {
    private final BootImage.Elf elf;
    private final long shift;
    private final TreeMap<Long, String> names = new TreeMap<>(Long::compareUnsigned);

    /** @param shift how far the image was moved from where it was linked */
    ElfSymbols(BootImage.Elf elf, long shift) {
        this.elf = elf;
        this.shift = shift;
        // Names with a dollar sign mark where code and data begin; other values are constants, not addresses.
        elf.symbols().values().stream()
                .filter(s -> !s.name().startsWith("$") && isInside(s.value()))
                .forEach(s -> names.merge(s.value(), s.name(), (a, b) -> a.compareTo(b) <= 0 ? a : b));
    }

    private boolean isInside(long virtual) {
        return elf.segments().stream()
                .anyMatch(s -> Long.compareUnsigned(virtual - s.virtualAddress(), s.memorySize()) < 0);
    }

    @Override
    public Optional<SymbolAt> nearest(long address) {
        return linked(address - shift).flatMap(linked -> {
            Map.Entry<Long, String> symbol = names.floorEntry(linked);
            return symbol == null
                    ? Optional.empty()
                    : Optional.of(new SymbolAt(symbol.getValue(), linked - symbol.getKey()));
        });
    }

    /** The virtual address that the image was linked for. */
    private Optional<Long> linked(long address) {
        for (BootImage.Segment s : elf.segments()) {
            if (Long.compareUnsigned(address - s.virtualAddress(), s.memorySize()) < 0) {
                return Optional.of(address);
            }
        }
        for (BootImage.Segment s : elf.segments()) {
            long offset = address - s.physicalAddress();
            if (Long.compareUnsigned(offset, s.memorySize()) < 0) {
                return Optional.of(s.virtualAddress() + offset);
            }
        }
        return Optional.empty();
    }

    @Override
    public OptionalLong address(String name) {
        BootImage.Symbol symbol = elf.symbols().get(name);
        return symbol == null || !isInside(symbol.value())
                ? OptionalLong.empty()
                : OptionalLong.of(symbol.value() + shift);
    }
}
