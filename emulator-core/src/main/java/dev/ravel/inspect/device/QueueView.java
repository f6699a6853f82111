package dev.ravel.inspect.device;

import dev.ravel.virtio.VirtioState;
import java.util.List;
import java.util.Optional;

/**
 * A virtqueue at one moment (virtio 1.3, 2.6): the device's state of it and what the guest's memory holds.
 *
 * @param index its number
 * @param purpose what it is for: {@code requests}
 * @param state as the device has it
 * @param descriptors the table, or the packed ring, without those that are all zero; none while the queue is not in use
 * @param available the last entries of the available ring, the oldest first; none in a packed ring
 * @param used the last entries of the used ring, the oldest first; none in a packed ring
 * @param requests those that the device has, then those that wait, each in the order in which they came
 * @param torn what makes no sense in the ring, in words
 */
public record QueueView(
        int index,
        String purpose,
        VirtioState.Queue state,
        List<Descriptor> descriptors,
        List<Available> available,
        List<Used> used,
        List<RequestView> requests,
        Optional<String> torn) {
    public QueueView {
        descriptors = List.copyOf(descriptors);
        available = List.copyOf(available);
        used = List.copyOf(used);
        requests = List.copyOf(requests);
    }

    /** Whether the driver has set it up. */
    public boolean ready() {
        return state.place().isPresent();
    }

    /** How many requests wait or are in the device. */
    public String words() {
        if (!ready()) {
            return "not in use, at most " + state.maxSize() + " descriptors";
        }
        long taken = requests.stream()
                .filter(request -> request.stage() instanceof RequestView.Stage.Taken)
                .count();
        return (state.packed() ? "packed" : "split") + ", " + state.size() + " descriptors, " + taken
                + " in the device, " + (requests.size() - taken) + " waiting"
                + torn.map(why -> ", torn: " + why).orElse("");
    }

    /** What the driver writes is called in this kind of ring. */
    public String driverArea() {
        return state.packed() ? "driver event suppression" : "available";
    }

    /** What the device writes is called in this kind of ring. */
    public String deviceArea() {
        return state.packed() ? "device event suppression" : "used";
    }

    /** Up to where the device took requests; of a queue that is ready. */
    public String tookWords() {
        VirtioState.Place place = state.place().orElseThrow();
        return "the device took " + upTo(place.available(), place.availableWrap());
    }

    /** Up to where the device gave requests back; of a queue that is ready. */
    public String gaveBackWords() {
        VirtioState.Place place = state.place().orElseThrow();
        return "the device gave back " + upTo(place.used(), place.usedWrap());
    }

    private String upTo(int index, boolean wrap) {
        return state.packed()
                ? "up to descriptor " + index + ", wrap counter " + (wrap ? 1 : 0)
                : "up to index " + index;
    }

    /**
     * A descriptor (virtio 1.3, 2.7.5; 2.8.5).
     *
     * @param address physical, of a buffer or of a table of descriptors
     * @param length bytes
     * @param flags in the specification's names
     * @param next in a split ring the descriptor that the chain goes on with if the flags say NEXT, in a packed one the buffer id
     */
    public record Descriptor(int index, long address, long length, List<String> flags, int next) {
        public Descriptor {
            flags = List.copyOf(flags);
        }

        /** Length, flags and what follows. */
        public String words() {
            return length + " bytes " + String.join(" ", flags) + (flags.contains("NEXT") ? ", then " + next : "");
        }
    }

    /**
     * An entry of the available ring.
     *
     * @param index of the ring as it counts, 0 to 65535
     * @param taken whether the device has taken it
     */
    public record Available(int index, int head, boolean taken) {
        /** What it names and whether that was taken. */
        public String words() {
            return "request " + head + (taken ? ", taken" : ", waits");
        }
    }

    /**
     * An entry of the used ring.
     *
     * @param index of the ring as it counts, 0 to 65535
     * @param head of the request
     * @param written bytes that the device wrote
     */
    public record Used(int index, long head, long written) {
        /** What it names and what was written. */
        public String words() {
            return "request " + head + ", " + written + " bytes written";
        }
    }
}
