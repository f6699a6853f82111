package dev.ravel.guest;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** A Debian package (deb(5)): an {@code ar} archive with the package's files in {@code data.tar}. */
final class Deb {
    private Deb() {}

    /** Takes the regular files of a package one by one. */
    interface Visitor {
        /**
         * A file.
         *
         * @param path without a leading slash: {@code usr/bin/busybox}
         * @param content its bytes, read or not
         */
        void file(String path, InputStream content) throws IOException;
    }

    /**
     * Goes through the regular files of a package.
     *
     * @param position is told after each file how many bytes of the package have been read
     */
    static void read(Path deb, Visitor visitor, LongConsumer position) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(deb);
                ArArchiveInputStream ar =
                        new ArArchiveInputStream(new BufferedInputStream(Channels.newInputStream(channel), 1 << 16))) {
            Visitor reporting = (path, content) -> {
                visitor.file(path, content);
                position.accept(channel.position());
            };
            for (ArArchiveEntry entry = ar.getNextEntry(); entry != null; entry = ar.getNextEntry()) {
                if (entry.getName().startsWith("data.tar")) {
                    readData(decompress(entry.getName(), ar), reporting);
                    position.accept(channel.size());
                    return;
                }
            }
        }
        throw new IOException("no data.tar in " + deb.getFileName());
    }

    /** Undoes the compression that the end of a name tells; a name that tells none means that there is none. */
    static InputStream decompress(String name, InputStream in) throws IOException {
        if (name.endsWith(".xz")) {
            return new XZInputStream(in);
        } else if (name.endsWith(".gz")) {
            return new GZIPInputStream(in, 1 << 16);
        } else if (name.endsWith(".zst")) {
            return new ZstdInputStream(in);
        }
        return in;
    }

    private static void readData(InputStream data, Visitor visitor) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(data);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (entry.isFile()) {
                visitor.file(entry.getName().replaceFirst("^(\\./)+", ""), tar);
            }
        }
    }
}
