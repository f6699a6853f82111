package dev.ravel.guest;

import dev.ravel.machine.config.ShareConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder with what boots an installed guest. The guest has it as a share and puts newer kernels there; the script that
 * does so, {@code installer/boot-hook} beside this class, tells what is in it. All of it may be the work of a hostile guest,
 * so nothing is read through a link, or from what is no regular file.
 */
record BootFolder(Path folder) {
    /** By which the guest mounts it. */
    static final String TAG = "ravel.boot";

    private static final String CURRENT = "current";
    private static final Pattern CURRENT_LINE = Pattern.compile("([ab]) ([A-Za-z0-9.+~_-]{1,100})\n");
    private static final int LONGEST_LINE = 128;

    /** What is booted, by files that were regular ones just now. */
    record Images(Path kernel, Path initrd, String version) {}

    /** Whether there is one: guests of older releases have none. */
    boolean exists() {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /** What the guest changes it through. */
    ShareConfig share() {
        return new ShareConfig(folder, TAG, false);
    }

    /** Makes the folder, and moves there what boots the guest first. */
    void make(Path kernel, Path initrd, String version) throws IOException, GuestException {
        Files.createDirectory(folder);
        Files.move(kernel, folder.resolve("kernel-a"));
        Files.move(initrd, folder.resolve("initrd-a"));
        GuestCache.write(folder.resolve(CURRENT), ("a " + version + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What is booted now.
     *
     * @throws GuestException with a message that says what is wrong with which file
     */
    Images images() throws GuestException {
        Path current = folder.resolve(CURRENT);
        Matcher line = CURRENT_LINE.matcher(text(current));
        if (!line.matches()) {
            throw new GuestException(current + ": does not say which kernel is booted");
        }
        Path kernel = folder.resolve("kernel-" + line.group(1));
        Path initrd = folder.resolve("initrd-" + line.group(1));
        requireRegular(kernel);
        requireRegular(initrd);
        return new Images(kernel, initrd, line.group(2));
    }

    private static String text(Path file) throws GuestException {
        requireRegular(file);
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return new String(in.readNBytes(LONGEST_LINE), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new GuestException(file + ": cannot be read: " + GuestCache.reason(e), e);
        }
    }

    private static void requireRegular(Path file) throws GuestException {
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!is.isRegularFile()) {
                throw new GuestException(file + ": is no regular file");
            }
        } catch (NoSuchFileException e) {
            throw new GuestException(file + ": is missing", e);
        } catch (IOException e) {
            throw new GuestException(file + ": cannot be read: " + GuestCache.reason(e), e);
        }
        if (!Files.isReadable(file)) {
            throw new GuestException(file + ": may not be read");
        }
    }
}
