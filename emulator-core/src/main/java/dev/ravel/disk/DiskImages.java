package dev.ravel.disk;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.HostFile;
import dev.ravel.host.ImageFile;
import dev.ravel.host.RawDisk;
import dev.ravel.host.qcow2.Qcow2Disk;
import dev.ravel.host.qcow2.Qcow2Exception;
import dev.ravel.host.qcow2.Qcow2Header;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Opens images with those under them. An image may come from somebody else and names the image under it: a guest could
 * read any file of the host through it. So that one has to be in the folder of the image that names it, or below, unless the
 * user allows more.
 */
public final class DiskImages {
    private static final System.Logger LOG = System.getLogger(DiskImages.class.getName());

    private static final int MOST_IMAGES = 100;

    private final boolean backingAnywhere;
    private final List<Path> chain = new ArrayList<>();

    private DiskImages(boolean backingAnywhere) {
        this.backingAnywhere = backingAnywhere;
    }

    /**
     * Opens and locks an image, and to read only those under it.
     *
     * @param format empty: as its first bytes say; one that they make raw cannot be made to say something else by the guest
     * @param backingAnywhere whether images under it may be anywhere on the host
     * @throws IOException with a message of one line for the user: what, which file, what to do
     */
    public static BlockBackend open(Path file, boolean readOnly, Optional<ImageFormat> format, boolean backingAnywhere)
            throws IOException {
        return new DiskImages(backingAnywhere).open(file, readOnly, format);
    }

    private BlockBackend open(Path file, boolean readOnly, Optional<ImageFormat> stated) throws IOException {
        HostFile opened = ImageFile.open(file, readOnly);
        try {
            if (opened.size() == 0) {
                throw new IOException(file + " is empty; make an image of the size that the disk shall have");
            }
            chain.add(file.toRealPath());
            ImageFormat format = stated.isPresent() ? stated.get() : ImageFormat.of(opened);
            return switch (format) {
                case RAW -> stated.isPresent() ? RawDisk.of(opened) : new GuessedRawDisk(RawDisk.of(opened));
                case QCOW2 -> openQcow2(file, opened);
            };
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private BlockBackend openQcow2(Path file, HostFile opened) throws IOException {
        Optional<BlockBackend> backing = Optional.empty();
        try {
            Qcow2Header header = Qcow2Header.read(opened);
            if (header.backing().isPresent()) {
                backing = Optional.of(openBacking(file, header.backing().get()));
            }
            return Qcow2Disk.open(opened, header, backing);
        } catch (IOException e) {
            if (backing.isPresent()) {
                backing.get().close();
            }
            throw e instanceof Qcow2Exception ? new IOException(file + ": " + e.getMessage(), e) : e;
        }
    }

    private BlockBackend openBacking(Path file, Qcow2Header.Backing backing) throws IOException {
        Path under = find(file, backing.name());
        if (chain.contains(under)) {
            throw new IOException(file + ": the images under it come back to " + printable(under.toString()));
        }
        if (chain.size() >= MOST_IMAGES) {
            throw new IOException(file + ": there are more than " + MOST_IMAGES + " images under each other");
        }
        if (!backingAnywhere && !under.startsWith(file.toRealPath().resolveSibling(""))) {
            throw new IOException(file + ": the image under it, " + printable(under.toString())
                    + ", is not in the same folder; if you trust the image, add ,backing=anywhere");
        }
        Optional<ImageFormat> format = Optional.empty();
        if (backing.format().isPresent()) {
            String label = backing.format().get();
            format = ImageFormat.find(label);
            if (format.isEmpty()) {
                throw new IOException(file + ": the image under it is of the format '" + printable(label)
                        + "', which is not supported");
            }
        }
        LOG.log(Level.DEBUG, "{0} is under {1}", printable(under.toString()), file);
        return open(under, true, format);
    }

    private static Path find(Path file, String name) throws IOException {
        Path under;
        try {
            under = file.resolveSibling(name.startsWith("file:") ? name.substring("file:".length()) : name);
        } catch (InvalidPathException e) {
            throw new IOException(file + ": the image under it has no possible name", e);
        }
        if (!Files.isRegularFile(under)) {
            throw new IOException(
                    file + ": the image under it, " + printable(under.toString()) + ", is not a file here");
        }
        return under.toRealPath();
    }

    /** A text out of an image, without anything in it that could harm a terminal. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
