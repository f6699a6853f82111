package dev.ravel.virtio;

import dev.ravel.virtio.GuestDriver.Piece;
import dev.ravel.virtio.GuestDriver.Used;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** The driver's end of a packed virtqueue, written from virtio 1.3, 2.8.21, apart from the device's. */
final class PackedQueue {
    static final int NEXT = 1;
    static final int WRITE = 2;
    static final int INDIRECT = 4;
    static final int AVAIL = 0x80;
    static final int USED = 0x8000;

    final long descriptors;
    final long driverEvent;
    final long deviceEvent;
    private final GuestDriver driver;
    private final int index;
    private final int size;
    private int next;
    private boolean availWrap = true;
    private int seen;
    private boolean usedWrap = true;
    private final Queue<Integer> freeIds = new ArrayDeque<>();
    private final Map<Integer, Integer> slotsOf = new HashMap<>();

    /** Sets the queue up in the device. */
    PackedQueue(GuestDriver driver, int index, int size) {
        this.driver = driver;
        this.index = index;
        this.size = size;
        descriptors = GuestDriver.BASE + index * 0x8000L;
        driverEvent = descriptors + 0x4000;
        deviceEvent = descriptors + 0x6000;
        driver.put(descriptors, new byte[0x8000]);
        driver.write(VirtioMmio.QUEUE_SEL, index);
        driver.write(VirtioMmio.QUEUE_SIZE, size);
        address(VirtioMmio.QUEUE_DESC_LOW, descriptors);
        address(VirtioMmio.QUEUE_DRIVER_LOW, driverEvent);
        address(VirtioMmio.QUEUE_DEVICE_LOW, deviceEvent);
        driver.write(VirtioMmio.QUEUE_READY, 1);
        // Not the slots' numbers, which a device must not rely on.
        for (int id = 0; id < size; id++) {
            freeIds.add(id * 7 + 1000);
        }
    }

    private void address(int register, long address) {
        driver.write(register, address);
        driver.write(register + 4, address >>> 32);
    }

    void descriptor(long where, long address, int length, int id, int flags) {
        driver.putLong(where, address);
        driver.putInt(where + 8, length);
        driver.putShort(where + 12, id);
        driver.putShort(where + 14, flags);
    }

    /** The flags that say "available" at the next place. */
    private int round() {
        return availWrap ? AVAIL : USED;
    }

    private void advance() {
        next++;
        if (next == size) {
            next = 0;
            availWrap = !availWrap;
        }
    }

    /** Writes one descriptor at the next place as it is given, available in this round. */
    void raw(long address, int length, int id, int flags) {
        descriptor(descriptors + 16L * next, address, length, id, flags | round());
        advance();
    }

    /** Adds a request of these pieces; returns its name. */
    int add(Piece... pieces) {
        int id = freeIds.remove();
        slotsOf.put(id, pieces.length);
        for (int i = 0; i < pieces.length; i++) {
            boolean last = i == pieces.length - 1;
            int flags = (pieces[i].writable() ? WRITE : 0) | (last ? 0 : NEXT);
            raw(pieces[i].address(), pieces[i].length(), last ? id : 0xdead, flags);
        }
        return id;
    }

    /** Adds a request whose pieces stand in a table; returns its name. */
    int addIndirect(Piece... pieces) {
        int id = freeIds.remove();
        slotsOf.put(id, 1);
        long table = driver.allocate(16 * pieces.length);
        for (int i = 0; i < pieces.length; i++) {
            descriptor(
                    table + 16L * i, pieces[i].address(), pieces[i].length(), 0xdead, pieces[i].writable() ? WRITE : 0);
        }
        raw(table, 16 * pieces.length, id, INDIRECT);
        return id;
    }

    void kick() {
        driver.write(VirtioMmio.QUEUE_NOTIFY, index);
    }

    /** What was given back since the last call. */
    List<Used> takeUsed() {
        List<Used> out = new ArrayList<>();
        while (true) {
            long slot = descriptors + 16L * seen;
            int flags = driver.getShort(slot + 14);
            if ((flags & AVAIL) != 0 != usedWrap || (flags & USED) != 0 != usedWrap) {
                return out;
            }
            int id = driver.getShort(slot + 12);
            out.add(new Used(id, driver.getInt(slot + 8)));
            seen += slotsOf.remove(id);
            freeIds.add(id);
            if (seen >= size) {
                seen -= size;
                usedWrap = !usedWrap;
            }
        }
    }

    /** When the device shall interrupt: 0 always, 1 never, 2 once the descriptor of that place and round is used. */
    void interruptWhen(int flags, int place, boolean wrap) {
        driver.putShort(driverEvent, place | (wrap ? 1 << 15 : 0));
        driver.putShort(driverEvent + 2, flags);
    }

    /** Where and when the device wants to be notified, as two 16-bit numbers. */
    List<Integer> notifyWhen() {
        return List.of(driver.getShort(deviceEvent), driver.getShort(deviceEvent + 2));
    }
}
