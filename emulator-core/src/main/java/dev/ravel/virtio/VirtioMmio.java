package dev.ravel.virtio;

import dev.ravel.device.Device;
import dev.ravel.device.DeviceRegister;
import dev.ravel.fdt.Node;
import dev.ravel.interrupt.InterruptLine;
import dev.ravel.observe.Observer;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;

/**
 * A virtio device behind memory-mapped registers (virtio 1.3, 4.2), version 2. Registers are 32 bits wide and only
 * reached so; the configuration space by 8, 16, 32 and 64 bits.
 */
public final class VirtioMmio implements Device {
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

    /** {@link #USED_BUFFER} and {@link #CONFIGURATION_CHANGE}. */
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

    /** Interrupt status: requests were given back. */
    public static final int USED_BUFFER = 1;

    /** Interrupt status: the configuration or the device status changed. */
    public static final int CONFIGURATION_CHANGE = 2;

    /** Bytes of a slot on the board. */
    public static final long SIZE = 0x1000;

    private static final int CONFIG_SIZE = 0x100;
    private static final long MAGIC = 0x7472_6976;
    private static final long VERSION_2 = 2;
    /** "QEMU": drivers written for its {@code virt} machine look for this one. */
    private static final long VENDOR = 0x554d_4551;

    private static final long LOW_WORD = 0xffff_ffffL;

    private final VirtioController controller;
    private final InterruptLine line;
    private int deviceFeaturesSelect;
    private int driverFeaturesSelect;
    private int queueSelect;
    private int interruptStatus;

    /** A device in a slot; {@code line} is the slot's interrupt. */
    public VirtioMmio(VirtioDevice device, GuestMemory memory, InterruptLine line) {
        this.line = line;
        this.controller = new VirtioController(device, memory, new VirtioController.Interrupts() {
            @Override
            public void usedBuffers(int queue) {
                interrupt(USED_BUFFER);
            }

            @Override
            public void configurationChanged() {
                interrupt(CONFIGURATION_CHANGE);
            }
        });
    }

    /** A slot without a device: drivers look at it and go on (virtio 1.3, 4.2.2.2). */
    public static Device empty() {
        return new EmptySlot();
    }

    /** Sets who watches the queues. */
    public void setObserver(Observer observer) {
        controller.setObserver(observer);
    }

    /** Who watches the queues. */
    public Observer observer() {
        return controller.observer();
    }

    /** Why the device needs a reset; empty if it does not. */
    public Optional<String> fault() {
        return controller.fault();
    }

    private void interrupt(int cause) {
        setInterruptStatus(interruptStatus | cause);
    }

    private void setInterruptStatus(int value) {
        interruptStatus = value;
        line.set(value != 0);
    }

    @Override
    public String name() {
        return controller.device().name();
    }

    @Override
    public String identity() {
        return controller.device().identity();
    }

    @Override
    public long read(long offset, int size) {
        if (offset >= CONFIG) {
            return controller.readConfiguration(offset - CONFIG, size);
        }
        return size == 4 ? register((int) offset) & LOW_WORD : 0;
    }

    private long register(int offset) {
        return switch (offset) {
            case MAGIC_VALUE -> MAGIC;
            case VERSION -> VERSION_2;
            case DEVICE_ID -> controller.device().deviceId();
            case VENDOR_ID -> VENDOR;
            case DEVICE_FEATURES -> word(controller.offeredFeatures(), deviceFeaturesSelect);
            case QUEUE_SIZE_MAX -> queue(Virtqueue::maxSize);
            case QUEUE_SIZE -> queue(Virtqueue::size);
            case QUEUE_READY -> queue(q -> q.isReady() ? 1 : 0);
            case INTERRUPT_STATUS -> interruptStatus;
            case STATUS -> controller.status();
            case SHM_LEN_LOW, SHM_LEN_HIGH, SHM_BASE_LOW, SHM_BASE_HIGH -> -1;
            case CONFIG_GENERATION -> controller.generation();
            default -> 0;
        };
    }

    private static long word(long value, int select) {
        return switch (select) {
            case 0 -> value;
            case 1 -> value >>> 32;
            default -> 0;
        };
    }

    private boolean queueExists() {
        return queueSelect >= 0 && queueSelect < controller.queueCount();
    }

    private long queue(ToLongFunction<Virtqueue> field) {
        return queueExists() ? field.applyAsLong(controller.queue(queueSelect)) : 0;
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
                written("DeviceFeaturesSel", DEVICE_FEATURES_SEL, deviceFeaturesSelect),
                written("DriverFeatures", DRIVER_FEATURES, word(controller.driverFeatures(), driverFeaturesSelect)),
                written("DriverFeaturesSel", DRIVER_FEATURES_SEL, driverFeaturesSelect),
                written("QueueSel", QUEUE_SEL, queueSelect),
                readable("QueueSizeMax", QUEUE_SIZE_MAX),
                readable("QueueSize", QUEUE_SIZE),
                readable("QueueReady", QUEUE_READY),
                DeviceRegister.writeOnly("QueueNotify", QUEUE_NOTIFY, 4),
                readable("InterruptStatus", INTERRUPT_STATUS),
                DeviceRegister.writeOnly("InterruptACK", INTERRUPT_ACK, 4),
                readable("Status", STATUS),
                written("QueueDescLow", QUEUE_DESC_LOW, queue(Virtqueue::descriptorArea)),
                written("QueueDescHigh", QUEUE_DESC_HIGH, queue(Virtqueue::descriptorArea) >>> 32),
                written("QueueDriverLow", QUEUE_DRIVER_LOW, queue(Virtqueue::driverArea)),
                written("QueueDriverHigh", QUEUE_DRIVER_HIGH, queue(Virtqueue::driverArea) >>> 32),
                written("QueueDeviceLow", QUEUE_DEVICE_LOW, queue(Virtqueue::deviceArea)),
                written("QueueDeviceHigh", QUEUE_DEVICE_HIGH, queue(Virtqueue::deviceArea) >>> 32),
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
        return DeviceRegister.of(name, offset, 4, value & LOW_WORD);
    }

    /** What driver and device have agreed on and where they are in their queues; nothing changes by looking. */
    public VirtioState state() {
        return controller.state(interruptStatus);
    }

    @Override
    public void write(long offset, int size, long value) {
        if (offset >= CONFIG) {
            if (offset < CONFIG + CONFIG_SIZE && size <= 4) {
                controller.device().configure((int) offset - CONFIG, size, value & LOW_WORD >>> 32 - 8 * size);
            }
        } else if (size == 4) {
            writeRegister((int) offset, (int) value);
        }
    }

    private void writeRegister(int offset, int value) {
        switch (offset) {
            case DEVICE_FEATURES_SEL -> deviceFeaturesSelect = value;
            case DRIVER_FEATURES -> controller.acceptFeatures(driverFeaturesSelect, value & LOW_WORD);
            case DRIVER_FEATURES_SEL -> driverFeaturesSelect = value;
            case QUEUE_SEL -> queueSelect = value;
            case QUEUE_SIZE -> configureQueue((queue, v) -> queue.setSize(v.intValue()), value);
            case QUEUE_READY -> writeQueueReady((value & 1) != 0);
            case QUEUE_NOTIFY -> {
                if (value >= 0) {
                    controller.notified(value);
                }
            }
            case INTERRUPT_ACK -> setInterruptStatus(interruptStatus & ~value);
            case STATUS -> writeStatus(value & 0xff);
            case QUEUE_DESC_LOW -> setLow(Virtqueue::descriptorArea, Virtqueue::setDescriptorArea, value);
            case QUEUE_DESC_HIGH -> setHigh(Virtqueue::descriptorArea, Virtqueue::setDescriptorArea, value);
            case QUEUE_DRIVER_LOW -> setLow(Virtqueue::driverArea, Virtqueue::setDriverArea, value);
            case QUEUE_DRIVER_HIGH -> setHigh(Virtqueue::driverArea, Virtqueue::setDriverArea, value);
            case QUEUE_DEVICE_LOW -> setLow(Virtqueue::deviceArea, Virtqueue::setDeviceArea, value);
            case QUEUE_DEVICE_HIGH -> setHigh(Virtqueue::deviceArea, Virtqueue::setDeviceArea, value);
            default -> {}
        }
    }

    private void writeStatus(int value) {
        if (value == 0) {
            reset();
        } else {
            controller.setStatus(value);
        }
    }

    private void writeQueueReady(boolean ready) {
        if (queueExists()) {
            Virtqueue queue = controller.queue(queueSelect);
            if (!ready) {
                queue.disable();
            } else if (!queue.isReady()) {
                controller.enable(queue);
            }
        }
    }

    /** Changes the selected queue unless it is in use. */
    private void configureQueue(BiConsumer<Virtqueue, Long> setter, long value) {
        if (queueExists() && !controller.queue(queueSelect).isReady()) {
            setter.accept(controller.queue(queueSelect), value);
        }
    }

    private void setLow(ToLongFunction<Virtqueue> getter, BiConsumer<Virtqueue, Long> setter, int word) {
        configureQueue(setter, queue(getter) & ~LOW_WORD | word & LOW_WORD);
    }

    private void setHigh(ToLongFunction<Virtqueue> getter, BiConsumer<Virtqueue, Long> setter, int word) {
        configureQueue(setter, queue(getter) & LOW_WORD | (long) word << 32);
    }

    @Override
    public void reset() {
        deviceFeaturesSelect = 0;
        driverFeaturesSelect = 0;
        queueSelect = 0;
        controller.reset();
        setInterruptStatus(0);
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
    public void prepareRestore() {
        controller.device().prepareRestore();
        reset();
    }

    @Override
    public Optional<String> keptByHost() {
        return controller.device().keptByHost();
    }

    @Override
    public void save(StateWriter out) {
        out.put("deviceId", controller.device().deviceId());
        out.put("deviceFeaturesSelect", deviceFeaturesSelect);
        out.put("driverFeaturesSelect", driverFeaturesSelect);
        out.put("queueSelect", queueSelect);
        out.put("interruptStatus", interruptStatus);
        controller.save(out);
    }

    @Override
    public void restore(StateReader in) {
        if (in.get("deviceId") != controller.device().deviceId()) {
            throw new IllegalArgumentException("the snapshot has another virtio device where " + name() + " is");
        }
        deviceFeaturesSelect = (int) in.get("deviceFeaturesSelect");
        driverFeaturesSelect = (int) in.get("driverFeaturesSelect");
        queueSelect = (int) in.get("queueSelect");
        setInterruptStatus((int) in.get("interruptStatus"));
        controller.restore(in);
    }

    @Override
    public void close() {
        controller.device().close();
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
