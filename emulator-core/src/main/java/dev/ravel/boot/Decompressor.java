package dev.ravel.boot;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.SingleXZInputStream;

/** The compressions that kernels come in, told by their first bytes. */
enum Decompressor {
    GZIP("gzip", 0x1f, 0x8b) {
        @Override
        InputStream open(InputStream in) throws IOException {
            return new GZIPInputStream(in, 1 << 16);
        }
    },
    XZ("xz", 0xfd, '7', 'z', 'X', 'Z', 0) {
        @Override
        InputStream open(InputStream in) throws IOException {
            // One stream: the kernel's own build puts the size of the kernel behind it.
            return new SingleXZInputStream(in, MEMORY_LIMIT_KIB);
        }
    },
    ZSTD("zstd", 0x28, 0xb5, 0x2f, 0xfd) {
        @Override
        InputStream open(InputStream in) {
            return new ZstdInputStream(in);
        }
    };

    /** What decompressing may take: xz -9 asks for 65 MiB. */
    private static final int MEMORY_LIMIT_KIB = 1 << 20;

    private final String format;
    private final int[] magic;

    Decompressor(String format, int... magic) {
        this.format = format;
        this.magic = magic;
    }

    abstract InputStream open(InputStream in) throws IOException;

    /** The compression of a file, if it is one of these. */
    static Optional<Decompressor> of(Bytes file) {
        return Arrays.stream(values()).filter(d -> d.matches(file)).findFirst();
    }

    private boolean matches(Bytes file) {
        if (file.size() < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (file.u8(i) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * What was compressed.
     *
     * @param limit most bytes that it may have
     */
    byte[] decompress(Bytes file, long limit) throws ImageException {
        byte[] compressed = file.data().toArray(ValueLayout.JAVA_BYTE);
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) Math.min(limit, compressed.length * 3L));
        try (InputStream in = open(new ByteArrayInputStream(compressed))) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (out.size() + (long) n > limit) {
                    throw new ImageException(file.name() + ": more than " + (limit >> 20)
                            + " MiB when decompressed, too large for a kernel");
                }
                out.write(buffer, 0, n);
            }
        } catch (MemoryLimitException e) {
            throw new ImageException(file.name() + ": compressed with a dictionary over 1 GiB; compress it again", e);
        } catch (IOException | RuntimeException e) {
            // The zstd decoder answers damaged input with unchecked exceptions of several kinds.
            throw new ImageException(
                    file.name() + ": damaged or truncated " + format + " data; fetch or build it again", e);
        }
        return out.toByteArray();
    }
}
