package dev.ravel.virtio;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import dev.ravel.time.EventQueue;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A source of random bytes (virtio 1.3, 5.4). */
public final class VirtioEntropy implements VirtioDevice {
    /** Device ID (virtio 1.3, 5.4.1). */
    public static final int DEVICE_ID = 4;

    private static final int QUEUE = 0;
    private static final int QUEUE_SIZE = 8;
    /** A driver that asks for more gets this much, as it may (virtio 1.3, 5.4.6.1). */
    private static final int MAX_BYTES = 1 << 16;

    private final RandomGenerator source;
    private final EventQueue events;
    private Optional<VirtioSession> session = Optional.empty();
    /** However often the driver notifies, one event looks after the queue. */
    private boolean posted;

    /**
     * A source.
     *
     * @param source must not wait: a secure generator, or a seeded one for a deterministic machine
     */
    public VirtioEntropy(RandomGenerator source, EventQueue events) {
        this.source = source;
        this.events = events;
    }

    @Override
    public String name() {
        return "virtio-rng";
    }

    @Override
    public int deviceId() {
        return DEVICE_ID;
    }

    @Override
    public long features() {
        return 0;
    }

    @Override
    public List<Integer> queueSizes() {
        return List.of(QUEUE_SIZE);
    }

    @Override
    public byte[] configuration() {
        return new byte[0];
    }

    @Override
    public void start(VirtioSession fresh) {
        notified(fresh, QUEUE);
    }

    @Override
    public void notified(VirtioSession current, int queue) {
        session = Optional.of(current);
        if (!posted) {
            posted = true;
            events.post(this::serve);
        }
    }

    private void serve() {
        posted = false;
        session.ifPresent(s -> s.run(() -> serve(s)));
    }

    private void serve(VirtioSession current) throws DriverFaultException {
        for (Optional<DescriptorChain> next = current.take(QUEUE); next.isPresent(); next = current.take(QUEUE)) {
            DescriptorChain chain = next.get();
            if (chain.writableLength() == 0) {
                throw new DriverFaultException("a buffer for random bytes cannot be written");
            }
            byte[] bytes = new byte[(int) Math.min(MAX_BYTES, chain.writableLength())];
            source.nextBytes(bytes);
            chain.write(0, bytes, bytes.length);
            current.give(QUEUE, chain, bytes.length);
        }
        current.interrupt(QUEUE);
    }

    @Override
    public void reset() {
        session = Optional.empty();
    }

    @Override
    public void save(StateWriter out) {
        out.put("posted", posted ? 1 : 0);
    }

    @Override
    public void restore(StateReader in, Optional<VirtioSession> restored) {
        session = restored;
        if (in.get("posted") != 0) {
            restored.ifPresent(s -> notified(s, QUEUE));
        }
    }
}
