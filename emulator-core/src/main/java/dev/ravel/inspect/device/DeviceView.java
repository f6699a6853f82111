package dev.ravel.inspect.device;

import dev.ravel.device.DeviceRegister;
import dev.ravel.machine.Machine;
import dev.ravel.memory.Bus;
import dev.ravel.virtio.VirtioMmio;
import dev.ravel.virtio.VirtioTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A device of the board at one moment.
 *
 * @param name the device's own: {@code uart}, {@code virtio-blk}
 * @param base physical address
 * @param size bytes of its window
 * @param interrupt its source at the PLIC, if it is wired to one
 * @param registers in the order of their offsets; none where the window is memory
 * @param virtio what it is beyond its registers, if it is a virtio device
 */
public record DeviceView(
        String name,
        long base,
        long size,
        OptionalInt interrupt,
        List<DeviceRegister> registers,
        Optional<VirtioView> virtio) {
    public DeviceView {
        registers = List.copyOf(registers);
    }

    /** The names of a machine's devices, as accesses to them are told of, each once. */
    public static List<String> names(Machine machine) {
        return machine.bus().windows().stream()
                .map(window -> window.device().name())
                .distinct()
                .toList();
    }

    /** All devices of a machine that stands still, by address. Nothing changes by looking. */
    public static List<DeviceView> of(Machine machine) {
        Bus bus = machine.bus();
        List<DeviceView> views = new ArrayList<>();
        bus.deviceLock().lock();
        try {
            for (Bus.Window window : bus.windows()) {
                views.add(view(machine, window));
                behind(window).forEach(one -> views.add(view(machine, one)));
            }
        } finally {
            bus.deviceLock().unlock();
        }
        views.sort((a, b) -> Long.compareUnsigned(a.base, b.base));
        return List.copyOf(views);
    }

    /** The virtio devices of a machine, also those behind others, by address. */
    public static SortedMap<Long, VirtioTransport> transports(Machine machine) {
        SortedMap<Long, VirtioTransport> transports = new TreeMap<>();
        for (Bus.Window window : machine.bus().windows()) {
            Stream.concat(Stream.of(window), behind(window).stream()).forEach(one -> {
                if (one.device() instanceof VirtioTransport transport) {
                    transports.put(one.base(), transport);
                }
            });
        }
        return transports;
    }

    /** The devices that are reached through one, as windows of their own. */
    private static List<Bus.Window> behind(Bus.Window window) {
        return window.device().behind().stream()
                .map(one -> new Bus.Window(window.base() + one.offset(), one.size(), one.device()))
                .toList();
    }

    private static DeviceView view(Machine machine, Bus.Window window) {
        OptionalInt interrupt = machine.interruptSources().entrySet().stream()
                .filter(wire -> wire.getValue().base() == window.base())
                .mapToInt(Map.Entry::getKey)
                .findFirst();
        Optional<VirtioView> virtio = window.device() instanceof VirtioTransport transport
                ? Optional.of(VirtioView.of(transport.state(), machine.ram()))
                : Optional.empty();
        return new DeviceView(
                window.device().name(),
                window.base(),
                window.size(),
                interrupt,
                window.device().registers(),
                virtio);
    }

    /** Whether a driver can find anything there: an empty virtio slot is none. */
    public boolean present() {
        return !name.equals(VirtioMmio.empty().name());
    }

    /** Its interrupt and, of a virtio device, how far it is, in a line; may be empty. */
    public String words() {
        return Stream.concat(
                        interrupt.stream().mapToObj(source -> "interrupt " + source),
                        virtio.map(VirtioView::words).stream())
                .collect(Collectors.joining("; "));
    }

    /** The name of the register at an offset, or {@code +0x10} where none is. */
    public String registerAt(long offset) {
        return registers.stream()
                .filter(register -> register.contains(offset))
                .map(DeviceRegister::name)
                .findFirst()
                .orElseGet(() -> virtio.isPresent() && offset >= VirtioMmio.CONFIG
                        ? "Config+0x" + Long.toHexString(offset - VirtioMmio.CONFIG)
                        : "+0x" + Long.toHexString(offset));
    }
}
