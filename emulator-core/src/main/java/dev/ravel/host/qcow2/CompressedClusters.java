package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Reads compressed clusters, and remembers the last one: a disk that is read in order comes back to it. Nobody writes
 * over compressed clusters while the disk is in use, so what is remembered stays true.
 */
final class CompressedClusters {
    private static final int WINDOW = 1 << 12;

    private final HostFile file;
    private final Qcow2Header header;
    private Optional<Last> last = Optional.empty();

    @SuppressWarnings("ArrayRecordComponent") // Nobody compares it.
    private record Last(Cluster.Compressed cluster, byte[] content) {}

    CompressedClusters(HostFile file, Qcow2Header header) {
        this.file = file;
        this.header = header;
    }

    /** What a compressed cluster holds: as many bytes as a cluster has, not to be changed. */
    synchronized byte[] read(Cluster.Compressed cluster) throws IOException {
        if (last.isPresent() && last.get().cluster.equals(cluster)) {
            return last.get().content;
        }
        ByteBuffer compressed = ByteBuffer.allocate(cluster.length());
        int length = file.read(cluster.offset(), compressed);
        byte[] content = new byte[header.clusterSize()];
        switch (header.compression()) {
            case ZLIB -> inflate(compressed.array(), length, content);
            case ZSTD -> zstd(compressed.array(), length, content);
        }
        last = Optional.of(new Last(cluster, content));
        return content;
    }

    /**
     * Compresses with zlib, in a way that all others can read: they go back 4 KiB at most, which the JDK cannot be told, so
     * that what follows 4 KiB does not refer to them.
     *
     * @return empty if it does not become shorter
     */
    static Optional<ByteBuffer> deflate(byte[] content) {
        ByteBuffer compressed = ByteBuffer.allocate(content.length);
        try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            for (int at = 0; at < content.length; at += WINDOW) {
                int length = Math.min(WINDOW, content.length - at);
                deflater.setInput(content, at, length);
                if (at + length == content.length) {
                    deflater.finish();
                    deflater.deflate(compressed);
                } else {
                    deflater.deflate(compressed, Deflater.FULL_FLUSH);
                }
                if (!compressed.hasRemaining()) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(compressed.flip());
    }

    private static void inflate(byte[] compressed, int length, byte[] content) throws IOException {
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(compressed, 0, length);
            int done = 0;
            while (done < content.length) {
                int count = inflater.inflate(content, done, content.length - done);
                if (count == 0) {
                    throw damaged();
                }
                done += count;
            }
        } catch (DataFormatException e) {
            throw damaged();
        }
    }

    private static void zstd(byte[] compressed, int length, byte[] content) throws IOException {
        try (InputStream in =
                new ZstdInputStream(new ByteArrayInputStream(compressed, 0, ZstdFrame.length(compressed, length)))) {
            if (in.readNBytes(content, 0, content.length) < content.length) {
                throw damaged();
            }
        } catch (RuntimeException e) {
            throw damaged();
        }
    }

    private static Qcow2Exception damaged() {
        return new UnreadableDataException("a compressed cluster is damaged");
    }
}
