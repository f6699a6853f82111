package dev.ravel.virtio;

import dev.ravel.memory.Ram;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** For tests of other packages that need a device which writes to memory. */
public final class DiskTransfer {
    private static final int SECTOR = 512;

    private DiskTransfer() {}

    /**
     * Has a virtio disk write these bytes to guest memory, as a driver would that reads a sector. RAM begins at
     * 0x8000_0000; its first 32 KiB are used for the rings, and what lies behind its first MiB for the request.
     *
     * @param content fills a part of a sector: the bytes behind it in memory are not written
     */
    public static void read(Ram ram, long address, byte[] content) {
        VirtioBlockTest.MemoryDisk disk = new VirtioBlockTest.MemoryDisk(SECTOR);
        System.arraycopy(content, 0, disk.bytes, 0, content.length);
        BoundaryQueue events = new BoundaryQueue();
        GuestDriver driver = new GuestDriver(new VirtioBlock(disk, Runnable::run, events, "CODE"), ram);
        driver.negotiate(GuestDriver.ALL_RING_FEATURES);
        GuestDriver.Queue queue = driver.new Queue(0, 8);
        driver.ready();
        Piece header = driver.out(
                ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).array());
        Piece data = new Piece(address, content.length, true);
        Piece status = driver.in(1);
        queue.add(header, data, driver.in(SECTOR - content.length), status);
        queue.kick();
        events.runDue(0);
        driver.device.close();
        if (driver.get(status)[0] != 0) {
            throw new AssertionError("the disk did not read");
        }
    }
}
