package dev.ravel.virtio;

import dev.ravel.host.BlockBackend;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.EventQueue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * A disk (virtio 1.3, 5.2). The back end works on an executor's threads and never sees guest memory: data is copied
 * between guest and buffer at instruction boundaries only, so what a guest sees does not depend on the host's
 * threads.
 */
public final class VirtioBlock implements VirtioDevice {
    /** Device ID (virtio 1.3, 5.2.1). */
    public static final int DEVICE_ID = 2;

    /** Feature: the most segments of a request are stated. */
    public static final int F_SEG_MAX = 2;

    /** Feature: the disk is read-only. */
    public static final int F_RO = 5;

    /** Feature: the block size is stated. */
    public static final int F_BLK_SIZE = 6;

    /** Feature: flush requests; without them every write is flushed. */
    public static final int F_FLUSH = 9;

    /** Feature: the physical block size and good lengths are stated. */
    public static final int F_TOPOLOGY = 10;

    /** Feature: discard requests. */
    public static final int F_DISCARD = 13;

    /** Feature: write-zeroes requests. */
    public static final int F_WRITE_ZEROES = 14;

    private static final int QUEUE = 0;
    private static final int QUEUE_SIZE = 256;
    /** A chain also holds a header and a status. */
    private static final int MAX_SEGMENTS = QUEUE_SIZE - 2;

    private static final int PHYSICAL_BLOCK_SIZE = 4096;
    private static final int SECTORS_PER_PHYSICAL_BLOCK = PHYSICAL_BLOCK_SIZE / BlockBackend.SECTOR_SIZE;

    // struct virtio_blk_config (virtio 1.3, 5.2.4), by its own names.
    private static final ConfigurationField CAPACITY = ConfigurationField.le64(0);
    private static final ConfigurationField SEG_MAX = ConfigurationField.le32(12);
    private static final ConfigurationField BLK_SIZE = ConfigurationField.le32(20);
    private static final ConfigurationField PHYSICAL_BLOCK_EXP = ConfigurationField.u8(24);
    private static final ConfigurationField MIN_IO_SIZE = ConfigurationField.le16(26);
    private static final ConfigurationField MAX_DISCARD_SECTORS = ConfigurationField.le32(36);
    private static final ConfigurationField MAX_DISCARD_SEG = ConfigurationField.le32(40);
    private static final ConfigurationField DISCARD_SECTOR_ALIGNMENT = ConfigurationField.le32(44);
    private static final ConfigurationField MAX_WRITE_ZEROES_SECTORS = ConfigurationField.le32(48);
    private static final ConfigurationField MAX_WRITE_ZEROES_SEG = ConfigurationField.le32(52);
    private static final ConfigurationField WRITE_ZEROES_MAY_UNMAP = ConfigurationField.u8(56);
    /** The three bytes after it fill the last word. */
    private static final ConfigurationField UNUSED1_END = ConfigurationField.u8(59);

    /** Requests that are worked on at once; the others stay in the ring, so that buffers stay bounded. */
    private static final int MAX_IN_FLIGHT = 16;

    /** Bytes that are moved at once; a longer request is done in steps. */
    private static final int MAX_STEP = 1 << 20;

    /**
     * Bytes that are made zero at once. A driver may ask for a terabyte with the requests that fit in flight: nobody who
     * resets the device or ends the machine shall wait for all of that.
     */
    private static final int MAX_ZEROES_STEP = 8 << 20;

    private final BlockBackend disk;
    private final byte[] id;
    private final HostRequests requests;
    private final TransferBuffers buffers = new TransferBuffers(MAX_STEP);

    /**
     * A disk.
     *
     * @param disk closed by whoever opened it, after the worker is done
     * @param worker runs the back end; one that runs it at once makes a deterministic machine
     * @param serial the serial number that the guest sees, cut off after 20 bytes
     */
    public VirtioBlock(BlockBackend disk, Executor worker, EventQueue events, String serial) {
        this.disk = disk;
        this.id = Arrays.copyOf(serial.getBytes(StandardCharsets.US_ASCII), BlockRequest.ID_SIZE);
        this.requests = new HostRequests("disk " + serial, QUEUE, MAX_IN_FLIGHT, worker, events, this::begin);
    }

    @Override
    public String name() {
        return "virtio-blk";
    }

    @Override
    public String identity() {
        return name() + " of " + disk.size() + " bytes"
                + (disk.isReadOnly() ? ", read-only" : disk instanceof TemporaryDisk ? ", temporary" : "");
    }

    @Override
    public Optional<String> keptByHost() {
        return disk.isReadOnly() || disk instanceof TemporaryDisk
                ? Optional.empty()
                : Optional.of("the disk " + new String(id, StandardCharsets.US_ASCII).replace("\0", ""));
    }

    @Override
    public int deviceId() {
        return DEVICE_ID;
    }

    @Override
    public long features() {
        long features = 1L << F_SEG_MAX | 1L << F_BLK_SIZE | 1L << F_FLUSH | 1L << F_TOPOLOGY;
        return features | (disk.isReadOnly() ? 1L << F_RO : 1L << F_DISCARD | 1L << F_WRITE_ZEROES);
    }

    @Override
    public List<Integer> queueSizes() {
        return List.of(QUEUE_SIZE);
    }

    /** {@code struct virtio_blk_config} (virtio 1.3, 5.2.4). */
    @Override
    public byte[] configuration() {
        ByteBuffer c = UNUSED1_END.spaceToEnd();
        CAPACITY.put(c, disk.size() / BlockBackend.SECTOR_SIZE);
        SEG_MAX.put(c, MAX_SEGMENTS);
        BLK_SIZE.put(c, BlockBackend.SECTOR_SIZE);
        PHYSICAL_BLOCK_EXP.put(c, Integer.numberOfTrailingZeros(SECTORS_PER_PHYSICAL_BLOCK));
        MIN_IO_SIZE.put(c, SECTORS_PER_PHYSICAL_BLOCK);
        if (!disk.isReadOnly()) {
            MAX_DISCARD_SECTORS.put(c, BlockRequest.MAX_RANGE_SECTORS);
            MAX_DISCARD_SEG.put(c, BlockRequest.MAX_RANGES);
            DISCARD_SECTOR_ALIGNMENT.put(c, SECTORS_PER_PHYSICAL_BLOCK);
            MAX_WRITE_ZEROES_SECTORS.put(c, BlockRequest.MAX_RANGE_SECTORS);
            MAX_WRITE_ZEROES_SEG.put(c, BlockRequest.MAX_RANGES);
            WRITE_ZEROES_MAY_UNMAP.put(c, 1);
        }
        return c.array();
    }

    @Override
    public void start(VirtioSession session) throws DriverFaultException {
        notified(session, QUEUE);
    }

    @Override
    public void notified(VirtioSession session, int queue) throws DriverFaultException {
        requests.serve(session);
    }

    private void begin(HostRequests.Request request) throws DriverFaultException {
        Work work = new Work(request);
        switch (BlockRequest.parse(request.chain(), disk.size(), disk.isReadOnly())) {
            case BlockRequest.Refused refused -> work.answer(refused.status(), 0);
            case BlockRequest.GetId getId -> work.answerId();
            case BlockRequest.Flush flush -> work.submit(disk::flush, () -> work.done(0));
            case BlockRequest.Read read -> work.read(read, 0);
            case BlockRequest.Write write -> work.write(write, 0);
            case BlockRequest.Discard discard -> work.discard(discard.ranges(), 0);
            case BlockRequest.WriteZeroes zeroes -> work.writeZeroes(zeroes.ranges(), 0, 0);
        }
    }

    /** A driver that cannot flush expects that what is written is on stable storage (virtio 1.3, 5.2.6.2). */
    private void writeThrough(VirtioSession session) throws IOException {
        if (!session.accepted(F_FLUSH)) {
            disk.flush();
        }
    }

    /** What is done for a request, step by step. */
    private final class Work {
        private final HostRequests.Request request;
        private final DescriptorChain chain;

        private Work(HostRequests.Request request) {
            this.request = request;
            this.chain = request.chain();
        }

        private void read(BlockRequest.Read read, long position) throws DriverFaultException {
            int length = (int) Math.min(MAX_STEP, read.length() - position);
            TransferBuffers.Buffer buffer = buffers.take();
            submit(buffer, () -> disk.read(read.offset() + position, buffer.first(length)), () -> {
                chain.write(position, buffer.memory(), length);
                buffers.give(buffer);
                if (position + length < read.length()) {
                    read(read, position + length);
                } else {
                    done(read.length());
                }
            });
        }

        private void write(BlockRequest.Write write, long position) throws DriverFaultException {
            int length = (int) Math.min(MAX_STEP, write.length() - position);
            TransferBuffers.Buffer buffer = buffers.take();
            chain.read(BlockRequest.HEADER_SIZE + position, buffer.memory(), length);
            submit(
                    buffer,
                    () -> {
                        disk.write(write.offset() + position, buffer.first(length));
                        writeThrough(request.session());
                    },
                    () -> {
                        buffers.give(buffer);
                        if (position + length < write.length()) {
                            write(write, position + length);
                        } else {
                            done(0);
                        }
                    });
        }

        private void discard(List<BlockRequest.Range> ranges, int index) {
            BlockRequest.Range range = ranges.get(index);
            submit(() -> disk.discard(range.offset(), range.length()), () -> {
                if (index + 1 < ranges.size()) {
                    discard(ranges, index + 1);
                } else {
                    done(0);
                }
            });
        }

        private void writeZeroes(List<BlockRequest.Range> ranges, int index, long position) {
            BlockRequest.Range range = ranges.get(index);
            long length = Math.min(MAX_ZEROES_STEP, range.length() - position);
            boolean wholeRange = position + length == range.length();
            boolean last = wholeRange && index + 1 == ranges.size();
            submit(
                    () -> {
                        disk.writeZeroes(range.offset() + position, length, range.unmap());
                        if (last) {
                            writeThrough(request.session());
                        }
                    },
                    () -> {
                        if (last) {
                            done(0);
                        } else if (wholeRange) {
                            writeZeroes(ranges, index + 1, 0);
                        } else {
                            writeZeroes(ranges, index, position + length);
                        }
                    });
        }

        private void submit(HostRequests.HostWork host, VirtioSession.Action next) {
            request.submit(host, next, () -> answer(BlockRequest.IOERR, 0));
        }

        private void submit(TransferBuffers.Buffer buffer, HostRequests.HostWork host, VirtioSession.Action next) {
            request.submit(host, next, () -> {
                buffers.give(buffer);
                answer(BlockRequest.IOERR, 0);
            });
        }

        private void done(long written) throws DriverFaultException {
            answer(BlockRequest.OK, written);
        }

        private void answerId() throws DriverFaultException {
            int length = (int) Math.min(id.length, chain.writableLength() - BlockRequest.STATUS_SIZE);
            chain.write(0, id, length);
            answer(BlockRequest.OK, length);
        }

        /** The status is the last byte; the count of written bytes only covers it if everything before was written. */
        private void answer(int status, long written) throws DriverFaultException {
            long statusAt = chain.writableLength() - BlockRequest.STATUS_SIZE;
            chain.write(statusAt, new byte[] {(byte) status}, BlockRequest.STATUS_SIZE);
            request.give(written == statusAt ? written + BlockRequest.STATUS_SIZE : written);
        }
    }

    /** What is still worked on comes back to a session that has ended. */
    @Override
    public void reset() {
        requests.leaveBehind();
    }

    /** Requests that are worked on are saved as not begun: all of them may be done twice. */
    @Override
    public void save(StateWriter out) {
        List<Integer> heads = requests.heads();
        ByteBuffer bytes = ByteBuffer.allocate(heads.size() * Short.BYTES);
        heads.forEach(head -> bytes.putShort(head.shortValue()));
        out.put("inFlight", bytes.array());
        out.put("heldUp", requests.isHeldUp() ? 1 : 0);
        if (disk instanceof TemporaryDisk temporary) {
            temporary.save(out.section("written"));
        }
    }

    @Override
    public void restore(StateReader in, Optional<VirtioSession> session) throws DriverFaultException {
        requests.leaveBehind();
        if (disk instanceof TemporaryDisk temporary) {
            temporary.restore(in.section("written"));
        }
        if (session.isEmpty()) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(in.getBytes("inFlight"));
        List<Integer> heads = new ArrayList<>();
        while (bytes.remaining() >= Short.BYTES) {
            heads.add(bytes.getShort() & 0xffff);
        }
        requests.resume(session.get(), heads, in.get("heldUp") != 0);
    }
}
