package dev.ravel.virtio;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a device complains of to the user: that the host failed it. A guest repeats what fails, thousands of times when a host disk is
 * full, and the user's terminal may be the guest's console: so one line, and no more until a while has passed. From any thread.
 */
final class Complaints {
    private static final Logger LOG = System.getLogger(Complaints.class.getName());

    static final long QUIET_NANOS = 30_000_000_000L;

    private final String device;
    private final Consumer<String> log;
    private final LongSupplier nanos;
    private boolean said;
    private long saidAt;
    private int unsaid;

    /**
     * Nothing yet.
     *
     * @param device names the device
     */
    Complaints(String device) {
        this(device, line -> LOG.log(Level.ERROR, line), System::nanoTime);
    }

    Complaints(String device, Consumer<String> log, LongSupplier nanos) {
        this.device = device;
        this.log = log;
        this.nanos = nanos;
    }

    /** Says that the host failed the device, or only counts it. */
    synchronized void say(String error) {
        long now = nanos.getAsLong();
        if (said && now - saidAt < QUIET_NANOS) {
            unsaid++;
            return;
        }
        String others = unsaid == 0 ? "" : ", as of " + unsaid + " before";
        log.accept(device + ": I/O error: " + error + "; the guest is told" + others);
        said = true;
        saidAt = now;
        unsaid = 0;
    }
}
