package dev.ravel.virtio;

import static dev.ravel.virtio.FuzzScripts.next;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ravel.device.ConsolePort;
import dev.ravel.display.Size;
import dev.ravel.input.InputKind;
import dev.ravel.memory.Ram;
import dev.ravel.time.BoundaryQueue;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a driver puts into rings and descriptors, a device answers or asks for a reset, and works after one. The normal run takes
 * the seeds; a long one is {@code JAZZER_FUZZ=1 mvn -pl emulator-core test -Dtest=VirtqueueFuzzTest}.
 */
class VirtqueueFuzzTest {
    private static final int QUEUE_SIZE = 8;
    private static final int BUFFERS = 16;
    private static final int BUFFER = 0x1000;
    private static final long BUFFERS_AT = GuestDriver.BASE + (1 << 20);
    private static final int RANDOM_SEEDS = 250;
    private static final long END = GuestDriver.BASE + GuestDriver.RAM_SIZE;

    private static final long[] FEATURES = {
        GuestDriver.PLAIN_RING, GuestDriver.ALL_RING_FEATURES, GuestDriver.PACKED_RING, ~0L, 0
    };

    /** Addresses that no honest driver gives: outside of RAM, across its ends, in the rings. */
    private static final long[] WRONG = {
        0,
        1,
        GuestDriver.BASE - 8,
        END - 4,
        END,
        -1,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        GuestDriver.BASE,
        GuestDriver.BASE + 0x4000
    };

    private static final int[] WRONG_LENGTHS = {0, 1, 0x7fff_ffff, -1, 16 << 20, 0x8000_0000};

    /** Input: which device, which rings, then what the driver does, each a byte and its operands. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void aDeviceAnswersOrAsksForAReset(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        BoundaryQueue events = new BoundaryQueue();
        Ram ram = GuestDriver.newRam();
        VirtioDevice device = device(next(in), ram, events);
        long features = FEATURES[next(in) % FEATURES.length];
        try (GuestDriver driver = new GuestDriver(device, ram)) {
            int queues = device.queueSizes().size();
            start(driver, features, queues);
            while (in.hasRemaining()) {
                act(driver, in, queues);
                events.runDue(0);
            }
            if (driver.needsReset()) {
                start(driver, GuestDriver.PLAIN_RING, queues);
                assertThat(driver.needsReset()).as("after a reset").isFalse();
            }
        }
    }

    private static void start(GuestDriver driver, long features, int queues) {
        driver.negotiate(features);
        for (int i = 0; i < queues; i++) {
            GuestDriver.Queue unused = driver.new Queue(i, QUEUE_SIZE);
            assertThat(unused.index).isEqualTo(i);
        }
        driver.ready();
    }

    private static VirtioDevice device(int which, Ram ram, BoundaryQueue events) {
        return switch (which % 7) {
            case 0 -> new EchoDevice();
            case 1 -> new VirtioBlock(new SectorDisk(), Runnable::run, events, "disk");
            case 2 -> new VirtioGpu(new GuestMemory(ram), Runnable::run, events, new Size(64, 48));
            case 3 -> new VirtioConsole(ConsolePort.NONE, events, new VirtioConsole.Size(80, 25));
            case 4 -> new VirtioEntropy(new Random(3), events);
            case 5 -> new VirtioBalloon(new GuestMemory(ram), events);
            default -> new VirtioInput(InputKind.KEYBOARD, events);
        };
    }

    private static void act(GuestDriver driver, ByteBuffer in, int queues) {
        int what = next(in);
        int queue = (what >> 3) % queues;
        long rings = GuestDriver.BASE + queue * 0x8000L;
        switch (what & 7) {
            case 0, 1 -> {
                long at = rings + 16L * (next(in) % QUEUE_SIZE);
                driver.putLong(at, address(next(in)));
                driver.putInt(at + 8, length(next(in)));
                driver.putShort(at + 12, next(in) & 7);
                driver.putShort(at + 14, next(in) % (QUEUE_SIZE + 2));
            }
            case 2 -> {
                int index = driver.getShort(rings + 0x4002);
                driver.putShort(rings + 0x4004 + 2L * (index % QUEUE_SIZE), next(in) % (QUEUE_SIZE + 1));
                driver.putShort(rings + 0x4002, index + 1);
                driver.write(VirtioMmio.QUEUE_NOTIFY, queue);
            }
            case 3 -> {
                long at = BUFFERS_AT + (long) BUFFER * (next(in) % BUFFERS);
                byte[] bytes = new byte[Math.min(next(in) & 63, in.remaining())];
                in.get(bytes);
                driver.put(at, bytes);
            }
            case 4 -> driver.putShort(rings + (next(in) << 8 | next(in)) % 0x7ffe, next(in));
            case 5 -> driver.putShort(rings + 12 + 16L * (next(in) % QUEUE_SIZE), next(in) | next(in) << 8);
            case 6 -> driver.write(VirtioMmio.QUEUE_NOTIFY, next(in));
            default -> driver.write(VirtioMmio.INTERRUPT_ACK, next(in));
        }
    }

    private static long address(int choice) {
        return choice < BUFFERS * 8
                ? BUFFERS_AT + (long) BUFFER * (choice % BUFFERS) + choice / BUFFERS
                : WRONG[choice % WRONG.length];
    }

    private static int length(int choice) {
        return choice < 200 ? choice * 16 : WRONG_LENGTHS[choice % WRONG_LENGTHS.length];
    }

    /** Scripts by chance, some for each device and each kind of ring. */
    static Stream<Arguments> seeds() {
        return FuzzScripts.byChance(11, RANDOM_SEEDS, 7, FEATURES.length);
    }
}
