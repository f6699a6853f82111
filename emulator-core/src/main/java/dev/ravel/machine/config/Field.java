package dev.ravel.machine.config;

/** What of a machine's description an error is about: whoever asked the user for it knows how it is spelt there. */
public sealed interface Field {
    /** What it is called where no option is known. */
    String label();

    /** A field of the machine itself. */
    enum Part implements Field {
        MEMORY("memory"),
        HARTS("harts"),
        ENGINE("engine"),
        FIRMWARE("firmware"),
        KERNEL("kernel"),
        INITRD("initial RAM disk"),
        DEVICE_TREE("device tree");

        private final String label;

        Part(String label) {
            this.label = label;
        }

        @Override
        public String label() {
            return label;
        }
    }

    /** A kernel that was given as an image, whose own name is in the message. */
    record KernelImage() implements Field {
        @Override
        public String label() {
            return "";
        }
    }

    /**
     * A field of a device.
     *
     * @param kind the device
     * @param label what the device is called
     * @param component the record's component
     */
    record Device(Class<? extends DeviceConfig> kind, String label, String component) implements Field {}
}
