package dev.ravel.machine.config;

import dev.ravel.share.FolderServer;
import dev.ravel.virtio.Virtio9p;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A folder of the host that the guest mounts as file system {@code 9p} (9P2000.L) by its tag. What the guest does there
 * is done by this process; it cannot leave the folder.
 *
 * @param tag 1 to 31 bytes of UTF-8 that could be the name of a file; no two shares of a machine have the same
 */
public record ShareConfig(Path folder, String tag, boolean readOnly) implements DeviceConfig {
    /** In bytes; QEMU's limit, for the sake of guests that rely on it. */
    private static final int LONGEST_TAG = 31;

    /**
     * Checks that the tag can be the name of a folder in the guest.
     *
     * @throws ConfigurationException if it cannot
     */
    public ShareConfig {
        int length = tag.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0
                || length > LONGEST_TAG
                || tag.equals(".")
                || tag.equals("..")
                || tag.chars().anyMatch(c -> c == '/' || c == ',' || Character.isISOControl(c))) {
            throw new ConfigurationException(
                    field("tag"),
                    folder + ": '" + tag + "' cannot be a tag; give it one of 1 to " + LONGEST_TAG
                            + " bytes without '/' and ','");
        }
    }

    @Override
    public void check(List<DeviceConfig> before) {
        for (DeviceConfig other : before) {
            if (other instanceof ShareConfig share && share.tag.equals(tag)) {
                throw new ConfigurationException(
                        field("tag"), folder + ": another share has the tag '" + tag + "'; give one of them another");
            }
        }
    }

    @Override
    public void attach(Backplane board) {
        FolderServer server = board.own(open());
        board.virtio(field("folder"), new Virtio9p(server, board.worker("share-" + tag, 1), board.events(), tag));
    }

    private FolderServer open() {
        try {
            return FolderServer.open(folder, readOnly);
        } catch (IOException e) {
            throw new ConfigurationException(
                    field("folder"), Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
        }
    }

    private static Field field(String component) {
        return new Field.Device(ShareConfig.class, "share", component);
    }
}
