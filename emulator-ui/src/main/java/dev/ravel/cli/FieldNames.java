package dev.ravel.cli;

import dev.ravel.machine.config.Field;

/** How the command line spells the fields of a machine's description. */
final class FieldNames {
    private FieldNames() {}

    /** The option that sets a field; what the machine calls it if there is none. */
    static String option(Field field) {
        return switch (field) {
            case Field.Part part ->
                switch (part) {
                    case MEMORY -> "--memory";
                    case HARTS -> "--cpus";
                    case ENGINE -> "--engine";
                    case FIRMWARE -> "--bios";
                    case KERNEL -> "--kernel";
                    case INITRD -> "--initrd";
                    case DEVICE_TREE -> "--dtb";
                };
            case Field.KernelImage image -> image.label();
            case Field.Device device -> DeviceOptions.nameOf(device.kind()).orElse(device.label());
        };
    }
}
