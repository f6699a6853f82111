package dev.ravel.machine;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.RawDisk;
import dev.ravel.time.EventQueue;
import dev.ravel.virtio.VirtioBlock;
import dev.ravel.virtio.VirtioDevice;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A disk of the machine: the host's file, and the threads that read and write it so that no hart waits. */
final class MachineDisk implements AutoCloseable {
    /** Requests that the host works on at once; so many are enough to keep it busy. */
    private static final int WORKERS = 4;

    private final BlockBackend backend;
    private final String serial;

    /** Empty in deterministic machines: there each request is done at the instruction that makes it. */
    private final Optional<ExecutorService> worker;

    private MachineDisk(BlockBackend backend, String serial, Optional<ExecutorService> worker) {
        this.backend = backend;
        this.serial = serial;
        this.worker = worker;
    }

    static MachineDisk open(MachineConfig.Disk disk, boolean deterministic) {
        try {
            BlockBackend backend = RawDisk.open(disk.file(), disk.readOnly());
            Optional<ExecutorService> worker = deterministic
                    ? Optional.empty()
                    : Optional.of(Executors.newFixedThreadPool(
                            WORKERS,
                            Thread.ofPlatform()
                                    .daemon()
                                    .name("disk-" + disk.file().getFileName() + "-", 0)
                                    .factory()));
            return new MachineDisk(backend, disk.file().getFileName().toString(), worker);
        } catch (IOException e) {
            throw new ConfigurationException(e.getMessage(), e);
        }
    }

    /** The device that shows it to the guest. */
    VirtioDevice device(EventQueue events) {
        Executor executor = worker.isPresent() ? worker.get() : Runnable::run;
        return new VirtioBlock(backend, executor, events, serial);
    }

    @Override
    public void close() throws IOException {
        // Requests in flight are finished first; then nobody uses the file.
        worker.ifPresent(ExecutorService::close);
        backend.close();
    }
}
