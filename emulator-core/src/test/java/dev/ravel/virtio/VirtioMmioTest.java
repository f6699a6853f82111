package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.device.Device;
import dev.ravel.device.SavedState;
import dev.ravel.fdt.Node;
import dev.ravel.observe.Observer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VirtioMmioTest {
    private final EchoDevice echo = new EchoDevice();
    private final GuestDriver driver = new GuestDriver(echo);

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void theDeviceIdentifiesItself() {
        assertThat(driver.read(VirtioMmio.MAGIC_VALUE)).isEqualTo(0x7472_6976);
        assertThat(driver.read(VirtioMmio.VERSION)).isEqualTo(2);
        assertThat(driver.read(VirtioMmio.DEVICE_ID)).isEqualTo(42);
        assertThat(driver.read(VirtioMmio.VENDOR_ID)).as("QEMU").isEqualTo(0x554d_4551);
    }

    @Test
    void anEmptySlotHasDeviceIdZero() {
        Device slot = VirtioMmio.empty();
        assertThat(slot.read(VirtioMmio.MAGIC_VALUE, 4)).isEqualTo(0x7472_6976);
        assertThat(slot.read(VirtioMmio.VERSION, 4)).isEqualTo(2);
        slot.write(VirtioMmio.STATUS, 4, 1);
        for (long offset = VirtioMmio.DEVICE_ID; offset < 0x200; offset += 4) {
            if (offset != VirtioMmio.VENDOR_ID) {
                assertThat(slot.read(offset, 4)).isZero();
            }
        }
    }

    @Test
    void registersAreReachedByWordsOnly() {
        assertThat(driver.device.read(VirtioMmio.MAGIC_VALUE, 1)).isZero();
        assertThat(driver.device.read(VirtioMmio.MAGIC_VALUE, 8)).isZero();
        driver.device.write(VirtioMmio.STATUS, 1, 1);
        assertThat(driver.status()).isZero();
    }

    @Test
    void featuresAreOfferedInWords() {
        driver.write(VirtioMmio.DEVICE_FEATURES_SEL, 0);
        assertThat(driver.read(VirtioMmio.DEVICE_FEATURES)).isEqualTo(0x3000_0005);
        driver.write(VirtioMmio.DEVICE_FEATURES_SEL, 1);
        assertThat(driver.read(VirtioMmio.DEVICE_FEATURES))
                .as("version 1, packed rings")
                .isEqualTo(5);
        driver.write(VirtioMmio.DEVICE_FEATURES_SEL, 2);
        assertThat(driver.read(VirtioMmio.DEVICE_FEATURES)).isZero();
    }

    @Test
    void featuresThatAreNotOfferedAreNotAgreedOn() {
        assertThat(driver.negotiate(GuestDriver.PLAIN_RING | 0b101)).isEqualTo(11);
        assertThat(driver.negotiate(GuestDriver.PLAIN_RING | 0b010)).isEqualTo(3);
        assertThat(driver.negotiate(GuestDriver.PLAIN_RING | 1L << 40)).isEqualTo(3);
        assertThat(driver.ready()).as("not ready without features").isEqualTo(3);
    }

    @Test
    void featuresOfTheThirdWordAreNotAgreedOnUntilAReset() {
        driver.negotiate(GuestDriver.PLAIN_RING);
        driver.write(VirtioMmio.STATUS, 0);
        driver.write(VirtioMmio.DRIVER_FEATURES_SEL, 2);
        driver.write(VirtioMmio.DRIVER_FEATURES, 1);
        driver.write(VirtioMmio.DRIVER_FEATURES_SEL, 1);
        driver.write(VirtioMmio.DRIVER_FEATURES, 1);
        driver.write(VirtioMmio.STATUS, 11);
        assertThat(driver.status()).isEqualTo(3);
        assertThat(driver.negotiate(GuestDriver.PLAIN_RING)).isEqualTo(11);
    }

    @Test
    void aDriverThatDoesNotAcceptVersion1IsLetBe() {
        assertThat(driver.negotiate(0b101)).isEqualTo(11);
        GuestDriver.Queue queue = driver.new Queue(0, 8);
        assertThat(driver.ready()).isEqualTo(15);
        queue.add(driver.out(new byte[] {1}), driver.in(1));
        queue.kick();
        assertThat(queue.takeUsed()).hasSize(1);
    }

    @Test
    void aSessionLastsFromDriverOkToReset() {
        driver.negotiate(GuestDriver.PLAIN_RING | 0b100);
        assertThat(echo.session).isEmpty();
        driver.ready();
        VirtioSession session = echo.session.orElseThrow();
        assertThat(session.accepted(2)).isTrue();
        assertThat(session.accepted(0)).isFalse();
        driver.write(VirtioMmio.DRIVER_FEATURES_SEL, 0);
        driver.write(VirtioMmio.DRIVER_FEATURES, 1);
        assertThat(driver.status()).isEqualTo(15);
        driver.write(VirtioMmio.STATUS, 0);
        assertThat(session.ended()).isTrue();
        assertThat(driver.status()).isZero();
        session.configurationChanged();
        assertThat(driver.wire.asserted).isFalse();
    }

    @Test
    void requestsMadeBeforeTheDriverWasReadyAreServedWhenItIs() {
        driver.negotiate(GuestDriver.PLAIN_RING);
        GuestDriver.Queue queue = driver.new Queue(0, 8);
        queue.add(driver.out(new byte[] {1}), driver.in(1));
        queue.kick();
        assertThat(queue.takeUsed()).isEmpty();
        driver.ready();
        assertThat(queue.takeUsed()).hasSize(1);
    }

    @Test
    void queuesAreSelectedSizedAndStopped() {
        driver.negotiate(GuestDriver.PLAIN_RING);
        driver.write(VirtioMmio.QUEUE_SEL, 1);
        assertThat(driver.read(VirtioMmio.QUEUE_SIZE_MAX)).isEqualTo(256);
        driver.write(VirtioMmio.QUEUE_SEL, 2);
        assertThat(driver.read(VirtioMmio.QUEUE_SIZE_MAX)).isZero();
        driver.write(VirtioMmio.QUEUE_READY, 1);
        assertThat(driver.read(VirtioMmio.QUEUE_READY)).isZero();
        GuestDriver.Queue queue = driver.new Queue(1, 64);
        driver.ready();
        assertThat(driver.read(VirtioMmio.QUEUE_READY)).isEqualTo(1);
        driver.write(VirtioMmio.QUEUE_SIZE, 32);
        assertThat(driver.read(VirtioMmio.QUEUE_SIZE)).as("in use").isEqualTo(64);
        driver.write(VirtioMmio.QUEUE_READY, 0);
        queue.add(driver.out(new byte[] {1}), driver.in(1));
        queue.kick();
        assertThat(queue.takeUsed()).isEmpty();
    }

    @Test
    void theConfigurationSpaceIsReachedByAnySizeAndEndsInZeroes() {
        assertThat(driver.device.read(VirtioMmio.CONFIG, 1)).isEqualTo(1);
        assertThat(driver.device.read(VirtioMmio.CONFIG + 2, 2)).isEqualTo(0x0403);
        assertThat(driver.device.read(VirtioMmio.CONFIG + 4, 4)).isEqualTo(0x0807_0605);
        assertThat(driver.device.read(VirtioMmio.CONFIG, 8)).isEqualTo(0x0807_0605_0403_0201L);
        assertThat(driver.device.read(VirtioMmio.CONFIG + 8, 8)).isEqualTo(0x0a09);
        assertThat(driver.device.read(VirtioMmio.SIZE - 8, 8)).isZero();
        driver.device.write(VirtioMmio.CONFIG + 3, 1, 0x1ff);
        assertThat(driver.device.read(VirtioMmio.CONFIG + 3, 1)).isEqualTo(0xff);
        driver.device.write(VirtioMmio.SIZE - 8, 4, 1);
    }

    @Test
    void aChangeOfTheConfigurationInterruptsAndChangesTheGeneration() {
        driver.negotiate(GuestDriver.PLAIN_RING);
        driver.ready();
        int before = driver.read(VirtioMmio.CONFIG_GENERATION);
        echo.session.orElseThrow().configurationChanged();
        assertThat(driver.read(VirtioMmio.CONFIG_GENERATION)).isNotEqualTo(before);
        assertThat(driver.read(VirtioMmio.INTERRUPT_STATUS)).isEqualTo(VirtioMmio.CONFIGURATION_CHANGE);
        driver.write(VirtioMmio.INTERRUPT_ACK, VirtioMmio.CONFIGURATION_CHANGE);
        assertThat(driver.wire.asserted).isFalse();
    }

    @Test
    void thereIsNoSharedMemory() {
        driver.write(VirtioMmio.SHM_SEL, 0);
        assertThat(driver.read(VirtioMmio.SHM_LEN_LOW)).isEqualTo(-1);
        assertThat(driver.read(VirtioMmio.SHM_LEN_HIGH)).isEqualTo(-1);
        assertThat(driver.read(VirtioMmio.SHM_BASE_LOW)).isEqualTo(-1);
        assertThat(driver.read(VirtioMmio.SHM_BASE_HIGH)).isEqualTo(-1);
    }

    @Test
    void anObserverSeesRequestsComeAndGo() {
        List<String> seen = new ArrayList<>();
        driver.device.setObserver(new Observer() {
            @Override
            public void virtqueueTaken(String device, int queue, int head, long readable, long writable) {
                seen.add(device + " takes " + queue + " " + head + " " + readable + " " + writable);
            }

            @Override
            public void virtqueueUsed(String device, int queue, int head, long written) {
                seen.add(device + " gives " + queue + " " + head + " " + written);
            }
        });
        driver.negotiate(GuestDriver.PLAIN_RING);
        GuestDriver.Queue queue = driver.new Queue(1, 16);
        driver.ready();
        queue.add(driver.out(new byte[] {1, 2}), driver.in(3));
        queue.kick();
        assertThat(seen).containsExactly("echo takes 1 0 2 3", "echo gives 1 0 2");
    }

    @Test
    void stateSurvivesInTheMiddleOfASession() {
        driver.negotiate(GuestDriver.ALL_RING_FEATURES);
        GuestDriver.Queue queue = driver.new Queue(0, 8);
        driver.ready();
        for (int i = 0; i < 11; i++) {
            queue.add(driver.out(new byte[] {1}), driver.in(1));
            queue.kick();
        }
        queue.takeUsed();
        SavedState state = SavedState.of(driver.device);
        driver.device.reset();
        assertThat(driver.wire.asserted).isFalse();
        driver.device.restore(state);
        assertThat(driver.wire.asserted).isTrue();
        assertThat(driver.status()).isEqualTo(15);
        queue.addIndirect(driver.out(new byte[] {1}), driver.in(1));
        queue.kick();
        assertThat(queue.takeUsed()).hasSize(1);
    }

    @Test
    void aBrokenDeviceIsStillBrokenInASnapshot() {
        driver.negotiate(GuestDriver.PLAIN_RING);
        GuestDriver.Queue queue = driver.new Queue(0, 8);
        driver.ready();
        queue.makeAvailable(99);
        queue.kick();
        SavedState state = SavedState.of(driver.device);
        driver.device.reset();
        driver.device.restore(state);
        assertThat(driver.needsReset()).isTrue();
        driver.write(VirtioMmio.STATUS, 0);
        assertThat(driver.needsReset()).isFalse();
    }

    @Test
    void aSnapshotOfAnotherDeviceIsRefused() {
        SavedState state = new SavedState();
        state.put("deviceId", 2);
        assertThatThrownBy(() -> driver.device.restore(state)).hasMessageContaining("where echo is");
    }

    @Test
    void everySlotHasANode() {
        Node soc = new Node("").child("soc");
        driver.device.describe(soc, new Device.Placement(0x1000_1000L, VirtioMmio.SIZE, 1, 9));
        VirtioMmio.empty().describe(soc, new Device.Placement(0x1000_2000L, VirtioMmio.SIZE, 2, 9));
        Node node = soc.find("virtio_mmio@10002000").orElseThrow();
        assertThat(node.strings("compatible")).containsExactly("virtio,mmio");
        assertThat(node.cell("interrupts")).hasValue(2);
        assertThat(node.cell("interrupt-parent")).hasValue(9);
        assertThat(soc.find("virtio_mmio@10001000").orElseThrow().cell("interrupts"))
                .hasValue(1);
    }
}
