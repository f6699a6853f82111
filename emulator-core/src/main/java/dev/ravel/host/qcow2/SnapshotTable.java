package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The snapshots inside an image ("Snapshots"). They are kept as they are.
 *
 * @param length bytes of the table
 */
record SnapshotTable(List<Snapshot> snapshots, long length) {
    private static final int HEAD = 40;
    private static final long MOST_BYTES = 64 << 20;
    private static final int MOST_EXTRA = 1024;

    /** One of them; its L1 table is another view of the disk. */
    record Snapshot(long l1Offset, int l1Size, String name) {}

    static SnapshotTable read(HostFile file, Qcow2Header header) throws IOException {
        List<Snapshot> snapshots = new ArrayList<>();
        long at = header.snapshotsOffset();
        for (int i = 0; i < header.snapshots(); i++) {
            ByteBuffer head = read(file, at, HEAD);
            int idSize = head.getShort(12) & 0xffff;
            int nameSize = head.getShort(14) & 0xffff;
            int extra = head.getInt(36);
            int l1Size = head.getInt(8);
            if (extra < 0
                    || extra > MOST_EXTRA
                    || l1Size < 0
                    || l1Size > Qcow2Header.MAX_L1_BYTES / Long.BYTES
                    || at - header.snapshotsOffset() > MOST_BYTES) {
                throw new Qcow2Exception("the snapshot table makes no sense");
            }
            ByteBuffer name = read(file, at + HEAD + extra + idSize, nameSize);
            snapshots.add(new Snapshot(head.getLong(0), l1Size, new String(name.array(), StandardCharsets.UTF_8)));
            at += Math.ceilDiv(HEAD + extra + idSize + nameSize, 8) * 8L;
        }
        return new SnapshotTable(List.copyOf(snapshots), at - header.snapshotsOffset());
    }

    private static ByteBuffer read(HostFile file, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        if (file.read(at, bytes) < length) {
            throw new Qcow2Exception("the snapshot table is cut off");
        }
        return bytes.flip();
    }
}
