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
public final class BenchInitramfs {
    /** The first process, for the kernel's command line. */
    public static final String INIT = "/bench/init";

    private BenchInitramfs() {}

    /**
     * Writes it.
     *
     * @param executables the folder in which {@link CrossCompiler#build} put the programs
     * @param initramfs the guest's own, whose {@code /bin} holds a shell and {@code poweroff}
     */
    static void write(List<GuestProgram> programs, Length length, Path executables, Path initramfs, Path to)
            throws IOException {
        write(
                programs.stream().map(program -> path(program, length)).toList(),
                programs,
                length,
                executables,
                initramfs,
                to);
    }

    /** As the other, with a script of one's own. */
    public static void write(
            List<String> script, List<GuestProgram> programs, Length length, Path executables, Path initramfs, Path to)
            throws IOException {
        try (OutputStream out = Files.newOutputStream(to)) {
            out.write(archive(script, programs, length, executables));
            Files.copy(initramfs, out);
        }
    }

    /** Where a program is in the guest. */
    public static String path(GuestProgram program, Length length) {
        return "/bench/" + Place.DEBIAN.fileName(program, length);
    }

    private static byte[] archive(List<String> script, List<GuestProgram> programs, Length length, Path executables)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioArchiveOutputStream out = new CpioArchiveOutputStream(bytes, CpioConstants.FORMAT_NEW)) {
            CpioArchiveEntry folder = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, "bench", 0);
            folder.setMode(CpioConstants.C_ISDIR | 0755);
            folder.setNumberOfLinks(2);
            out.putArchiveEntry(folder);
            out.closeArchiveEntry();
            for (GuestProgram program : programs) {
                Path executable = executables.resolve(Place.DEBIAN.fileName(program, length));
                add(out, path(program, length).substring(1), Files.readAllBytes(executable));
            }
            String init = "#!/bin/sh\nexport PATH=/bin\n" + String.join("\n", script) + "\npoweroff -f\n";
            add(out, INIT.substring(1), init.getBytes(StandardCharsets.US_ASCII));
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
