package dev.ravel.virtio;

import dev.ravel.host.BlockBackend;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What a driver asks of a block device (virtio 1.3, 5.2.6), checked: every range is inside the disk. Lengths are
 * bytes.
 */
sealed interface BlockRequest {
    /** The bytes before the data: type, a reserved word, sector. */
    int HEADER_SIZE = 16;

    /** The byte after the data. */
    int STATUS_SIZE = 1;

    /** Length of the answer to {@link GetId}. */
    int ID_SIZE = 20;

    /** Bytes of a range to discard or to make zero. */
    int RANGE_SIZE = 16;

    /** The most ranges of a request. */
    int MAX_RANGES = 64;

    /** The most sectors of such a range: 1 GiB. */
    int MAX_RANGE_SECTORS = 1 << 21;

    /** Status: done. */
    int OK = 0;

    /** Status: the device or the driver failed. */
    int IOERR = 1;

    /** Status: the device does not do this. */
    int UNSUPP = 2;

    /** Read to the writable part of the chain. */
    record Read(long offset, long length) implements BlockRequest {}

    /** Write from the readable part of the chain, after the header. */
    record Write(long offset, long length) implements BlockRequest {}

    /** Put everything on stable storage. */
    record Flush() implements BlockRequest {}

    /** Tell the disk's serial number. */
    record GetId() implements BlockRequest {}

    /** These ranges are not needed any more. */
    record Discard(List<Range> ranges) implements BlockRequest {}

    /** Make these ranges zero. */
    record WriteZeroes(List<Range> ranges) implements BlockRequest {}

    /** A request that is answered with that status and not done. */
    record Refused(int status) implements BlockRequest {}

    /** Part of the disk; {@code unmap}: its space may be given back. */
    record Range(long offset, long length, boolean unmap) {}

    /**
     * Reads a request.
     *
     * @param size bytes of the disk
     * @throws DriverFaultException if there is no header or no room for the status
     */
    static BlockRequest parse(DescriptorChain chain, long size, boolean readOnly) throws DriverFaultException {
        byte[] bytes = new byte[HEADER_SIZE];
        chain.read(0, bytes, HEADER_SIZE);
        if (chain.writableLength() < STATUS_SIZE) {
            throw new DriverFaultException("a block request has no room for its status");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int type = header.getInt(0);
        long sector = header.getLong(8);
        long dataIn = chain.writableLength() - STATUS_SIZE;
        long dataOut = chain.readableLength() - HEADER_SIZE;
        return switch (type) {
            case Type.IN ->
                inside(sector, dataIn, size) ? new Read(sector * BlockBackend.SECTOR_SIZE, dataIn) : new Refused(IOERR);
            case Type.OUT ->
                inside(sector, dataOut, size) && !readOnly
                        ? new Write(sector * BlockBackend.SECTOR_SIZE, dataOut)
                        : new Refused(IOERR);
            case Type.FLUSH -> new Flush();
            case Type.GET_ID -> new GetId();
            case Type.DISCARD, Type.WRITE_ZEROES -> ranges(type, chain, dataOut, size, readOnly);
            default -> new Refused(UNSUPP);
        };
    }

    /** {@code sector} is unsigned. */
    private static boolean inside(long sector, long length, long size) {
        return length % BlockBackend.SECTOR_SIZE == 0
                && sector >= 0
                && sector <= size / BlockBackend.SECTOR_SIZE
                && length <= size - sector * BlockBackend.SECTOR_SIZE;
    }

    private static BlockRequest ranges(int type, DescriptorChain chain, long dataOut, long size, boolean readOnly)
            throws DriverFaultException {
        if (readOnly || dataOut == 0 || dataOut % RANGE_SIZE != 0 || dataOut / RANGE_SIZE > MAX_RANGES) {
            return new Refused(IOERR);
        }
        List<Range> ranges = new ArrayList<>();
        byte[] bytes = new byte[RANGE_SIZE];
        for (long at = 0; at < dataOut; at += RANGE_SIZE) {
            chain.read(HEADER_SIZE + at, bytes, RANGE_SIZE);
            ByteBuffer range = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            long sector = range.getLong(0);
            long sectors = range.getInt(8) & 0xffff_ffffL;
            int flags = range.getInt(12);
            // Bit 0 is "unmap", which only makes sense for write zeroes; the others do not exist.
            if ((flags & ~1) != 0 || type == Type.DISCARD && flags != 0) {
                return new Refused(UNSUPP);
            }
            long length = sectors * BlockBackend.SECTOR_SIZE;
            if (sectors > MAX_RANGE_SECTORS || !inside(sector, length, size)) {
                return new Refused(IOERR);
            }
            ranges.add(new Range(sector * BlockBackend.SECTOR_SIZE, length, flags != 0));
        }
        return type == Type.DISCARD ? new Discard(ranges) : new WriteZeroes(ranges);
    }

    /** Types of requests. */
    final class Type {
        static final int IN = 0;
        static final int OUT = 1;
        static final int FLUSH = 4;
        static final int GET_ID = 8;
        static final int DISCARD = 11;
        static final int WRITE_ZEROES = 13;

        private Type() {}
    }
}
