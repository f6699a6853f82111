package dev.ravel.inspect.device;

import dev.ravel.memory.Ram;
import dev.ravel.virtio.GuestMemory;
import dev.ravel.virtio.VirtioController;
import dev.ravel.virtio.VirtioState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A virtio device: how far driver and device have come with each other, and its queues.
 *
 * @param state as the device has it
 * @param queues each with what stands in the guest's memory
 */
public record VirtioView(VirtioState state, List<QueueView> queues) {
    private static final Map<Integer, String> STATUS = Map.of(
            VirtioController.ACKNOWLEDGE, "ACKNOWLEDGE",
            VirtioController.DRIVER, "DRIVER",
            VirtioController.DRIVER_OK, "DRIVER_OK",
            VirtioController.FEATURES_OK, "FEATURES_OK",
            VirtioController.DEVICE_NEEDS_RESET, "DEVICE_NEEDS_RESET",
            VirtioController.FAILED, "FAILED");

    public VirtioView {
        queues = List.copyOf(queues);
    }

    static VirtioView of(VirtioState state, Ram ram) {
        GuestMemory memory = new GuestMemory(ram);
        List<QueueView> queues = new ArrayList<>();
        for (int i = 0; i < state.queues().size(); i++) {
            queues.add(
                    QueueReader.read(memory, state.deviceId(), i, state.queues().get(i)));
        }
        return new VirtioView(state, queues);
    }

    /** Status, features and what is broken, in a line. */
    public String words() {
        String status = status().isEmpty() ? "reset" : String.join(" ", status());
        String features = features().isEmpty() ? "" : "; " + String.join(", ", features());
        return status + features + state.fault().map(why -> "; broken: " + why).orElse("");
    }

    /** The device status in the specification's names, in the order of their bits; empty after a reset (virtio 1.3, 2.1). */
    public List<String> status() {
        List<String> names = new ArrayList<>();
        for (int bit = 1; bit < 1 << 8; bit <<= 1) {
            if ((state.status() & bit) != 0) {
                names.add(STATUS.getOrDefault(bit, "0x" + Integer.toHexString(bit)));
            }
        }
        return names;
    }

    /** The features that the driver wants, by name where they are of rings and transports (virtio 1.3, chapter 6), else by bit. */
    public List<String> features() {
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((state.accepted() >>> bit & 1) != 0) {
                names.add(
                        switch (bit) {
                            case VirtioController.F_INDIRECT_DESC -> "INDIRECT_DESC";
                            case VirtioController.F_EVENT_IDX -> "EVENT_IDX";
                            case VirtioController.F_VERSION_1 -> "VERSION_1";
                            case VirtioController.F_RING_PACKED -> "RING_PACKED";
                            default -> "bit " + bit;
                        });
            }
        }
        return names;
    }
}
