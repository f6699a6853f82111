package dev.ravel.virtio;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.function.ToLongFunction;

/** What the registers of both transports do, wherever they are: what a driver selects, sets and is interrupted for. */
final class DriverSide {
    static final long LOW_WORD = 0xffff_ffffL;

    private static final int CONFIGURATION_SIZE = 0x100;

    private final VirtioController controller;
    private final IntConsumer interrupt;
    int deviceFeaturesSelect;
    int driverFeaturesSelect;
    int queueSelect;
    private int interruptStatus;

    /** The side of a device's driver; {@code interrupt} takes each new interrupt status. */
    DriverSide(VirtioDevice device, GuestMemory memory, IntConsumer interrupt) {
        this.interrupt = interrupt;
        this.controller = new VirtioController(device, memory, new VirtioController.Interrupts() {
            @Override
            public void usedBuffers(int queue) {
                setInterruptStatus(interruptStatus | VirtioTransport.USED_BUFFER);
            }

            @Override
            public void configurationChanged() {
                setInterruptStatus(interruptStatus | VirtioTransport.CONFIGURATION_CHANGE);
            }
        });
    }

    VirtioController controller() {
        return controller;
    }

    int interruptStatus() {
        return interruptStatus;
    }

    void setInterruptStatus(int value) {
        interruptStatus = value;
        interrupt.accept(value);
    }

    /** 32 of the features that the device offers, as selected. */
    long offeredFeatures() {
        return word(controller.offeredFeatures(), deviceFeaturesSelect);
    }

    /** 32 of the features that the driver accepted, as selected. */
    long acceptedFeatures() {
        return word(controller.driverFeatures(), driverFeaturesSelect);
    }

    private static long word(long value, int select) {
        return switch (select) {
            case 0 -> value & LOW_WORD;
            case 1 -> value >>> 32;
            default -> 0;
        };
    }

    void acceptFeatures(int value) {
        controller.acceptFeatures(driverFeaturesSelect, value & LOW_WORD);
    }

    boolean queueExists() {
        return queueSelect >= 0 && queueSelect < controller.queueCount();
    }

    /** A field of the selected queue; 0 if there is none. */
    long queue(ToLongFunction<Virtqueue> field) {
        return queueExists() ? field.applyAsLong(controller.queue(queueSelect)) : 0;
    }

    /** Changes the selected queue unless it is in use. */
    void configureQueue(BiConsumer<Virtqueue, Long> setter, long value) {
        if (queueExists() && !controller.queue(queueSelect).isReady()) {
            setter.accept(controller.queue(queueSelect), value);
        }
    }

    void setQueueSize(int size) {
        configureQueue((queue, value) -> queue.setSize(value.intValue()), size);
    }

    void setLow(ToLongFunction<Virtqueue> getter, BiConsumer<Virtqueue, Long> setter, int word) {
        configureQueue(setter, queue(getter) & ~LOW_WORD | word & LOW_WORD);
    }

    void setHigh(ToLongFunction<Virtqueue> getter, BiConsumer<Virtqueue, Long> setter, int word) {
        configureQueue(setter, queue(getter) & LOW_WORD | (long) word << 32);
    }

    void enableQueue() {
        if (queueExists() && !controller.queue(queueSelect).isReady()) {
            controller.enable(controller.queue(queueSelect));
        }
    }

    void disableQueue() {
        if (queueExists()) {
            controller.queue(queueSelect).disable();
        }
    }

    void writeStatus(int value) {
        if (value == 0) {
            reset();
        } else {
            controller.setStatus(value);
        }
    }

    void writeConfiguration(long offset, int size, long value) {
        if (offset < CONFIGURATION_SIZE && size <= 4) {
            controller.device().configure((int) offset, size, value & LOW_WORD >>> 32 - 8 * size);
        }
    }

    VirtioState state() {
        return controller.state(interruptStatus);
    }

    void reset() {
        deviceFeaturesSelect = 0;
        driverFeaturesSelect = 0;
        queueSelect = 0;
        controller.reset();
        setInterruptStatus(0);
    }

    void save(StateWriter out) {
        out.put("deviceId", controller.device().deviceId());
        out.put("deviceFeaturesSelect", deviceFeaturesSelect);
        out.put("driverFeaturesSelect", driverFeaturesSelect);
        out.put("queueSelect", queueSelect);
        out.put("interruptStatus", interruptStatus);
        controller.save(out);
    }

    void restore(StateReader in) {
        VirtioDevice device = controller.device();
        if (in.get("deviceId") != device.deviceId()) {
            throw new IllegalArgumentException("the snapshot has another virtio device where " + device.name() + " is");
        }
        deviceFeaturesSelect = (int) in.get("deviceFeaturesSelect");
        driverFeaturesSelect = (int) in.get("driverFeaturesSelect");
        queueSelect = (int) in.get("queueSelect");
        setInterruptStatus((int) in.get("interruptStatus"));
        controller.restore(in);
    }
}
