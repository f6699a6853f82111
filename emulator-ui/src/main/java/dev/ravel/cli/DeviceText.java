package dev.ravel.cli;

import dev.ravel.device.DeviceRegister;
import dev.ravel.inspect.device.DeviceAccess;
import dev.ravel.inspect.device.DeviceView;
import dev.ravel.inspect.device.QueueView;
import dev.ravel.inspect.device.RequestView;
import dev.ravel.inspect.device.SeenRequest;
import dev.ravel.inspect.device.VirtioView;
import dev.ravel.machine.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Devices, their virtqueues, and what was asked of them, for {@code inspect}: for people, and for scripts. */
final class DeviceText {
    private DeviceText() {}

    /** Those that a driver finds, or of these those of some names. */
    static List<DeviceView> chosen(List<DeviceView> all, List<String> names) {
        return all.stream()
                .filter(names.isEmpty() ? DeviceView::present : device -> names.contains(device.name()))
                .toList();
    }

    /**
     * Makes sure that the machine has a device of a name.
     *
     * @param what the user calls it
     * @throws CliException if it has none
     */
    static void requireDevice(String what, Machine machine, String wanted) {
        List<String> names = DeviceView.names(machine);
        if (!names.contains(wanted)) {
            throw new CliException(
                    what + " " + wanted + ": this machine has none of that name, but " + String.join(", ", names));
        }
    }

    /** The last of some, so many at most. */
    static <T> List<T> last(List<T> all, int most) {
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    static List<String> devices(List<DeviceView> devices) {
        List<String> lines = new ArrayList<>();
        boolean zeros = false;
        for (DeviceView device : devices) {
            lines.add(device.name() + " at " + InspectText.hex(device.base()));
            InspectText.wrap(lines, device.words(), 2);
            for (DeviceRegister register : device.registers()) {
                if (register.value().orElse(-1) == 0) {
                    zeros = true;
                } else {
                    lines.add(String.format("  +0x%-6x %-27s %s", register.offset(), register.name(), value(register)));
                }
            }
            device.virtio().map(VirtioView::queues).ifPresent(queues -> queues.forEach(queue -> queue(lines, queue)));
            lines.add("");
        }
        if (zeros) {
            lines.add("Registers that are not listed are 0.");
            lines.add("");
        }
        return lines;
    }

    private static String value(DeviceRegister register) {
        return register.value().isPresent() ? InspectText.hex(register.value().getAsLong()) : "not to be read";
    }

    private static void queue(List<String> lines, QueueView queue) {
        InspectText.wrap(lines, "queue " + queue.index() + ", " + queue.purpose() + ": " + queue.words(), 2);
        if (!queue.ready()) {
            return;
        }
        lines.add("    descriptors at " + InspectText.hex(queue.state().descriptors()) + ": "
                + queue.descriptors().size() + " that are not zero");
        for (QueueView.Descriptor one : queue.descriptors()) {
            lines.add(String.format("      %3d  %s  %s", one.index(), InspectText.hex(one.address()), one.words()));
        }
        lines.add("    " + queue.driverArea() + " at "
                + InspectText.hex(queue.state().driver()));
        lines.add("      " + queue.tookWords());
        queue.available().forEach(one -> lines.add(String.format("      %5d  %s", one.index(), one.words())));
        lines.add("    " + queue.deviceArea() + " at "
                + InspectText.hex(queue.state().device()));
        lines.add("      " + queue.gaveBackWords());
        queue.used().forEach(one -> lines.add(String.format("      %5d  %s", one.index(), one.words())));
        for (RequestView request : queue.requests()) {
            InspectText.wrap(
                    lines,
                    "request " + request.head() + ", " + request.stage().words() + ": " + request.wordsAndFault(),
                    4);
            buffers(lines, request);
        }
    }

    private static void buffers(List<String> lines, RequestView request) {
        for (RequestView.Buffer buffer : request.buffers()) {
            lines.add("      " + buffer.access() + " bytes at " + InspectText.hex(buffer.address()));
            if (!buffer.content().isEmpty()) {
                lines.add("        " + buffer.preview());
            }
        }
    }

    static List<String> requests(List<SeenRequest> requests, long seen) {
        List<String> lines = new ArrayList<>();
        lines.add("requests: the last " + requests.size() + " of " + seen);
        for (SeenRequest one : requests) {
            InspectText.wrap(
                    lines,
                    one.sequence() + "  " + one.device() + ", " + one.purpose() + ": "
                            + one.request().wordsAndFault() + "; "
                            + one.request().stage().words(),
                    2);
            buffers(lines, one.request());
        }
        lines.add("");
        return lines;
    }

    static List<String> accesses(List<DeviceAccess> accesses, long seen) {
        List<String> lines = new ArrayList<>();
        lines.add("accesses to registers: the last " + accesses.size() + " of " + seen);
        for (DeviceAccess one : accesses) {
            lines.add(String.format(
                    "  %d  hart %d %-6s %-14s %-22s %s",
                    one.sequence(),
                    one.hart(),
                    one.write() ? "writes" : "reads",
                    one.device(),
                    one.register(),
                    InspectText.hex(one.value())));
        }
        lines.add("");
        return lines;
    }

    static Object json(List<DeviceView> devices) {
        return devices.stream().map(DeviceText::json).toList();
    }

    private static Object json(DeviceView device) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("device", device.name());
        one.put("base", InspectText.hex(device.base()));
        device.interrupt().ifPresent(source -> one.put("interrupt", source));
        Map<String, Object> registers = new LinkedHashMap<>();
        for (DeviceRegister register : device.registers()) {
            if (register.value().isPresent()) {
                registers.put(register.name(), InspectText.hex(register.value().getAsLong()));
            }
        }
        one.put("registers", registers);
        device.virtio().ifPresent(virtio -> {
            one.put("status", virtio.status());
            one.put("features", virtio.features());
            virtio.state().fault().ifPresent(why -> one.put("broken", why));
            one.put("queues", virtio.queues().stream().map(DeviceText::json).toList());
        });
        return one;
    }

    private static Object json(QueueView queue) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("queue", queue.index());
        one.put("purpose", queue.purpose());
        one.put("ready", queue.ready());
        one.put("maxSize", queue.state().maxSize());
        if (!queue.ready()) {
            return one;
        }
        one.put("packed", queue.state().packed());
        one.put("size", queue.state().size());
        one.put(
                "descriptors",
                area(
                        queue.state().descriptors(),
                        queue.descriptors().stream()
                                .map(descriptor -> {
                                    Map<String, Object> entry = new LinkedHashMap<>();
                                    entry.put("index", descriptor.index());
                                    entry.put("address", InspectText.hex(descriptor.address()));
                                    entry.put("length", descriptor.length());
                                    entry.put("flags", descriptor.flags());
                                    entry.put("next", descriptor.next());
                                    return entry;
                                })
                                .toList()));
        one.put(
                "available",
                area(
                        queue.state().driver(),
                        queue.available().stream()
                                .map(available -> Map.of(
                                        "index",
                                        available.index(),
                                        "request",
                                        available.head(),
                                        "taken",
                                        available.taken()))
                                .toList()));
        one.put(
                "used",
                area(
                        queue.state().device(),
                        queue.used().stream()
                                .map(used -> Map.of(
                                        "index", used.index(), "request", used.head(), "written", used.written()))
                                .toList()));
        one.put("requests", queue.requests().stream().map(DeviceText::json).toList());
        queue.torn().ifPresent(why -> one.put("torn", why));
        return one;
    }

    private static Object area(long address, List<?> entries) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("address", InspectText.hex(address));
        one.put("entries", entries);
        return one;
    }

    private static Map<String, Object> json(RequestView request) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("request", request.head());
        one.put("stage", request.stage().words());
        one.put("words", request.words());
        request.broken().ifPresent(why -> one.put("broken", why));
        one.put(
                "buffers",
                request.buffers().stream()
                        .map(buffer -> {
                            Map<String, Object> part = new LinkedHashMap<>();
                            part.put("address", InspectText.hex(buffer.address()));
                            part.put("length", buffer.length());
                            part.put("written", buffer.written());
                            part.put("begins", buffer.preview());
                            return part;
                        })
                        .toList());
        return one;
    }

    static Object jsonOfRequests(List<SeenRequest> requests) {
        return requests.stream()
                .map(seen -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("sequence", seen.sequence());
                    one.put("device", seen.device());
                    one.put("base", InspectText.hex(seen.base()));
                    one.put("queue", seen.queue());
                    one.put("purpose", seen.purpose());
                    one.putAll(json(seen.request()));
                    return one;
                })
                .toList();
    }

    static Object jsonOfAccesses(List<DeviceAccess> accesses) {
        return accesses.stream()
                .map(access -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("sequence", access.sequence());
                    one.put("hart", access.hart());
                    one.put("device", access.device());
                    one.put("register", access.register());
                    one.put("address", InspectText.hex(access.address()));
                    one.put("size", access.size());
                    one.put("write", access.write());
                    one.put("value", InspectText.hex(access.value()));
                    return one;
                })
                .toList();
    }
}
