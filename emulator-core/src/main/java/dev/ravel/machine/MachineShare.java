package dev.ravel.machine;

import dev.ravel.share.FolderServer;
import dev.ravel.time.EventQueue;
import dev.ravel.virtio.Virtio9p;
import dev.ravel.virtio.VirtioDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A shared folder of the machine: its server, and the thread that it works on so that no hart waits. */
final class MachineShare implements AutoCloseable {
    /** In bytes; QEMU's limit, for the sake of guests that rely on it. */
    private static final int LONGEST_TAG = 31;

    private final FolderServer server;
    private final String tag;

    /** Empty in deterministic machines: there each request is done at the instruction that makes it. */
    private final Optional<ExecutorService> worker;

    private MachineShare(FolderServer server, String tag, Optional<ExecutorService> worker) {
        this.server = server;
        this.tag = tag;
        this.worker = worker;
    }

    /** Checks that each tag can be the name of a folder in the guest, and that no two are the same. */
    static void checkTags(List<MachineConfig.Share> shares) {
        Set<String> seen = new HashSet<>();
        for (MachineConfig.Share share : shares) {
            String tag = share.tag();
            int length = tag.getBytes(StandardCharsets.UTF_8).length;
            if (length == 0
                    || length > LONGEST_TAG
                    || tag.equals(".")
                    || tag.equals("..")
                    || tag.chars().anyMatch(c -> c == '/' || c == ',' || Character.isISOControl(c))) {
                throw new ConfigurationException("--share " + share.folder() + ": '" + tag
                        + "' cannot be a tag; give another one of 1 to " + LONGEST_TAG
                        + " bytes without '/' and ',' with tag=NAME");
            }
            if (!seen.add(tag)) {
                throw new ConfigurationException("--share " + share.folder() + ": another share has the tag '" + tag
                        + "'; give one of them another with tag=NAME");
            }
        }
    }

    static MachineShare open(MachineConfig.Share share, boolean deterministic) {
        try {
            FolderServer server = FolderServer.open(share.folder(), share.readOnly());
            Optional<ExecutorService> worker = deterministic
                    ? Optional.empty()
                    : Optional.of(Executors.newSingleThreadExecutor(
                            Thread.ofPlatform().daemon().name("share-" + share.tag()).factory()));
            return new MachineShare(server, share.tag(), worker);
        } catch (IOException e) {
            throw new ConfigurationException("--share: " + e.getMessage(), e);
        }
    }

    /** The device that shows it to the guest. */
    VirtioDevice device(EventQueue events) {
        Executor executor = worker.isPresent() ? worker.get() : Runnable::run;
        return new Virtio9p(server, executor, events, tag);
    }

    @Override
    public void close() {
        // Requests in flight are finished first; then nobody uses the server.
        worker.ifPresent(ExecutorService::close);
        server.close();
    }
}
