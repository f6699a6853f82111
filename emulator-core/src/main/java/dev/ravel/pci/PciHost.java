package dev.ravel.pci;

import dev.ravel.device.Device;
import dev.ravel.fdt.Node;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A generic host bridge: its registers are the configuration spaces of the one bus behind it, in the form of PCI Express (ECAM,
 * PCI Express Base 4.0, 7.2.2). Devices have one function; INTA to INTD of all of them lead to four wires.
 */
public final class PciHost implements Device {
    /** Bytes of the configuration spaces of 256 buses. */
    public static final long SIZE = 256L << 20;

    /** Wires that interrupts lead to. */
    public static final int LINES = 4;

    /** Devices on a bus, the bridge itself among them. */
    public static final int SLOTS = 32;

    private static final int SLOT_SHIFT = 15;

    // The first cell of an address on the bus (Open Firmware's binding for PCI, 2.2.1.1).
    private static final int IN_IO = 0x0100_0000;
    private static final int IN_MEMORY_32 = 0x0200_0000;
    private static final int IN_MEMORY_64 = 0x0300_0000;

    /** Where the slot stands in that cell. */
    private static final int SLOT_CELL_SHIFT = 11;

    private final Addresses addresses;
    private final List<InterruptLine> lines;
    private final SortedMap<Integer, PciFunction> functions = new TreeMap<>();
    /** Of each wire the slots that assert it. */
    private final List<BitSet> asserted =
            Stream.generate(BitSet::new).limit(LINES).toList();

    /**
     * Where the board has the bus's spaces.
     *
     * @param io the first byte of I/O space, whose address on the bus is 0
     * @param memory below 4 GiB; the same on the bus
     * @param high memory above; the same on the bus
     */
    public record Addresses(Range io, Range memory, Range high) {}

    /** Addresses of the board. */
    public record Range(long base, long size) {}

    /**
     * A window through which harts reach a space of the bus.
     *
     * @param range where it is
     */
    public record Window(Range range, Device device) {}

    /** A bus with nothing on it but the bridge; {@code lines} are {@link #LINES} wires, INTA of device 0 leads to the first. */
    public PciHost(Addresses addresses, List<InterruptLine> lines) {
        if (lines.size() != LINES) {
            throw new IllegalArgumentException(lines.size() + " wires");
        }
        this.addresses = addresses;
        this.lines = List.copyOf(lines);
        functions.put(0, new HostBridge());
    }

    /** Plugs a function in. */
    public void plug(int slot, PciFunction function) {
        if (slot < 0 || slot >= SLOTS || functions.putIfAbsent(slot, function) != null) {
            throw new IllegalArgumentException("slot " + slot);
        }
        int wire = wire(slot);
        function.configuration().connect(level -> {
            BitSet slots = asserted.get(wire);
            slots.set(slot, level);
            lines.get(wire).set(!slots.isEmpty());
        });
    }

    /** Where INTA of a slot leads: neighbours' to different wires, as a bridge swizzles them. */
    private static int wire(int slot) {
        return slot % LINES;
    }

    /** The windows to be mapped beside this device. */
    public List<Window> windows() {
        return List.of(
                new Window(addresses.io, new PciWindow("pci-io", this, Bar.Space.IO, 0, addresses.io.size)),
                memory("pci-memory", addresses.memory),
                memory("pci-memory-64", addresses.high));
    }

    private Window memory(String name, Range range) {
        return new Window(range, new PciWindow(name, this, Bar.Space.MEMORY, range.base, range.size));
    }

    /** What is on the bus, by slot. */
    Collection<PciFunction> functions() {
        return Collections.unmodifiableCollection(functions.values());
    }

    /** What answers an access, if anything does. */
    Optional<ConfigurationSpace.Mapped> find(Bar.Space space, long address, int size) {
        for (PciFunction function : functions.values()) {
            Optional<ConfigurationSpace.Mapped> found = function.configuration().find(space, address, size);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** What is read where nothing answers. */
    static long ones(int size) {
        return -1L >>> 64 - 8 * size;
    }

    @Override
    public String name() {
        return "pci";
    }

    @Override
    public String identity() {
        return functions.entrySet().stream()
                .map(slot -> slot.getValue().identity() + " in slot " + slot.getKey())
                .collect(Collectors.joining(", ", "PCI with ", ""));
    }

    /** Other buses, slots and functions are empty. */
    private Optional<PciFunction> function(long offset) {
        boolean first = (offset & PciFunction.SIZE * 7L) == 0;
        return first ? Optional.ofNullable(functions.get((int) (offset >>> SLOT_SHIFT))) : Optional.empty();
    }

    @Override
    public long read(long offset, int size) {
        if (size == Long.BYTES) {
            return read(offset, 4) | read(offset + 4, 4) << 32;
        }
        return function(offset)
                .map(one -> one.read(offset & PciFunction.SIZE - 1, size))
                .orElse(ones(size));
    }

    @Override
    public void write(long offset, int size, long value) {
        if (size == Long.BYTES) {
            write(offset, 4, value & 0xffff_ffffL);
            write(offset + 4, 4, value >>> 32);
        } else {
            function(offset).ifPresent(one -> one.write(offset & PciFunction.SIZE - 1, size, value));
        }
    }

    @Override
    public List<Behind> behind() {
        List<Behind> all = new ArrayList<>();
        functions.forEach((slot, function) -> all.add(new Behind(
                (long) slot << SLOT_SHIFT,
                PciFunction.SIZE,
                function,
                function.configuration().interrupts() ? OptionalInt.of(wire(slot)) : OptionalInt.empty())));
        return all;
    }

    @Override
    public Optional<String> keptByHost() {
        return functions.values().stream()
                .flatMap(one -> one.keptByHost().stream())
                .findFirst();
    }

    @Override
    public void reset() {
        functions.values().forEach(Device::reset);
    }

    @Override
    public void prepareRestore() {
        functions.values().forEach(Device::prepareRestore);
    }

    @Override
    public void save(StateWriter out) {
        functions.forEach((slot, function) -> function.save(out.section("slot" + slot)));
    }

    @Override
    public void restore(StateReader in) {
        functions.forEach((slot, function) -> function.restore(in.section("slot" + slot)));
    }

    @Override
    public void close() {
        functions.values().forEach(Device::close);
    }

    /** {@code placement.interrupt()} is the first of the {@link #LINES} that the wires lead to. */
    @Override
    public void describe(Node parent, Placement placement) {
        parent.child("pci@" + Long.toHexString(placement.base()))
                .cells("interrupt-map-mask", LINES - 1 << SLOT_CELL_SHIFT, 0, 0, 7)
                .cells("interrupt-map", interruptMap(placement))
                .cells("ranges", ranges())
                .longs("reg", placement.base(), placement.size())
                .flag("dma-coherent")
                .cells("bus-range", 0, 255)
                .cells("linux,pci-domain", 0)
                .strings("device_type", "pci")
                .strings("compatible", "pci-host-ecam-generic")
                .cells("#size-cells", 2)
                .cells("#interrupt-cells", 1)
                .cells("#address-cells", 3);
    }

    private static int[] interruptMap(Placement placement) {
        List<Integer> cells = new ArrayList<>();
        for (int slot = 0; slot < LINES; slot++) {
            for (int pin = 0; pin < LINES; pin++) {
                int interrupt = placement.interrupt() + wire(slot + pin);
                cells.addAll(List.of(slot << SLOT_CELL_SHIFT, 0, 0, pin + 1, placement.interruptParent(), interrupt));
            }
        }
        return cells.stream().mapToInt(Integer::intValue).toArray();
    }

    private int[] ranges() {
        List<Integer> cells = new ArrayList<>();
        range(cells, IN_IO, 0, addresses.io);
        range(cells, IN_MEMORY_32, addresses.memory.base, addresses.memory);
        range(cells, IN_MEMORY_64, addresses.high.base, addresses.high);
        return cells.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void range(List<Integer> cells, int space, long onBus, Range range) {
        cells.add(space);
        for (long address : new long[] {onBus, range.base, range.size}) {
            cells.add((int) (address >>> 32));
            cells.add((int) address);
        }
    }
}
