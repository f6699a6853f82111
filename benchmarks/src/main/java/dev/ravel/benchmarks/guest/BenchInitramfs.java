package dev.ravel.benchmarks.guest;

import dev.ravel.benchmarks.guest.GuestProgram.Length;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * A guest's initramfs with the programs added, and a first process that runs one after the other and powers off. The kernel
 * unpacks archives that follow one another ("initramfs buffer format" in its documentation).
 */
final class BenchInitramfs {
    /** The first process, for the kernel's command line. */
    static final String INIT = "/bench/init";

    private BenchInitramfs() {}

    /**
     * Writes it.
     *
     * @param executables the folder in which {@link CrossCompiler#build} put the programs
     * @param initramfs the guest's own, whose {@code /bin} holds a shell and {@code poweroff}
     */
    static void write(List<GuestProgram> programs, Length length, Path executables, Path initramfs, Path to)
            throws IOException {
        try (OutputStream out = Files.newOutputStream(to)) {
            out.write(archive(programs, length, executables));
            Files.copy(initramfs, out);
        }
    }

    private static byte[] archive(List<GuestProgram> programs, Length length, Path executables) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StringBuilder script = new StringBuilder("#!/bin/sh\nexport PATH=/bin\n");
        try (CpioArchiveOutputStream out = new CpioArchiveOutputStream(bytes, CpioConstants.FORMAT_NEW)) {
            CpioArchiveEntry folder = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, "bench", 0);
            folder.setMode(CpioConstants.C_ISDIR | 0755);
            folder.setNumberOfLinks(2);
            out.putArchiveEntry(folder);
            out.closeArchiveEntry();
            for (GuestProgram program : programs) {
                String name = Place.DEBIAN.fileName(program, length);
                add(out, "bench/" + name, Files.readAllBytes(executables.resolve(name)));
                script.append("/bench/").append(name).append('\n');
            }
            script.append("poweroff -f\n");
            add(out, INIT.substring(1), script.toString().getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    private static void add(CpioArchiveOutputStream out, String name, byte[] content) throws IOException {
        CpioArchiveEntry entry = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, name, content.length);
        entry.setMode(CpioConstants.C_ISREG | 0755);
        entry.setNumberOfLinks(1);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }
}
