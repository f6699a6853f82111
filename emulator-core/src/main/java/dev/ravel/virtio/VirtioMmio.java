package dev.ravel.virtio;

import dev.ravel.device.Device;
import dev.ravel.device.DeviceRegister;
import dev.ravel.fdt.Node;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;

/**
 * A virtio device behind memory-mapped registers (virtio 1.3, 4.2), version 2. Registers are 32 bits wide and only
 * reached so; the configuration space by 8, 16, 32 and 64 bits.
 */
public final class VirtioMmio implements VirtioTransport {
    /** {@code virt}, little-endian. */
    public static final int MAGIC_VALUE = 0x000;

    /** 2. */
    public static final int VERSION = 0x004;

    /** The kind of device; 0 where none is. */
    public static final int DEVICE_ID = 0x008;

    /** Who made it. */
    public static final int VENDOR_ID = 0x00c;

    /** 32 of the features that the device offers. */
    public static final int DEVICE_FEATURES = 0x010;

    /** Which 32. */
    public static final int DEVICE_FEATURES_SEL = 0x014;

    /** 32 of the features that the driver accepts. */
    public static final int DRIVER_FEATURES = 0x020;

    /** Which 32. */
    public static final int DRIVER_FEATURES_SEL = 0x024;

    /** The queue that the following registers mean. */
    public static final int QUEUE_SEL = 0x030;

    /** The most descriptors of the queue; 0 if there is no such queue. */
    public static final int QUEUE_SIZE_MAX = 0x034;

    /** The number of descriptors that the driver chose. */
    public static final int QUEUE_SIZE = 0x038;

    /** 1 while the queue is in use. */
    public static final int QUEUE_READY = 0x044;

    /** Index of a queue with new requests. */
    public static final int QUEUE_NOTIFY = 0x050;

    /** {@link VirtioTransport#USED_BUFFER} and {@link VirtioTransport#CONFIGURATION_CHANGE}. */
    public static final int INTERRUPT_STATUS = 0x060;

    /** Interrupts that the driver has dealt with. */
    public static final int INTERRUPT_ACK = 0x064;

    /** Device status. */
    public static final int STATUS = 0x070;

    /** Address of the descriptors; the high half follows. */
    public static final int QUEUE_DESC_LOW = 0x080;

    /** High half. */
    public static final int QUEUE_DESC_HIGH = 0x084;

    /** Address of the available ring. */
    public static final int QUEUE_DRIVER_LOW = 0x090;

    /** High half. */
    public static final int QUEUE_DRIVER_HIGH = 0x094;

    /** Address of the used ring. */
    public static final int QUEUE_DEVICE_LOW = 0x0a0;

    /** High half. */
    public static final int QUEUE_DEVICE_HIGH = 0x0a4;

    /** Shared-memory region that the following registers mean; there is none. */
    public static final int SHM_SEL = 0x0ac;

    /** Length, low half; -1: no such region. */
    public static final int SHM_LEN_LOW = 0x0b0;

    /** High half. */
    public static final int SHM_LEN_HIGH = 0x0b4;

    /** Address, low half; -1: no such region. */
    public static final int SHM_BASE_LOW = 0x0b8;

    /** High half. */
    public static final int SHM_BASE_HIGH = 0x0bc;

    /** Changes when the configuration space does. */
    public static final int CONFIG_GENERATION = 0x0fc;

    /** The device's own configuration space. */
    public static final int CONFIG = 0x100;

    /** Bytes of a slot on the board. */
    public static final long SIZE = 0x1000;

    private static final long MAGIC = 0x7472_6976;
    private static final long VERSION_2 = 2;
    /** "QEMU": drivers written for its {@code virt} machine look for this one. */
    private static final long VENDOR = 0x554d_4551;

    private final DriverSide side;
    private final VirtioController controller;

    /** A device in a slot; {@code line} is the slot's interrupt. */
    public VirtioMmio(VirtioDevice device, GuestMemory memory, InterruptLine line) {
        side = new DriverSide(device, memory, status -> line.set(status != 0));
        controller = side.controller();
    }

    /** A slot without a device: drivers look at it and go on (virtio 1.3, 4.2.2.2). */
    public static Device empty() {
        return new EmptySlot();
    }

    @Override
    public VirtioController controller() {
        return controller;
    }

    @Override
    public long read(long offset, int size) {
        if (offset >= CONFIG) {
            return controller.readConfiguration(offset - CONFIG, size);
        }
        return size == 4 ? register((int) offset) & DriverSide.LOW_WORD : 0;
    }

    private long register(int offset) {
        return switch (offset) {
            case MAGIC_VALUE -> MAGIC;
            case VERSION -> VERSION_2;
            case DEVICE_ID -> controller.device().deviceId();
            case VENDOR_ID -> VENDOR;
            case DEVICE_FEATURES -> side.offeredFeatures();
            case QUEUE_SIZE_MAX -> side.queue(Virtqueue::maxSize);
            case QUEUE_SIZE -> side.queue(Virtqueue::size);
            case QUEUE_READY -> side.queue(q -> q.isReady() ? 1 : 0);
            case INTERRUPT_STATUS -> side.interruptStatus();
            case STATUS -> controller.status();
            case SHM_LEN_LOW, SHM_LEN_HIGH, SHM_BASE_LOW, SHM_BASE_HIGH -> -1;
            case CONFIG_GENERATION -> controller.generation();
            default -> 0;
        };
    }

    /** Without the configuration space, whose fields are the device's. Of a queue they are those of the selected one. */
    @Override
    public List<DeviceRegister> registers() {
        return List.of(
                readable("MagicValue", MAGIC_VALUE),
                readable("Version", VERSION),
                readable("DeviceID", DEVICE_ID),
                readable("VendorID", VENDOR_ID),
                readable("DeviceFeatures", DEVICE_FEATURES),
                written("DeviceFeaturesSel", DEVICE_FEATURES_SEL, side.deviceFeaturesSelect),
                written("DriverFeatures", DRIVER_FEATURES, side.acceptedFeatures()),
                written("DriverFeaturesSel", DRIVER_FEATURES_SEL, side.driverFeaturesSelect),
                written("QueueSel", QUEUE_SEL, side.queueSelect),
                readable("QueueSizeMax", QUEUE_SIZE_MAX),
                readable("QueueSize", QUEUE_SIZE),
                readable("QueueReady", QUEUE_READY),
                DeviceRegister.writeOnly("QueueNotify", QUEUE_NOTIFY, 4),
                readable("InterruptStatus", INTERRUPT_STATUS),
                DeviceRegister.writeOnly("InterruptACK", INTERRUPT_ACK, 4),
                readable("Status", STATUS),
                written("QueueDescLow", QUEUE_DESC_LOW, side.queue(Virtqueue::descriptorArea)),
                written("QueueDescHigh", QUEUE_DESC_HIGH, side.queue(Virtqueue::descriptorArea) >>> 32),
                written("QueueDriverLow", QUEUE_DRIVER_LOW, side.queue(Virtqueue::driverArea)),
                written("QueueDriverHigh", QUEUE_DRIVER_HIGH, side.queue(Virtqueue::driverArea) >>> 32),
                written("QueueDeviceLow", QUEUE_DEVICE_LOW, side.queue(Virtqueue::deviceArea)),
                written("QueueDeviceHigh", QUEUE_DEVICE_HIGH, side.queue(Virtqueue::deviceArea) >>> 32),
                DeviceRegister.writeOnly("SHMSel", SHM_SEL, 4),
                readable("SHMLenLow", SHM_LEN_LOW),
                readable("SHMLenHigh", SHM_LEN_HIGH),
                readable("SHMBaseLow", SHM_BASE_LOW),
                readable("SHMBaseHigh", SHM_BASE_HIGH),
                readable("ConfigGeneration", CONFIG_GENERATION));
    }

    /** To read any of these changes nothing. */
    private DeviceRegister readable(String name, int offset) {
        return DeviceRegister.of(name, offset, 4, read(offset, 4));
    }

    /** A guest cannot read it, but it keeps what was written. */
    private static DeviceRegister written(String name, int offset, long value) {
        return DeviceRegister.of(name, offset, 4, value & DriverSide.LOW_WORD);
    }

    @Override
    public VirtioState state() {
        return side.state();
    }

    @Override
    public void write(long offset, int size, long value) {
        if (offset >= CONFIG) {
            side.writeConfiguration(offset - CONFIG, size, value);
        } else if (size == 4) {
            writeRegister((int) offset, (int) value);
        }
    }

    private void writeRegister(int offset, int value) {
        switch (offset) {
            case DEVICE_FEATURES_SEL -> side.deviceFeaturesSelect = value;
            case DRIVER_FEATURES -> side.acceptFeatures(value);
            case DRIVER_FEATURES_SEL -> side.driverFeaturesSelect = value;
            case QUEUE_SEL -> side.queueSelect = value;
            case QUEUE_SIZE -> side.setQueueSize(value);
            case QUEUE_READY -> {
                if ((value & 1) != 0) {
                    side.enableQueue();
                } else {
                    side.disableQueue();
                }
            }
            case QUEUE_NOTIFY -> {
                if (value >= 0) {
                    controller.notified(value);
                }
            }
            case INTERRUPT_ACK -> side.setInterruptStatus(side.interruptStatus() & ~value);
            case STATUS -> side.writeStatus(value & 0xff);
            case QUEUE_DESC_LOW -> side.setLow(Virtqueue::descriptorArea, Virtqueue::setDescriptorArea, value);
            case QUEUE_DESC_HIGH -> side.setHigh(Virtqueue::descriptorArea, Virtqueue::setDescriptorArea, value);
            case QUEUE_DRIVER_LOW -> side.setLow(Virtqueue::driverArea, Virtqueue::setDriverArea, value);
            case QUEUE_DRIVER_HIGH -> side.setHigh(Virtqueue::driverArea, Virtqueue::setDriverArea, value);
            case QUEUE_DEVICE_LOW -> side.setLow(Virtqueue::deviceArea, Virtqueue::setDeviceArea, value);
            case QUEUE_DEVICE_HIGH -> side.setHigh(Virtqueue::deviceArea, Virtqueue::setDeviceArea, value);
            default -> {}
        }
    }

    @Override
    public void reset() {
        side.reset();
    }

    @Override
    public void describe(Node parent, Placement placement) {
        describeSlot(parent, placement);
    }

    /** A slot's node does not say what is in it. */
    static void describeSlot(Node parent, Placement placement) {
        parent.child("virtio_mmio@" + Long.toHexString(placement.base()))
                .cells("interrupts", placement.interrupt())
                .cells("interrupt-parent", placement.interruptParent())
                .longs("reg", placement.base(), placement.size())
                .strings("compatible", "virtio,mmio");
    }

    @Override
    public void save(StateWriter out) {
        side.save(out);
    }

    @Override
    public void restore(StateReader in) {
        side.restore(in);
    }

    /** Nothing in a slot. */
    private static final class EmptySlot implements Device {
        @Override
        public String name() {
            return "virtio-slot";
        }

        @Override
        public long read(long offset, int size) {
            return size != 4
                    ? 0
                    : switch ((int) offset) {
                        case MAGIC_VALUE -> MAGIC;
                        case VERSION -> VERSION_2;
                        case VENDOR_ID -> VENDOR;
                        default -> 0;
                    };
        }

        @Override
        public void write(long offset, int size, long value) {}

        @Override
        public void reset() {}

        @Override
        public void describe(Node parent, Placement placement) {
            describeSlot(parent, placement);
        }

        @Override
        public void save(StateWriter out) {}

        @Override
        public void restore(StateReader in) {}
    }
}
