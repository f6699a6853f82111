package dev.ravel.boot;

import dev.ravel.boot.BootImage.Raw;
import dev.ravel.memory.HostMemory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads kernels and firmware: ELF64, flat Linux kernels with or without an EFI stub, compressed EFI kernels, raw
 * binaries, each of them also inside gzip, xz or zstd. What a file is, its first bytes tell, never its name.
 */
public final class ImageLoader {
    /** Largest file, and largest decompressed image: 1 GiB. */
    public static final long LIMIT = 1L << 30;

    /** Bytes that are read at once. */
    private static final int PIECE = 1 << 18;

    /** How often an image may be wrapped: a compressed EFI kernel inside a compressed file has three layers. */
    private static final int MAX_LAYERS = 4;

    private ImageLoader() {}

    /**
     * Reads a kernel or firmware from a file.
     *
     * @throws ImageException if the file cannot be read or is nothing that RV64 can start
     */
    public static BootImage load(Path file) throws ImageException {
        return parse(new Bytes(file.toString(), read(file)), MAX_LAYERS);
    }

    /**
     * Reads a large file whole, for an initramfs as well. What it held is kept outside of the JVM's heap, where no collection has to copy it.
     *
     * @return read-only; it lives as long as something refers to it
     * @throws ImageException as {@link #readFile}
     */
    public static MemorySegment read(Path file) throws ImageException {
        long length = file.toFile().length();
        if (length == 0 || length > LIMIT || !Files.isRegularFile(file)) {
            return MemorySegment.ofArray(readFile(file)).asReadOnly();
        }
        try (FileChannel channel = FileChannel.open(file)) {
            MemorySegment content = HostMemory.allocate(length);
            ByteBuffer buffer = content.asByteBuffer();
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
            return content.asSlice(0, buffer.position()).asReadOnly();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads a file whole, for an initramfs or a device tree as well.
     *
     * @throws ImageException if there is no such file, it cannot be read, is empty, or is larger than {@link #LIMIT}
     */
    public static byte[] readFile(Path file) throws ImageException {
        String name = file.toString();
        if (Files.isDirectory(file)) {
            throw new ImageException(name + ": is a directory; name a file");
        }
        byte[] content;
        long length = file.toFile().length();
        if (length > LIMIT) {
            throw tooLarge(name);
        }
        try (InputStream in = Files.newInputStream(file)) {
            content = read(in, (int) length);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (content.length > LIMIT) {
            throw tooLarge(name);
        }
        if (content.length == 0) {
            throw new ImageException(name + ": the file is empty; fetch or build it again");
        }
        return content;
    }

    /**
     * Reads to the end, or one byte more than {@link #LIMIT}. Piece by piece: the JDK reads into memory of its own first, as much as it is asked for
     * at once, and what is new to a process its host has to clear.
     *
     * @param expected how many bytes there probably are
     */
    private static byte[] read(InputStream in, int expected) throws IOException {
        byte[] content = new byte[expected];
        int size = 0;
        while (true) {
            if (size == content.length) {
                int next = in.read();
                if (next < 0 || size > LIMIT) {
                    return content;
                }
                content = Arrays.copyOf(content, (int) Math.min(Math.max(2L * size, PIECE), LIMIT + 1));
                content[size++] = (byte) next;
            }
            int read = in.read(content, size, Math.min(content.length - size, PIECE));
            if (read < 0) {
                return Arrays.copyOf(content, size);
            }
            size += read;
        }
    }

    /**
     * As {@link #readFile}, and what was compressed if it is compressed.
     *
     * @throws ImageException as {@link #readFile}, and if it is damaged
     */
    public static byte[] readUnpacked(Path file) throws ImageException {
        byte[] content = readFile(file);
        Bytes bytes = Bytes.of(file.toString(), content);
        Optional<Decompressor> compression = Decompressor.of(bytes);
        return compression.isPresent() ? compression.get().decompress(bytes, LIMIT) : content;
    }

    private static ImageException unreadable(Path file, IOException why) {
        return switch (why) {
            case NoSuchFileException _ -> new ImageException(file + ": no such file", why);
            case AccessDeniedException _ -> new ImageException(file + ": may not be read; check its permissions", why);
            default -> new ImageException(file + ": cannot be read: " + why.getMessage(), why);
        };
    }

    private static ImageException tooLarge(String name) {
        return new ImageException(name + ": larger than " + (LIMIT >> 20) + " MiB; is it the right file?");
    }

    /**
     * Reads a kernel or firmware from its bytes, which the caller does not change afterwards.
     *
     * @param name starts each message
     * @throws ImageException if the bytes are nothing that RV64 can start
     */
    public static BootImage parse(String name, byte[] content) throws ImageException {
        return parse(Bytes.of(name, content), MAX_LAYERS);
    }

    private static BootImage parse(Bytes file, int layers) throws ImageException {
        Optional<Decompressor> compression = Decompressor.of(file);
        if (compression.isPresent()) {
            return parse(Bytes.of(file.name(), compression.get().decompress(file, LIMIT)), inner(file, layers));
        }
        if (LinuxReader.isZboot(file)) {
            Bytes payload = new Bytes(file.name(), LinuxReader.payload(file));
            if (Decompressor.of(payload).isEmpty()) {
                throw new ImageException(file.name() + ": an EFI kernel compressed with \"" + file.string(24)
                        + "\"; Ravel reads gzip, xz and zstd: give it the uncompressed Image");
            }
            return parse(payload, inner(file, layers));
        }
        if (ElfReader.recognises(file)) {
            return ElfReader.read(file);
        }
        if (LinuxReader.recognises(file)) {
            return LinuxReader.read(file);
        }
        if (LinuxReader.isEfiProgram(file)) {
            LinuxReader.checkProgram(file);
            throw new ImageException(file.name() + ": an EFI program, but not a Linux kernel; it needs EFI firmware");
        }
        refuseKnown(file);
        if (file.size() == 0) {
            throw new ImageException(file.name() + ": nothing in it; fetch or build it again");
        }
        return new Raw(file.name(), file.data());
    }

    private static int inner(Bytes file, int layers) throws ImageException {
        if (layers == 0) {
            throw new ImageException(file.name() + ": compressed over and over; unpack it first");
        }
        return layers - 1;
    }

    private static void refuseKnown(Bytes file) throws ImageException {
        for (Foreign foreign : Foreign.KNOWN) {
            if (file.has(foreign.offset, foreign.magic)) {
                throw new ImageException(file.name() + ": " + foreign.what);
            }
        }
    }

    /**
     * A format that is often named by mistake and would otherwise start as raw instructions.
     *
     * @param offset where in the file its mark is
     * @param magic the mark, a byte a character
     * @param what the end of the message
     */
    private record Foreign(int offset, String magic, String what) {
        private static final String UNPACK = "; Ravel reads gzip, xz and zstd: decompress it first";
        static final List<Foreign> KNOWN = List.of(
                new Foreign(0, "\320\015\376\355", "a device tree or FIT image; give a device tree as the machine's"),
                new Foreign(0, "\047\005\031\126", "a U-Boot uImage; give the kernel that is inside it"),
                new Foreign(0, "070701", "a cpio archive, not a kernel; give it as the initial RAM disk"),
                new Foreign(0, "QFI\373", "a qcow2 disk, not a kernel; give it as a disk"),
                new Foreign(0, "!<arch>\n", "an ar archive or Debian package; unpack it first"),
                new Foreign(0, "PK\003\004", "a zip archive; unpack it first"),
                new Foreign(257, "ustar", "a tar archive; unpack it first"),
                new Foreign(0, "#!", "a script, not a kernel"),
                new Foreign(0, "BZh", "compressed with bzip2" + UNPACK),
                new Foreign(0, "\002\041\114\030", "compressed with lz4" + UNPACK),
                new Foreign(0, "\004\042\115\030", "compressed with lz4" + UNPACK),
                new Foreign(0, "\211LZO", "compressed with lzop" + UNPACK),
                new Foreign(0, "]\0\0", "compressed with lzma" + UNPACK));
    }
}
