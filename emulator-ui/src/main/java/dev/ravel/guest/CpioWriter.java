package dev.ravel.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * Writes an archive that the kernel unpacks as its first file system: {@code cpio} of the "newc" kind ("initramfs buffer
 * format" in the kernel's documentation), not compressed. Archives may follow one another; of a file that is in several,
 * the last counts. All is root's, and of no time: the same parts give the same bytes.
 */
final class CpioWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CpioArchiveOutputStream out = new CpioArchiveOutputStream(bytes, CpioConstants.FORMAT_NEW);
    private long inode;

    void directory(String path) throws IOException {
        entry(path, CpioConstants.C_ISDIR | 0755, new byte[0]);
    }

    void file(String path, int mode, byte[] content) throws IOException {
        entry(path, CpioConstants.C_ISREG | mode, content);
    }

    void file(String path, int mode, String content) throws IOException {
        file(path, mode, content.getBytes(StandardCharsets.UTF_8));
    }

    void link(String path, String target) throws IOException {
        entry(path, CpioConstants.C_ISLNK | 0777, target.getBytes(StandardCharsets.UTF_8));
    }

    /** A character device. */
    void device(String path, int mode, int major, int minor) throws IOException {
        CpioArchiveEntry entry = newEntry(path, CpioConstants.C_ISCHR | mode, 0);
        entry.setRemoteDeviceMaj(major);
        entry.setRemoteDeviceMin(minor);
        out.putArchiveEntry(entry);
        out.closeArchiveEntry();
    }

    private void entry(String path, int mode, byte[] content) throws IOException {
        out.putArchiveEntry(newEntry(path, mode, content.length));
        ((OutputStream) out).write(content);
        out.closeArchiveEntry();
    }

    private CpioArchiveEntry newEntry(String path, int mode, long size) {
        CpioArchiveEntry entry = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, path, size);
        entry.setMode(mode);
        entry.setInode(++inode);
        entry.setNumberOfLinks(1);
        entry.setTime(0);
        return entry;
    }

    /** Ends the archive, whose length is a multiple of 512 bytes. */
    byte[] finish() throws IOException {
        out.close();
        return bytes.toByteArray();
    }
}
