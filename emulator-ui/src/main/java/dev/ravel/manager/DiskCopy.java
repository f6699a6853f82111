package dev.ravel.manager;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Copies images of disks, whatever their format, and leaves holes where there are only zeros. */
final class DiskCopy {
    private static final int PIECE = 1 << 16;

    private DiskCopy() {}

    /** Copies a disk to a new file in the same folder: {@code disk-copy.img}, or with a number. */
    static Path beside(Path disk) throws IOException {
        String name = disk.getFileName().toString();
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String extension = dot > 0 ? name.substring(dot) : "";
        Path copy = disk.resolveSibling(stem + "-copy" + extension);
        for (int i = 2; Files.exists(copy); i++) {
            copy = disk.resolveSibling(stem + "-copy-" + i + extension);
        }
        try (FileChannel from = FileChannel.open(disk, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(
                        copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            copy(from, to);
        } catch (FileAlreadyExistsException e) {
            // Somebody else's, made just now.
            throw e;
        } catch (IOException e) {
            Files.deleteIfExists(copy);
            throw e;
        }
        return copy;
    }

    private static void copy(FileChannel from, FileChannel to) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        byte[] zeros = new byte[PIECE];
        long size = from.size();
        for (long at = 0; at < size; at += piece.limit()) {
            piece.clear().limit((int) Math.min(PIECE, size - at));
            while (piece.hasRemaining()) {
                if (from.read(piece, at + piece.position()) < 0) {
                    throw new IOException("the disk became shorter while it was copied");
                }
            }
            piece.flip();
            boolean last = at + piece.limit() == size;
            if (last || !Arrays.equals(piece.array(), 0, piece.limit(), zeros, 0, piece.limit())) {
                while (piece.hasRemaining()) {
                    to.write(piece, at + piece.position());
                }
            }
        }
    }
}
