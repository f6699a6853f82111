package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.Device;
import dev.ravel.device.DeviceRegister;
import dev.ravel.device.SavedState;
import dev.ravel.device.Wire;
import dev.ravel.memory.Ram;
import dev.ravel.pci.ConfigurationSpace;
import dev.ravel.pci.PciHost;
import dev.ravel.pci.PciHost.Range;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same device as behind registers in memory, reached through a PCI bus. */
class VirtioPciTest {
    private static final int SLOT = 3;
    private static final long BASE = 0x10_0000;

    private final Ram ram = GuestDriver.newRam();
    /** Lends its view of memory; its own transport is not used. */
    private final GuestDriver memory = new GuestDriver(new EchoDevice(), ram);

    private final EchoDevice echo = new EchoDevice();
    private final VirtioPci device = new VirtioPci(echo, new GuestMemory(ram));
    private final Wire wire = new Wire();
    private final PciHost host = new PciHost(
            new PciHost.Addresses(
                    new Range(0x300_0000, 0x1_0000),
                    new Range(0x4000_0000, 0x4000_0000),
                    new Range(0x4_0000_0000L, 0x4_0000_0000L)),
            Collections.nCopies(PciHost.LINES, wire));
    private final Device window = host.windows().get(1).device();

    private long descriptors;
    private long available;
    private long used;

    @BeforeEach
    void plugIn() {
        host.plug(SLOT, device);
        configure(ConfigurationSpace.BAR_0 + 16, 4, 0x4000_0000 + BASE);
        configure(ConfigurationSpace.COMMAND, 2, ConfigurationSpace.MEMORY_SPACE | ConfigurationSpace.BUS_MASTER);
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private long config(int register, int size) {
        return host.read(SLOT << 15 | register, size);
    }

    private void configure(int register, int size, long value) {
        host.write(SLOT << 15 | register, size, value);
    }

    private long read(int register, int size) {
        return window.read(BASE + register, size);
    }

    private void write(int register, int size, long value) {
        window.write(BASE + register, size, value);
    }

    private void negotiate() {
        write(VirtioPci.DEVICE_STATUS, 1, VirtioController.ACKNOWLEDGE | VirtioController.DRIVER);
        write(VirtioPci.DRIVER_FEATURE_SELECT, 4, 1);
        write(VirtioPci.DRIVER_FEATURE, 4, 1);
        write(
                VirtioPci.DEVICE_STATUS,
                1,
                VirtioController.ACKNOWLEDGE | VirtioController.DRIVER | VirtioController.FEATURES_OK);
    }

    private void setUpQueueOne() {
        descriptors = memory.allocate(16 * 256);
        available = memory.allocate(6 + 2 * 256);
        used = memory.allocate(6 + 8 * 256);
        write(VirtioPci.QUEUE_SELECT, 2, 1);
        write(VirtioPci.QUEUE_DESC, 8, descriptors);
        write(VirtioPci.QUEUE_DRIVER, 4, available);
        write(VirtioPci.QUEUE_DRIVER + 4, 4, available >>> 32);
        write(VirtioPci.QUEUE_DEVICE, 8, used);
        write(VirtioPci.QUEUE_ENABLE, 2, 1);
        write(VirtioPci.DEVICE_STATUS, 1, read(VirtioPci.DEVICE_STATUS, 1) | VirtioController.DRIVER_OK);
    }

    private void offer(byte[] request, long answer) {
        long address = memory.allocate(request.length);
        memory.put(address, request);
        memory.putLong(descriptors, address);
        memory.putInt(descriptors + 8, request.length);
        memory.putShort(descriptors + 12, 1);
        memory.putShort(descriptors + 14, 1);
        memory.putLong(descriptors + 16, answer);
        memory.putInt(descriptors + 24, request.length);
        memory.putShort(descriptors + 28, 2);
        memory.putShort(available + 2, 1);
    }

    /** Where a capability of a type is. */
    private int capability(int type) {
        int at = (int) config(ConfigurationSpace.CAPABILITIES_POINTER, 1);
        while (at != 0 && config(at + 3, 1) != type) {
            assertThat(config(at, 1)).isEqualTo(9);
            at = (int) config(at + 1, 1);
        }
        return at;
    }

    @Test
    void theConfigurationSpaceSaysWhatItIsAndWhereItsRegistersAre() {
        assertThat(config(ConfigurationSpace.VENDOR_ID, 4)).isEqualTo(0x106a_1af4);
        assertThat(config(ConfigurationSpace.CLASS_REVISION, 1)).isEqualTo(1);
        List<Integer> places = List.of(VirtioPci.COMMON, VirtioPci.NOTIFY, VirtioPci.ISR, VirtioPci.DEVICE);
        for (int type = 1; type <= 4; type++) {
            int at = capability(type);
            assertThat(config(at + 2, 1)).isEqualTo(type == 2 ? 20 : 16);
            assertThat(config(at + 4, 1)).isEqualTo(VirtioPci.REGISTERS_BAR);
            assertThat(config(at + 8, 4)).isEqualTo((long) places.get(type - 1));
        }
        assertThat(config(capability(2) + 16, 4)).isEqualTo(4);
    }

    @Test
    void aRequestIsAnsweredAndTheInterruptIsTakenBackByAskingWhy() {
        negotiate();
        setUpQueueOne();
        byte[] text = "hello".getBytes(StandardCharsets.US_ASCII);
        long answer = memory.allocate(text.length);
        offer(text, answer);
        write(VirtioPci.NOTIFY + 4 * (int) read(VirtioPci.QUEUE_NOTIFY_OFF, 2), 2, 1);
        assertThat(memory.getShort(used + 2)).isEqualTo(1);
        assertThat(memory.get(answer, text.length)).isEqualTo(text);
        assertThat(wire.asserted).isTrue();
        assertThat(read(VirtioPci.ISR, 1)).isEqualTo(VirtioTransport.USED_BUFFER);
        assertThat(wire.asserted).isFalse();
        assertThat(read(VirtioPci.ISR, 1)).isZero();
    }

    @Test
    void registersAreThoseOfTheSelectedQueueAndASizeIsTheMostAtFirst() {
        assertThat(read(VirtioPci.NUM_QUEUES, 2)).isEqualTo(2);
        assertThat(read(VirtioPci.QUEUE_SIZE, 2)).isEqualTo(8);
        write(VirtioPci.QUEUE_SELECT, 2, 1);
        assertThat(read(VirtioPci.QUEUE_SIZE, 2)).isEqualTo(256);
        assertThat(read(VirtioPci.QUEUE_NOTIFY_OFF, 2)).isEqualTo(1);
        write(VirtioPci.QUEUE_SIZE, 2, 16);
        assertThat(read(VirtioPci.QUEUE_SIZE, 2)).isEqualTo(16);
        write(VirtioPci.QUEUE_SELECT, 2, 2);
        assertThat(read(VirtioPci.QUEUE_SIZE, 2)).isZero();
        assertThat(read(VirtioPci.CONFIG_MSIX_VECTOR, 2)).isEqualTo(0xffff);
        write(VirtioPci.DEVICE_FEATURE_SELECT, 4, 1);
        assertThat(read(VirtioPci.DEVICE_FEATURE, 4) & 1).isEqualTo(1);
        write(VirtioPci.DEVICE_FEATURE_SELECT, 4, 0);
        assertThat(read(VirtioPci.DEVICE_FEATURE, 4) & 0xffff).isEqualTo(0b101);
    }

    @Test
    void theConfigurationIsReadAndWrittenInTheBarAndThroughTheCapability() {
        assertThat(read(VirtioPci.DEVICE, 4)).isEqualTo(0x0403_0201);
        write(VirtioPci.DEVICE + 1, 1, 0x77);
        int way = capability(5);
        configure(way + 4, 1, VirtioPci.REGISTERS_BAR);
        configure(way + 8, 4, VirtioPci.DEVICE);
        configure(way + 12, 4, 2);
        assertThat(config(way + 16, 2)).isEqualTo(0x7701);
        assertThat(config(way + 16, 4)).as("an access of another width").isZero();
        configure(way + 12, 4, 1);
        configure(way + 16, 1, 0x55);
        assertThat(read(VirtioPci.DEVICE, 1)).isEqualTo(0x55);
        configure(way + 8, 4, 0xffff_fff0L);
        assertThat(config(way + 16, 1)).isZero();
    }

    @Test
    void aRestoredDeviceGoesOnWithItsQueueAndItsInterrupt() {
        negotiate();
        setUpQueueOne();
        byte[] text = "hello".getBytes(StandardCharsets.US_ASCII);
        long answer = memory.allocate(text.length);
        offer(text, answer);
        write(VirtioPci.NOTIFY + 4, 2, 1);
        SavedState state = SavedState.of(host);
        host.prepareRestore();
        assertThat(wire.asserted).isFalse();
        host.restore(state);
        assertThat(wire.asserted).isTrue();
        assertThat(device.state().queues().get(1).place())
                .hasValueSatisfying(place -> assertThat(place.used()).isEqualTo(1));
        memory.putShort(available + 6, 0);
        memory.putShort(available + 2, 2);
        write(VirtioPci.NOTIFY + 4, 2, 1);
        assertThat(memory.getShort(used + 2)).isEqualTo(2);
    }

    @Test
    void whatIsBehindTheBarHasItsRegistersByTheSpecificationsNames() {
        write(VirtioPci.QUEUE_SELECT, 2, 1);
        Device registers = window.behind().getFirst().device();
        assertThat(registers.registers())
                .contains(
                        DeviceRegister.of("queue_select", VirtioPci.QUEUE_SELECT, 2, 1),
                        DeviceRegister.of("queue_size", VirtioPci.QUEUE_SIZE, 2, 256));
        assertThat(device.registers())
                .contains(DeviceRegister.of("Vendor ID", ConfigurationSpace.VENDOR_ID, 2, 0x1af4));
    }
}
