package dev.ravel.boot;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Writes small files in the formats of Linux kernels, for tests. */
final class KernelFile {
    private KernelFile() {}

    interface Compressor {
        OutputStream open(OutputStream out) throws IOException;
    }

    /** A flat kernel of 200 bytes that occupies {@code imageSize}. */
    static byte[] flat(long textOffset, long imageSize) {
        ByteBuffer out = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x0000_006f).putInt(0).putLong(textOffset).putLong(imageSize).putLong(0);
        out.putInt(2).putInt(0).putLong(0);
        out.put("RISCV\0\0\0RSC\5".getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 64; i < 200; i++) {
            out.put(i, (byte) i);
        }
        return out.array();
    }

    /** The same as an EFI program with one section that reaches to the end of the file. */
    static byte[] efi(int machine) {
        ByteBuffer out = ByteBuffer.wrap(flat(0x20_0000, 0x10_0000)).order(ByteOrder.LITTLE_ENDIAN);
        out.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(0x3c, 64);
        peHeader(out, 64, machine, 128, 72);
        return out.array();
    }

    /** A compressed kernel inside an EFI program; what follows the payload belongs to neither. */
    static byte[] zboot(String method, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(128 + payload.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        out.put("MZ\0\0zimg".getBytes(StandardCharsets.ISO_8859_1)).putInt(128).putInt(payload.length);
        out.put(24, method.getBytes(StandardCharsets.US_ASCII)).putInt(0x3c, 64);
        peHeader(out, 64, 0x5064, 128, payload.length);
        out.put(128, payload);
        return out.array();
    }

    private static void peHeader(ByteBuffer out, int at, int machine, int sectionOffset, int sectionSize) {
        out.put(at, "PE\0\0".getBytes(StandardCharsets.ISO_8859_1)).putShort(at + 4, (short) machine);
        out.putShort(at + 6, (short) 1).putShort(at + 20, (short) 0);
        out.putInt(at + 24 + 16, sectionSize).putInt(at + 24 + 20, sectionOffset);
    }

    static byte[] gzip(byte[] content) {
        return compress(content, GZIPOutputStream::new);
    }

    static byte[] xz(byte[] content) {
        return compress(content, out -> new XZOutputStream(out, new LZMA2Options(0)));
    }

    static byte[] zstd(byte[] content) {
        return compress(content, ZstdOutputStream::new);
    }

    private static byte[] compress(byte[] content, Compressor compressor) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = compressor.open(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
