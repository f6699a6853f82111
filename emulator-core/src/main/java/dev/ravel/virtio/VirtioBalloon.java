package dev.ravel.virtio;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.EventQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A memory balloon (virtio 1.3, 5.5): the guest puts pages in it that it does without, as many as the host asks for, and
 * reports those that are free anyway. The host gets both kinds back. Pages that the guest takes again read as zero.
 */
public final class VirtioBalloon implements VirtioDevice {
    /** Device ID (virtio 1.3, 5.5.1). */
    public static final int DEVICE_ID = 5;

    /** Feature: the guest tells of its memory. */
    public static final int F_STATS_VQ = 1;

    /** Feature: the guest may take pages out when it has no others. */
    public static final int F_DEFLATE_ON_OOM = 2;

    /** Feature: the guest says what it fills free pages with. */
    public static final int F_PAGE_POISON = 4;

    /** Feature: the guest reports pages that are free. */
    public static final int F_REPORTING = 5;

    /** Bytes of a page, whatever size the guest's own have. */
    public static final int PAGE_SIZE = 4096;

    private static final int INFLATE = 0;
    private static final int DEFLATE = 1;
    private static final int STATISTICS = 2;
    /** There is no queue for hints, whose number would be this. */
    private static final int REPORTING = 3;

    private static final int QUEUE_SIZE = 128;
    /** Linux puts 256 pages in a request. */
    private static final int MAX_PAGES = 4096;

    // struct virtio_balloon_config (virtio 1.3, 5.5.4).
    private static final ConfigurationField NUM_PAGES = ConfigurationField.le32(0);
    private static final ConfigurationField ACTUAL = ConfigurationField.le32(4);
    private static final ConfigurationField POISON_VAL = ConfigurationField.le32(12);

    private final GuestMemory memory;
    private final EventQueue events;
    private final ByteBuffer configuration = POISON_VAL.spaceToEnd();
    private Optional<VirtioSession> session = Optional.empty();
    /** The driver's buffer for statistics, which it has filled. */
    private Optional<DescriptorChain> filled = Optional.empty();

    private volatile BalloonStatistics statistics = BalloonStatistics.NONE;
    private volatile long actualBytes;
    private volatile long givenBack;

    /** An empty balloon in a machine that is to keep all of its memory. */
    public VirtioBalloon(GuestMemory memory, EventQueue events) {
        this.memory = memory;
        this.events = events;
    }

    /**
     * Asks the guest to get along with so much memory. It does so when it can, and never with less than it needs. Any
     * thread.
     *
     * @param bytes 0 to the size of RAM; more is the same as all
     */
    public void setTarget(long bytes) {
        events.post(() -> {
            NUM_PAGES.put(configuration, Math.max(memory.size() - bytes, 0) / PAGE_SIZE);
            session.ifPresent(VirtioSession::configurationChanged);
        });
    }

    /** Asks the guest for new statistics. Any thread. */
    public void requestStatistics() {
        events.post(() -> session.ifPresent(s -> s.run(() -> {
            if (filled.isPresent()) {
                DescriptorChain chain = filled.get();
                filled = Optional.empty();
                s.give(STATISTICS, chain, 0);
                s.interrupt(STATISTICS);
            }
        })));
    }

    /** What the guest said last of its memory. Any thread. */
    public BalloonStatistics statistics() {
        return statistics;
    }

    /** How large the guest says that the balloon is, in bytes. Any thread. */
    public long actual() {
        return actualBytes;
    }

    /** How many bytes the host got back so far, those that it got more than once counted as often. Any thread. */
    public long givenBack() {
        return givenBack;
    }

    @Override
    public String name() {
        return "virtio-balloon";
    }

    @Override
    public int deviceId() {
        return DEVICE_ID;
    }

    @Override
    public long features() {
        return 1L << F_STATS_VQ | 1L << F_DEFLATE_ON_OOM | 1L << F_PAGE_POISON | 1L << F_REPORTING;
    }

    @Override
    public List<Integer> queueSizes() {
        return List.of(QUEUE_SIZE, QUEUE_SIZE, QUEUE_SIZE, QUEUE_SIZE);
    }

    /** {@code struct virtio_balloon_config} (virtio 1.3, 5.5.4). */
    @Override
    public byte[] configuration() {
        return configuration.array().clone();
    }

    /** The driver says how large the balloon is and what free pages are filled with; the rest is the device's. */
    @Override
    public void configure(int offset, int size, long value) {
        for (int i = 0; i < size; i++) {
            int at = offset + i;
            if (ACTUAL.contains(at) || POISON_VAL.contains(at)) {
                configuration.put(at, (byte) (value >>> 8 * i));
            }
        }
        actualBytes = ACTUAL.get(configuration) * PAGE_SIZE;
    }

    @Override
    public void start(VirtioSession fresh) throws DriverFaultException {
        session = Optional.of(fresh);
        for (int queue = 0; queue < queueSizes().size(); queue++) {
            notified(fresh, queue);
        }
    }

    @Override
    public void notified(VirtioSession current, int queue) throws DriverFaultException {
        for (Optional<DescriptorChain> next = current.take(queue); next.isPresent(); next = current.take(queue)) {
            DescriptorChain chain = next.get();
            switch (queue) {
                case INFLATE -> inflate(chain);
                case DEFLATE -> {
                    // The host gives a page when it is touched.
                }
                case STATISTICS -> {
                    keep(current, chain);
                    continue;
                }
                case REPORTING -> report(current, chain);
                default -> throw new IllegalStateException("the balloon has no queue " + queue);
            }
            current.give(queue, chain, 0);
        }
        current.interrupt(queue);
    }

    private void inflate(DescriptorChain chain) throws DriverFaultException {
        long length = chain.readableLength();
        if (length % Integer.BYTES != 0 || length > MAX_PAGES * Integer.BYTES) {
            throw new DriverFaultException("a request to inflate has " + length + " bytes");
        }
        byte[] bytes = new byte[(int) length];
        chain.read(0, bytes, bytes.length);
        long[] pages = new long[bytes.length / Integer.BYTES];
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.setAll(pages, i -> in.getInt() & 0xffff_ffffL);
        // Neighbours are given back together.
        Arrays.sort(pages);
        int first = 0;
        for (int i = 1; i <= pages.length; i++) {
            if (i == pages.length || pages[i] > pages[i - 1] + 1) {
                long size = (pages[i - 1] - pages[first] + 1) * PAGE_SIZE;
                givenBack = givenBack + memory.discard(pages[first] * PAGE_SIZE, size);
                first = i;
            }
        }
    }

    /** A guest that wants to find in free pages what it wrote there keeps them. */
    private void report(VirtioSession current, DescriptorChain chain) throws DriverFaultException {
        if (!current.accepted(F_PAGE_POISON) || POISON_VAL.get(configuration) == 0) {
            givenBack = givenBack + chain.discardWritable();
        }
    }

    private void keep(VirtioSession current, DescriptorChain chain) throws DriverFaultException {
        byte[] entries = new byte[(int) Math.min(chain.readableLength(), BalloonStatistics.MAX_SIZE)];
        chain.read(0, entries, entries.length);
        statistics = BalloonStatistics.parse(entries);
        if (filled.isPresent()) {
            // There should be one buffer only.
            current.give(STATISTICS, filled.get(), 0);
            current.interrupt(STATISTICS);
        }
        filled = Optional.of(chain);
    }

    /** The target stays: it is the host's. */
    @Override
    public void reset() {
        session = Optional.empty();
        filled = Optional.empty();
        statistics = BalloonStatistics.NONE;
        ACTUAL.put(configuration, 0);
        POISON_VAL.put(configuration, 0);
        actualBytes = 0;
    }

    @Override
    public void save(StateWriter out) {
        out.put("configuration", configuration());
        out.put("filled", filled.isPresent() ? filled.get().head() : -1);
    }

    @Override
    public void restore(StateReader in, Optional<VirtioSession> restored) throws DriverFaultException {
        reset();
        byte[] saved = in.getBytes("configuration");
        if (saved.length != configuration.capacity()) {
            throw new IllegalArgumentException("the snapshot holds a balloon of another kind");
        }
        configuration.put(0, saved);
        actualBytes = ACTUAL.get(configuration) * PAGE_SIZE;
        session = restored;
        if (restored.isPresent()) {
            long head = in.get("filled");
            if (head >= 0) {
                keep(restored.get(), restored.get().takeAgain(STATISTICS, (int) head));
            }
        }
    }
}
