package dev.ravel.virtio;

import dev.ravel.device.DeviceRegister;
import dev.ravel.device.Stateless;
import dev.ravel.pci.Bar;
import dev.ravel.pci.Capability;
import dev.ravel.pci.ConfigurationSpace;
import dev.ravel.pci.PciFunction;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;

/**
 * A virtio device on PCI (virtio 1.3, 4.1): not transitional, interrupts by INTA. Its configuration space says where in one BAR the
 * registers are. Each register is accessed with its own width; a field of 64 bits also as two of 32.
 */
public final class VirtioPci implements PciFunction, VirtioTransport {
    /** Bytes behind the BAR. */
    public static final int REGISTERS_SIZE = 0x4000;

    /** The BAR, of 64 bits: QEMU's. */
    public static final int REGISTERS_BAR = 4;

    /** Offset in the BAR: the registers of all devices (virtio 1.3, 4.1.4.3). */
    public static final int COMMON = 0x0000;

    /** Offset in the BAR: the interrupt status, which reading clears. */
    public static final int ISR = 0x1000;

    /** Offset in the BAR: the device's configuration space. */
    public static final int DEVICE = 0x2000;

    /** Offset in the BAR: for each queue 4 bytes to be written when there are new requests. */
    public static final int NOTIFY = 0x3000;

    /** Which 32 of the features that the device offers. */
    public static final int DEVICE_FEATURE_SELECT = 0x00;

    /** 32 of the features that the device offers. */
    public static final int DEVICE_FEATURE = 0x04;

    /** Which 32 of the features that the driver accepts. */
    public static final int DRIVER_FEATURE_SELECT = 0x08;

    /** 32 of the features that the driver accepts. */
    public static final int DRIVER_FEATURE = 0x0c;

    /** Message of configuration changes, 16 bits: none. */
    public static final int CONFIG_MSIX_VECTOR = 0x10;

    /** Queues of the device, 16 bits. */
    public static final int NUM_QUEUES = 0x12;

    /** Device status, 8 bits. */
    public static final int DEVICE_STATUS = 0x14;

    /** Changes when the configuration space does, 8 bits. */
    public static final int CONFIG_GENERATION = 0x15;

    /** The queue that the following registers mean, 16 bits. */
    public static final int QUEUE_SELECT = 0x16;

    /** The number of descriptors: the most, until the driver chooses; 16 bits. 0 if there is no such queue. */
    public static final int QUEUE_SIZE = 0x18;

    /** Message of the queue, 16 bits: none. */
    public static final int QUEUE_MSIX_VECTOR = 0x1a;

    /** 1 while the queue is in use, 16 bits. */
    public static final int QUEUE_ENABLE = 0x1c;

    /** Where the queue is notified, in steps of 4 bytes; 16 bits. */
    public static final int QUEUE_NOTIFY_OFF = 0x1e;

    /** Address of the descriptors, 64 bits. */
    public static final int QUEUE_DESC = 0x20;

    /** Address of the available ring, 64 bits. */
    public static final int QUEUE_DRIVER = 0x28;

    /** Address of the used ring, 64 bits. */
    public static final int QUEUE_DEVICE = 0x30;

    private static final int AREA_SIZE = 0x1000;
    private static final int NOTIFY_STEP = 4;
    private static final long NO_VECTOR = 0xffff;

    private static final int VENDOR = 0x1af4;
    private static final int FIRST_DEVICE = 0x1040;
    private static final int REVISION = 1;
    private static final int SUBSYSTEM = 0x1100;

    private final DriverSide side;
    private final VirtioController controller;
    private final Registers registers = new Registers();
    private final VirtioCapability.Window window = new VirtioCapability.Window(REGISTERS_BAR, registers);
    private final ConfigurationSpace configuration;

    /** A device as a function, to be plugged into a bus. */
    public VirtioPci(VirtioDevice device, GuestMemory memory) {
        configuration = new ConfigurationSpace(
                new ConfigurationSpace.Identity(
                        VENDOR,
                        FIRST_DEVICE + device.deviceId(),
                        classCode(device.deviceId()),
                        REVISION,
                        VENDOR,
                        SUBSYSTEM),
                List.of(new Bar(REGISTERS_BAR, Bar.Kind.PREFETCHABLE_64, REGISTERS_SIZE, registers)),
                capabilities(),
                true);
        side = new DriverSide(device, memory, status -> configuration.interrupt(status != 0));
        controller = side.controller();
    }

    private List<Capability> capabilities() {
        return List.of(
                new VirtioCapability(VirtioCapability.COMMON, REGISTERS_BAR, COMMON, AREA_SIZE),
                new VirtioCapability(VirtioCapability.ISR, REGISTERS_BAR, ISR, AREA_SIZE),
                new VirtioCapability(VirtioCapability.DEVICE, REGISTERS_BAR, DEVICE, AREA_SIZE),
                new VirtioCapability(VirtioCapability.NOTIFY, REGISTERS_BAR, NOTIFY, AREA_SIZE, NOTIFY_STEP),
                window);
    }

    /** What kind of PCI device a kind of virtio device is, as in QEMU. */
    private static int classCode(int deviceId) {
        return switch (deviceId) {
            case 1 -> 0x020000; // Ethernet
            case 2 -> 0x010000; // SCSI storage
            case 3, 19 -> 0x078000; // communication: console, sockets
            case 9 -> 0x000200; // 9P
            case 16 -> 0x038000; // display
            case 18 -> 0x098000; // input
            default -> 0x00ff00;
        };
    }

    @Override
    public ConfigurationSpace configuration() {
        return configuration;
    }

    @Override
    public VirtioController controller() {
        return controller;
    }

    @Override
    public VirtioState state() {
        return side.state();
    }

    /** Those of the configuration space; what is behind the BAR is a device of its own. */
    @Override
    public List<DeviceRegister> registers() {
        return configuration.registers();
    }

    @Override
    public void reset() {
        side.reset();
        configuration.reset();
    }

    @Override
    public void save(StateWriter out) {
        configuration.save(out.section("pci"));
        window.save("window", out);
        side.save(out);
    }

    @Override
    public void restore(StateReader in) {
        configuration.restore(in.section("pci"));
        window.restore("window", in);
        side.restore(in);
    }

    /** What is behind the BAR. */
    private final class Registers implements Stateless {
        @Override
        public String name() {
            return VirtioPci.this.name();
        }

        @Override
        public long read(long offset, int size) {
            int at = (int) offset;
            return switch (at & -AREA_SIZE) {
                case COMMON ->
                    size == Long.BYTES ? read(at, 4) | read(at + 4, 4) << 32 : common(at) & (1L << 8 * size) - 1;
                case ISR -> at == ISR ? takeInterruptStatus() : 0;
                case DEVICE -> controller.readConfiguration(at - DEVICE, size);
                default -> 0;
            };
        }

        private long takeInterruptStatus() {
            int status = side.interruptStatus();
            side.setInterruptStatus(0);
            return status;
        }

        private long common(int offset) {
            return switch (offset) {
                case DEVICE_FEATURE_SELECT -> side.deviceFeaturesSelect;
                case DEVICE_FEATURE -> side.offeredFeatures();
                case DRIVER_FEATURE_SELECT -> side.driverFeaturesSelect;
                case DRIVER_FEATURE -> side.acceptedFeatures();
                case CONFIG_MSIX_VECTOR, QUEUE_MSIX_VECTOR -> NO_VECTOR;
                case NUM_QUEUES -> controller.queueCount();
                case DEVICE_STATUS -> controller.status();
                case CONFIG_GENERATION -> controller.generation();
                case QUEUE_SELECT -> side.queueSelect;
                case QUEUE_SIZE -> side.queue(Virtqueue::size);
                case QUEUE_ENABLE -> side.queue(queue -> queue.isReady() ? 1 : 0);
                case QUEUE_NOTIFY_OFF -> side.queueExists() ? side.queueSelect : 0;
                case QUEUE_DESC -> side.queue(Virtqueue::descriptorArea);
                case QUEUE_DESC + 4 -> side.queue(Virtqueue::descriptorArea) >>> 32;
                case QUEUE_DRIVER -> side.queue(Virtqueue::driverArea);
                case QUEUE_DRIVER + 4 -> side.queue(Virtqueue::driverArea) >>> 32;
                case QUEUE_DEVICE -> side.queue(Virtqueue::deviceArea);
                case QUEUE_DEVICE + 4 -> side.queue(Virtqueue::deviceArea) >>> 32;
                default -> 0;
            };
        }

        @Override
        public void write(long offset, int size, long value) {
            int at = (int) offset;
            switch (at & -AREA_SIZE) {
                case COMMON -> {
                    if (size == Long.BYTES) {
                        write(at, 4, value);
                        write(at + 4, 4, value >>> 32);
                    } else {
                        writeCommon(at, (int) value);
                    }
                }
                case DEVICE -> side.writeConfiguration(at - DEVICE, size, value);
                case NOTIFY -> controller.notified((at - NOTIFY) / NOTIFY_STEP);
                default -> {}
            }
        }

        private void writeCommon(int offset, int value) {
            switch (offset) {
                case DEVICE_FEATURE_SELECT -> side.deviceFeaturesSelect = value;
                case DRIVER_FEATURE_SELECT -> side.driverFeaturesSelect = value;
                case DRIVER_FEATURE -> side.acceptFeatures(value);
                case DEVICE_STATUS -> side.writeStatus(value & 0xff);
                case QUEUE_SELECT -> side.queueSelect = value & 0xffff;
                case QUEUE_SIZE -> side.setQueueSize(value & 0xffff);
                case QUEUE_ENABLE -> {
                    // Only a reset stops a queue.
                    if ((value & 0xffff) == 1) {
                        side.enableQueue();
                    }
                }
                case QUEUE_DESC -> side.setLow(Virtqueue::descriptorArea, Virtqueue::setDescriptorArea, value);
                case QUEUE_DESC + 4 -> side.setHigh(Virtqueue::descriptorArea, Virtqueue::setDescriptorArea, value);
                case QUEUE_DRIVER -> side.setLow(Virtqueue::driverArea, Virtqueue::setDriverArea, value);
                case QUEUE_DRIVER + 4 -> side.setHigh(Virtqueue::driverArea, Virtqueue::setDriverArea, value);
                case QUEUE_DEVICE -> side.setLow(Virtqueue::deviceArea, Virtqueue::setDeviceArea, value);
                case QUEUE_DEVICE + 4 -> side.setHigh(Virtqueue::deviceArea, Virtqueue::setDeviceArea, value);
                default -> {}
            }
        }

        @Override
        public List<DeviceRegister> registers() {
            return List.of(
                    register("device_feature_select", DEVICE_FEATURE_SELECT, 4),
                    register("device_feature", DEVICE_FEATURE, 4),
                    register("driver_feature_select", DRIVER_FEATURE_SELECT, 4),
                    register("driver_feature", DRIVER_FEATURE, 4),
                    register("config_msix_vector", CONFIG_MSIX_VECTOR, 2),
                    register("num_queues", NUM_QUEUES, 2),
                    register("device_status", DEVICE_STATUS, 1),
                    register("config_generation", CONFIG_GENERATION, 1),
                    register("queue_select", QUEUE_SELECT, 2),
                    register("queue_size", QUEUE_SIZE, 2),
                    register("queue_msix_vector", QUEUE_MSIX_VECTOR, 2),
                    register("queue_enable", QUEUE_ENABLE, 2),
                    register("queue_notify_off", QUEUE_NOTIFY_OFF, 2),
                    register("queue_desc", QUEUE_DESC, 8),
                    register("queue_driver", QUEUE_DRIVER, 8),
                    register("queue_device", QUEUE_DEVICE, 8),
                    DeviceRegister.of("ISR status", ISR, 1, side.interruptStatus()),
                    DeviceRegister.writeOnly("notify", NOTIFY, NOTIFY_STEP * controller.queueCount()));
        }

        /** To read any of these changes nothing. */
        private DeviceRegister register(String name, int offset, int size) {
            return DeviceRegister.of(name, offset, size, read(offset, size));
        }
    }
}
