package dev.ravel.host.posix;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Random numbers for secrets, from the host's kernel: {@code /dev/urandom}, or {@link SecureRandom} where there is none. Java's own way to the same device goes
 * through its security providers, whose start takes longer than a board's. For any thread.
 */
public final class HostEntropy implements RandomGenerator {
    private static final Path DEVICE = Path.of("/dev/urandom");

    private final Path device;

    private HostEntropy(Path device) {
        this.device = device;
    }

    /** This host's. */
    public static RandomGenerator ofHost() {
        return from(DEVICE);
    }

    /** That of a device, as long as it can be read. */
    static RandomGenerator from(Path device) {
        return new HostEntropy(device);
    }

    @Override
    public void nextBytes(byte[] bytes) {
        try (InputStream in = Files.newInputStream(device)) {
            new DataInputStream(in).readFully(bytes);
        } catch (IOException _) {
            new SecureRandom().nextBytes(bytes);
        }
    }

    @Override
    public long nextLong() {
        byte[] bytes = new byte[Long.BYTES];
        nextBytes(bytes);
        return ByteBuffer.wrap(bytes).getLong();
    }
}
