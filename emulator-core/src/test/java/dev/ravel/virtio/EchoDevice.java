package dev.ravel.virtio;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;
import java.util.Optional;

/** The simplest device: copies what it can read of a request to what it can write. */
final class EchoDevice implements VirtioDevice {
    private final byte[] configuration = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    Optional<VirtioSession> session = Optional.empty();
    int resets;

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public int deviceId() {
        return 42;
    }

    @Override
    public long features() {
        return 0b101;
    }

    @Override
    public List<Integer> queueSizes() {
        return List.of(8, 256);
    }

    @Override
    public byte[] configuration() {
        return configuration.clone();
    }

    @Override
    public void configure(int offset, int size, long value) {
        configuration[offset] = (byte) value;
    }

    @Override
    public void start(VirtioSession fresh) throws DriverFaultException {
        session = Optional.of(fresh);
        notified(fresh, 0);
    }

    @Override
    public void notified(VirtioSession current, int queue) throws DriverFaultException {
        for (Optional<DescriptorChain> next = current.take(queue); next.isPresent(); next = current.take(queue)) {
            DescriptorChain chain = next.get();
            byte[] bytes = new byte[(int) Math.min(chain.readableLength(), chain.writableLength())];
            chain.read(0, bytes, bytes.length);
            chain.write(0, bytes, bytes.length);
            current.give(queue, chain, bytes.length);
        }
        current.interrupt(queue);
    }

    @Override
    public void reset() {
        resets++;
        session = Optional.empty();
    }

    @Override
    public void save(StateWriter out) {}

    @Override
    public void restore(StateReader in, Optional<VirtioSession> restored) {
        session = restored;
    }
}
