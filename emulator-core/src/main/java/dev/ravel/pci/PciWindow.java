package dev.ravel.pci;

import dev.ravel.device.Stateless;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Part of the board's addresses behind which a space of the bus is: what the guest placed there answers. */
final class PciWindow implements Stateless {
    private final String name;
    private final PciHost host;
    private final Bar.Space space;
    /** The address on the bus of the window's first byte. */
    private final long start;

    private final long size;

    PciWindow(String name, PciHost host, Bar.Space space, long start, long size) {
        this.name = name;
        this.host = host;
        this.space = space;
        this.start = start;
        this.size = size;
    }

    @Override
    public String name() {
        return name;
    }

    /** Where nothing answers, the bus reads as ones. */
    @Override
    public long read(long offset, int width) {
        Optional<ConfigurationSpace.Mapped> target = host.find(space, start + offset, width);
        if (target.isEmpty()) {
            return PciHost.ones(width);
        }
        ConfigurationSpace.Mapped mapped = target.get();
        return mapped.bar().registers().read(start + offset - mapped.base(), width);
    }

    @Override
    public void write(long offset, int width, long value) {
        host.find(space, start + offset, width)
                .ifPresent(mapped -> mapped.bar().registers().write(start + offset - mapped.base(), width, value));
    }

    @Override
    public List<Behind> behind() {
        List<Behind> all = new ArrayList<>();
        for (PciFunction function : host.functions()) {
            for (ConfigurationSpace.Mapped mapped : function.configuration().mapped(space)) {
                long offset = mapped.base() - start;
                if (offset >= 0 && offset <= size - mapped.bar().size()) {
                    all.add(new Behind(offset, mapped.bar().size(), mapped.bar().registers(), OptionalInt.empty()));
                }
            }
        }
        return all;
    }
}
