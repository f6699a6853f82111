package dev.ravel.inspect.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.inspect.Programs;
import dev.ravel.inspect.device.RequestView.Stage;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.ShareConfig;
import dev.ravel.memory.Ram;
import dev.ravel.virtio.VirtioMmio;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What requests of each kind of device say, in rings of either form, with the test in the driver's place. */
class RequestsTest {
    private static final int SIZE = 8;
    private static final long VERSION_1 = 1L << 32;
    private static final long INDIRECT = 1L << 28;
    private static final long PACKED = 1L << 34;
    private static final int WRITE = 2;
    private static final int NEXT = 1;
    private static final int TABLE = 4;

    /** A packed ring's flag for what is available in the first round. */
    private static final int AVAILABLE = 1 << 7;

    private static final long RINGS = 0x8010_0000L;
    private static final long BUFFERS = 0x8020_0000L;

    @TempDir
    Path folder;

    private Machine machine() {
        return Programs.bare("_start: j _start")
                .add(new ShareConfig(folder, "work", true))
                .deterministic()
                .build();
    }

    /** The driver of a device whose queue's descriptors, driver and device area lie a page apart. */
    private record Driver(Machine machine, DeviceView device, int queue) {
        static Driver of(Machine machine, String name, int queue, long features) {
            DeviceView found = DeviceView.of(machine).stream()
                    .filter(device -> device.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            Driver driver = new Driver(machine, found, queue);
            driver.write(VirtioMmio.STATUS, 3);
            driver.write(VirtioMmio.DRIVER_FEATURES, features & 0xffff_ffffL);
            driver.write(VirtioMmio.DRIVER_FEATURES_SEL, 1);
            driver.write(VirtioMmio.DRIVER_FEATURES, features >>> 32);
            driver.write(VirtioMmio.STATUS, 11);
            driver.write(VirtioMmio.QUEUE_SEL, queue);
            driver.write(VirtioMmio.QUEUE_SIZE, SIZE);
            driver.write(VirtioMmio.QUEUE_DESC_LOW, RINGS);
            driver.write(VirtioMmio.QUEUE_DRIVER_LOW, RINGS + 0x1000);
            driver.write(VirtioMmio.QUEUE_DEVICE_LOW, RINGS + 0x2000);
            driver.write(VirtioMmio.QUEUE_READY, 1);
            driver.write(VirtioMmio.STATUS, 15);
            return driver;
        }

        void write(int register, long value) {
            long address = device.base() + register;
            machine.bus().write(machine.bus().find(address, 4), address, 4, value & 0xffff_ffffL);
        }

        void put(long address, byte[] bytes) {
            Ram ram = machine.ram();
            ram.segment().asSlice(address - ram.base(), bytes.length).copyFrom(MemorySegment.ofArray(bytes));
        }

        /** A descriptor in either form: in a packed ring the id comes before the flags. */
        void descriptor(long at, long address, int length, int third, int fourth) {
            put(
                    at,
                    ByteBuffer.allocate(16)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(address)
                            .putInt(length)
                            .putShort((short) third)
                            .putShort((short) fourth)
                            .array());
        }

        /** In a split ring: the first request is that of descriptor 0. */
        void offer() {
            put(RINGS + 0x1000, new byte[] {0, 0, 1, 0, 0, 0});
        }

        void kick() {
            write(VirtioMmio.QUEUE_NOTIFY, queue);
        }

        QueueView view() {
            return DeviceView.of(machine).stream()
                    .filter(one -> one.base() == device.base())
                    .findFirst()
                    .flatMap(DeviceView::virtio)
                    .orElseThrow()
                    .queues()
                    .get(queue);
        }
    }

    @Test
    void aMessageOf9pIsNamedAndSoIsItsAnswer() {
        try (Machine machine = machine();
                DeviceWatch watch = DeviceWatch.of(machine, 4)) {
            Driver driver = Driver.of(machine, "virtio-9p", 0, VERSION_1);
            driver.put(
                    BUFFERS,
                    ByteBuffer.allocate(21)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(21)
                            .put((byte) 100)
                            .putShort((short) 0xffff)
                            .putInt(8192)
                            .putShort((short) 8)
                            .put("9P2000.L".getBytes(StandardCharsets.US_ASCII))
                            .array());
            driver.descriptor(RINGS, BUFFERS, 21, NEXT, 1);
            driver.descriptor(RINGS + 16, BUFFERS + 0x1000, 64, WRITE, 0);
            driver.offer();
            assertThat(driver.view().purpose()).isEqualTo("requests");
            assertThat(driver.view().requests())
                    .extracting(RequestView::words)
                    .containsExactly("Tversion, tag 65535, 21 bytes");
            driver.kick();
            machine.step(2);
            assertThat(watch.requests()).singleElement().satisfies(seen -> {
                assertThat(seen.request().stage()).isEqualTo(new Stage.Used(21));
                assertThat(seen.request().words()).isEqualTo("Tversion, tag 65535, 21 bytes: Rversion");
            });
        }
    }

    @Test
    void aPackedRingIsReadFromWhereTheDeviceIs() {
        try (Machine machine = machine();
                DeviceWatch watch = DeviceWatch.of(machine, 4)) {
            Driver driver = Driver.of(machine, "virtio-console", 1, VERSION_1 | PACKED);
            driver.put(BUFFERS, "first\nsecond\u001b".getBytes(StandardCharsets.US_ASCII));
            driver.descriptor(RINGS, BUFFERS, 6, 7, AVAILABLE | NEXT);
            driver.descriptor(RINGS + 16, BUFFERS + 6, 3, 7, AVAILABLE);
            driver.descriptor(RINGS + 32, BUFFERS + 9, 4, 5, AVAILABLE);
            QueueView before = driver.view();
            assertThat(before.words()).isEqualTo("packed, 8 descriptors, 0 in the device, 2 waiting");
            assertThat(before.purpose()).isEqualTo("transmit");
            assertThat(before.requests()).extracting(RequestView::head).containsExactly(7, 5);
            // A guest cannot bring a control character to a screen.
            assertThat(before.requests()).extracting(RequestView::words).containsExactly("'first\\nsec'", "'ond?'");
            assertThat(before.descriptors().getFirst())
                    .isEqualTo(new QueueView.Descriptor(0, BUFFERS, 6, List.of("NEXT", "AVAIL"), 7));
            driver.kick();
            machine.step(2);
            QueueView after = driver.view();
            assertThat(after.requests()).isEmpty();
            assertThat(after.state().place().orElseThrow().available()).isEqualTo(3);
            assertThat(watch.requests())
                    .extracting(seen -> seen.request().words())
                    .containsExactly("'first\\nsec'", "'ond?'");
            // Goes round for ever: the chain ends where the ring would begin again.
            for (int i = 0; i < SIZE; i++) {
                int flags = i < 3 ? AVAILABLE >>> 7 << 15 | NEXT : AVAILABLE | NEXT;
                driver.descriptor(RINGS + 16L * i, BUFFERS, 1, i, flags);
            }
            assertThat(driver.view().requests())
                    .singleElement()
                    .satisfies(request ->
                            assertThat(request.broken()).hasValue("a descriptor chain is a loop, or too long"));
        }
    }

    @Test
    void whatATableHoldsIsTheRequest() {
        try (Machine machine = machine()) {
            Driver driver = Driver.of(machine, "virtio-console", 0, VERSION_1 | INDIRECT);
            driver.descriptor(RINGS, BUFFERS, 32, TABLE, 0);
            driver.descriptor(BUFFERS, BUFFERS + 0x1000, 100, WRITE | NEXT, 1);
            driver.descriptor(BUFFERS + 16, BUFFERS + 0x2000, 28, WRITE, 0);
            driver.offer();
            assertThat(driver.view().requests()).singleElement().satisfies(request -> {
                assertThat(request.broken()).isEmpty();
                assertThat(request.words()).isEqualTo("room for 128 bytes");
                assertThat(request.buffers()).hasSize(2);
            });
            driver.descriptor(BUFFERS + 16, BUFFERS, 32, TABLE, 0);
            assertThat(driver.view().requests().getFirst().broken())
                    .hasValue("an indirect descriptor is not the last of its chain");
            driver.descriptor(RINGS, BUFFERS, 33, TABLE, 0);
            assertThat(driver.view().requests().getFirst().broken()).hasValue("an indirect table has 33 bytes");
            driver.descriptor(RINGS, 0, 32, TABLE, 0);
            assertThat(driver.view().requests().getFirst().broken().orElseThrow())
                    .contains("not in memory");
        }
    }
}
