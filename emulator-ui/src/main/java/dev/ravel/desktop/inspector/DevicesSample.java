package dev.ravel.desktop.inspector;

import dev.ravel.device.DeviceRegister;
import dev.ravel.inspect.device.DeviceAccess;
import dev.ravel.inspect.device.DeviceView;
import dev.ravel.inspect.device.QueueView;
import dev.ravel.inspect.device.RequestView;
import dev.ravel.inspect.device.SeenRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The devices of a machine, and what harts and drivers did with them while they were watched.
 *
 * @param devices by address
 * @param requests the latest, the oldest first
 * @param accesses the latest, the oldest first
 */
record DevicesSample(List<DeviceView> devices, List<SeenRequest> requests, List<DeviceAccess> accesses) {
    DevicesSample {
        devices = List.copyOf(devices);
        requests = List.copyOf(requests);
        accesses = List.copyOf(accesses);
    }

    private record Key(long base, String register) {}

    /** A row for each device with its registers and queues below; what changed since an earlier sample stands out. */
    List<Row> rows(DevicesSample earlier) {
        Map<Key, OptionalLong> before = new HashMap<>();
        for (DeviceView device : earlier.devices) {
            device.registers()
                    .forEach(register -> before.put(new Key(device.base(), register.name()), register.value()));
        }
        return devices.stream()
                .filter(DeviceView::present)
                .map(device -> row(device, before))
                .toList();
    }

    private static Row row(DeviceView device, Map<Key, OptionalLong> before) {
        List<Row> below = new ArrayList<>();
        List<Row> registers = device.registers().stream()
                .map(register -> row(register, changed(device, register, before)))
                .toList();
        if (!registers.isEmpty()) {
            boolean changed = registers.stream().anyMatch(Row::changed);
            below.add(Row.of("registers", changed, registers, "registers", "", registers.size() + " of them"));
        }
        device.virtio().ifPresent(virtio -> virtio.queues().forEach(queue -> below.add(row(queue))));
        return Row.of(
                device.base(),
                below.stream().anyMatch(Row::changed),
                below,
                device.name(),
                HartSample.hex(device.base()),
                device.words());
    }

    private static boolean changed(DeviceView device, DeviceRegister register, Map<Key, OptionalLong> before) {
        return !register.value().equals(before.getOrDefault(new Key(device.base(), register.name()), register.value()));
    }

    private static Row row(DeviceRegister register, boolean changed) {
        return Row.of(
                register.name(),
                changed,
                List.of(),
                register.name(),
                "+" + HartSample.hex(register.offset()),
                register.value().isPresent() ? HartSample.hex(register.value().getAsLong()) : "not to be read");
    }

    private static Row row(QueueView queue) {
        List<Row> below = new ArrayList<>();
        if (queue.ready()) {
            below.add(Row.of(
                    "requests",
                    false,
                    numbered(queue.requests().stream()
                            .map(DevicesSample::request)
                            .toList()),
                    "requests",
                    "",
                    queue.requests().size() + " in the device or waiting"));
            below.add(Row.of(
                    "descriptors",
                    false,
                    queue.descriptors().stream().map(DevicesSample::row).toList(),
                    "descriptors",
                    HartSample.hex(queue.state().descriptors()),
                    queue.descriptors().size() + " that are not zero"));
            below.add(Row.of(
                    "available",
                    false,
                    queue.available().stream().map(DevicesSample::row).toList(),
                    queue.driverArea(),
                    HartSample.hex(queue.state().driver()),
                    queue.tookWords()));
            below.add(Row.of(
                    "used",
                    false,
                    queue.used().stream().map(DevicesSample::row).toList(),
                    queue.deviceArea(),
                    HartSample.hex(queue.state().device()),
                    queue.gaveBackWords()));
        }
        return Row.of(
                "queue " + queue.index(),
                false,
                below,
                "queue " + queue.index() + ", " + queue.purpose(),
                "",
                queue.words());
    }

    /** Two rows of a kind may be the same; their place tells them apart. */
    private static List<Row> numbered(List<Row> rows) {
        List<Row> numbered = new ArrayList<>();
        for (Row row : rows) {
            numbered.add(new Row(numbered.size(), row.cells(), row.changed(), row.children()));
        }
        return numbered;
    }

    private static Row row(QueueView.Descriptor one) {
        return Row.of(
                one.index(),
                false,
                List.of(),
                Integer.toString(one.index()),
                HartSample.hex(one.address()),
                one.words());
    }

    private static Row row(QueueView.Available one) {
        return Row.of(one.index(), false, List.of(), Integer.toString(one.index()), "", one.words());
    }

    private static Row row(QueueView.Used one) {
        return Row.of(one.index(), false, List.of(), Integer.toString(one.index()), "", one.words());
    }

    private static Row request(RequestView request) {
        return Row.of(
                request.head(),
                false,
                buffers(request),
                "request " + request.head() + ", " + request.stage().words(),
                "",
                request.wordsAndFault());
    }

    /** In the columns of the devices. */
    private static List<Row> buffers(RequestView request) {
        return numbered(request.buffers().stream()
                .map(buffer -> Row.of(
                        "", false, List.of(), buffer.access(), HartSample.hex(buffer.address()), buffer.preview()))
                .toList());
    }

    /** In the columns of the requests that were seen. */
    private static List<Row> seenBuffers(RequestView request) {
        return numbered(request.buffers().stream()
                .map(buffer -> Row.of(
                        "",
                        false,
                        List.of(),
                        buffer.access(),
                        buffer.preview(),
                        "at " + HartSample.hex(buffer.address())))
                .toList());
    }

    /** A row for each request that was seen, the latest first, with its buffers below. */
    List<Row> requestRows() {
        return requests.reversed().stream()
                .map(seen -> Row.of(
                        seen.sequence(),
                        false,
                        seenBuffers(seen.request()),
                        seen.device() + ", " + seen.purpose(),
                        seen.request().wordsAndFault(),
                        seen.request().stage().words()))
                .toList();
    }

    /** A row for each access that was seen, the latest first. */
    List<Row> accessRows() {
        return accesses.reversed().stream()
                .map(access -> Row.of(
                        access.sequence(),
                        false,
                        List.of(),
                        "hart " + access.hart(),
                        (access.write() ? "writes " : "reads ") + access.device(),
                        access.register(),
                        HartSample.hex(access.value())))
                .toList();
    }

    /** How much there is, in a line. */
    String summary(long requestsSeen, long accessesSeen) {
        long present = devices.stream().filter(DeviceView::present).count();
        return present + " devices; since this view was opened, requests: " + requestsSeen + ", accesses to registers: "
                + accessesSeen;
    }
}
