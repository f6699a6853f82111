package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.SavedState;
import dev.ravel.memory.Ram;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A driver whose rings are in order, whatever is in its requests. It looks at all of the guest's memory: the device writes only into
 * buffers that it was given, no further than it says, and into used rings. Requests come back in the order in which they went.
 */
final class WatchfulDriver implements AutoCloseable {
    private static final int QUEUE_SIZE = 64;
    private static final int MOST_PIECES = 4;

    /** A request takes two parts: with so many pieces at once, no descriptor is used twice. */
    private static final int PIECES_OF_REQUEST = 2 * MOST_PIECES;

    private static final long ROOM_END = GuestDriver.BASE + GuestDriver.RAM_SIZE - (1 << 16);
    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[GuestDriver.RAM_SIZE]);

    final GuestDriver driver;
    private final VirtioDevice device;
    private final BoundaryQueue events;
    private final List<Lane> lanes = new ArrayList<>();

    /** A queue, and the requests that the device has of it. */
    private record Lane(GuestDriver.Queue queue, Map<Integer, List<Piece>> given) {}

    WatchfulDriver(VirtioDevice device, Ram ram, BoundaryQueue events) {
        this.device = device;
        this.driver = new GuestDriver(device, ram);
        this.events = events;
    }

    /** Begins a session, and ends the one that was. */
    void start(long features) {
        driver.negotiate(features);
        settle();
        lookRound();
        lanes.clear();
        driver.recycle();
        for (int i = 0; i < device.queueSizes().size(); i++) {
            lanes.add(new Lane(
                    driver.new Queue(i, Math.min(QUEUE_SIZE, device.queueSizes().get(i))), new HashMap<>()));
        }
        driver.ready();
        settle();
        assertThat(driver.needsReset()).as("after a reset").isFalse();
    }

    /** Runs what is due; it must come to an end. */
    void settle() {
        for (int i = 0; events.runDue(0) > 0; i++) {
            assertThat(i).as("boundaries at which the device goes on by itself").isLessThan(10_000);
        }
    }

    /**
     * Makes a request and says so, if there is room for one.
     *
     * @param cut how it is laid out: the lowest bits are how many pieces each part has, the next one whether in an indirect table
     * @return whether there was room
     */
    boolean offer(int queue, byte[] readable, int writable, int cut) {
        Lane lane = lanes.get(queue);
        if (lanes.stream().allMatch(l -> l.given.isEmpty())) {
            driver.recycle();
        }
        if (lane.given.size() >= lane.queue.size / PIECES_OF_REQUEST
                || driver.allocate(0) + readable.length + writable + (MOST_PIECES << 8) > ROOM_END) {
            return false;
        }
        int parts = 1 + cut % MOST_PIECES;
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            byte[] part =
                    Arrays.copyOfRange(readable, at(readable.length, i, parts), at(readable.length, i + 1, parts));
            if (part.length > 0) {
                pieces.add(driver.out(part));
            }
        }
        for (int i = 0; i < parts; i++) {
            int length = at(writable, i + 1, parts) - at(writable, i, parts);
            if (length > 0) {
                pieces.add(new Piece(driver.allocate(length), length, true));
            }
        }
        Piece[] all = pieces.toArray(Piece[]::new);
        if (all.length == 0) {
            return false;
        }
        boolean indirect = cut / MOST_PIECES % 2 == 1;
        if (indirect) {
            long table = driver.allocate(0);
            lane.given.put(lane.queue.addIndirect(all), pieces);
            pieces.add(new Piece(table, 16 * all.length, false));
        } else {
            lane.given.put(lane.queue.add(all), pieces);
        }
        lane.queue.kick();
        settle();
        return true;
    }

    /** Uneven parts, the first of which is small. */
    private static int at(int length, int part, int parts) {
        return (int) ((long) length * part * part / (parts * parts));
    }

    /** What the device wrote into the requests that it gave back. */
    List<byte[]> takeUsed(int queue) {
        Lane lane = lanes.get(queue);
        List<byte[]> out = new ArrayList<>();
        for (Used used : lane.queue.takeUsed()) {
            List<Piece> pieces = lane.given.remove(used.head());
            assertThat(pieces).as("request %d of queue %d", used.head(), queue).isNotNull();
            byte[] writable = written(pieces);
            assertThat(used.length()).isBetween(0, writable.length);
            assertThat(writable)
                    .as("more than %d bytes", used.length())
                    .endsWith(new byte[writable.length - used.length()]);
            out.add(Arrays.copyOf(writable, used.length()));
            clear(pieces);
        }
        return out;
    }

    private byte[] written(List<Piece> pieces) {
        int length =
                pieces.stream().filter(Piece::writable).mapToInt(Piece::length).sum();
        byte[] out = new byte[length];
        int done = 0;
        for (Piece piece : pieces) {
            if (piece.writable()) {
                System.arraycopy(driver.get(piece), 0, out, done, piece.length());
                done += piece.length();
            }
        }
        return out;
    }

    private void clear(List<Piece> pieces) {
        pieces.forEach(piece -> driver.put(piece.address(), new byte[piece.length()]));
    }

    /** Looks at all of memory, when the device has done with it. */
    private void lookRound() {
        for (Lane lane : lanes) {
            lane.given.values().forEach(this::clear);
            driver.put(lane.queue.descriptors, new byte[16 * QUEUE_SIZE]);
            driver.put(lane.queue.available, new byte[6 + 2 * QUEUE_SIZE]);
            driver.put(lane.queue.used, new byte[6 + 8 * QUEUE_SIZE]);
        }
        long length = driver.allocate(0) + (1 << 12) - GuestDriver.BASE;
        MemorySegment seen = driver.ram.segment().asSlice(0, length);
        assertThat(seen.mismatch(ZEROS.asSlice(0, length)))
                .as("where something was written that was nobody's")
                .isEqualTo(-1);
    }

    /** Takes a snapshot of the device and goes on from it. */
    void saveAndRestore() {
        driver.device.restore(SavedState.of(driver.device));
        settle();
    }

    @Override
    public void close() {
        driver.write(VirtioMmio.STATUS, 0);
        settle();
        lookRound();
        driver.close();
    }
}
