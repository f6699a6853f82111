package dev.ravel.cli;

import dev.ravel.boot.BootLayout;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what OpenSBI prints of the stage after it. Firmware that was built for fixed places ({@code fw_jump}) copies the
 * device tree to its own place even where the kernel lies, and the guest would be silent for ever.
 */
final class FirmwareWatch {
    private static final Pattern NEXT = Pattern.compile("Domain0 Next (Address|Arg1)\\s*: 0x([0-9a-fA-F]{16})\\s*");

    private final BootLayout layout;

    FirmwareWatch(BootLayout layout) {
        this.layout = layout;
    }

    /** Takes a line of the console; what is wrong with it, if it is the line that tells. */
    Optional<String> complaint(String line) {
        Matcher matcher = NEXT.matcher(line);
        if (!matcher.matches() || layout.kernel().isEmpty()) {
            return Optional.empty();
        }
        BootLayout.Placed kernel = layout.kernel().get();
        long address = Long.parseUnsignedLong(matcher.group(2), 16);
        if (matcher.group(1).equals("Address")) {
            return address == kernel.entry()
                    ? Optional.empty()
                    : Optional.of("--bios: this firmware starts 0x%x, but the kernel starts at 0x%x; take fw_dynamic"
                            .formatted(address, kernel.entry()));
        }
        return inside(kernel.region(), address)
                ? Optional.of(("--bios: this firmware puts the device tree at 0x%x, inside the kernel (0x%x to 0x%x);"
                                + " take fw_dynamic, or a smaller kernel")
                        .formatted(
                                address,
                                kernel.region().address(),
                                kernel.region().end()))
                : layout.initrd()
                        .filter(region -> inside(region, address))
                        .map(region -> ("--bios: this firmware puts the device tree at 0x%x, inside the initramfs;"
                                        + " take fw_dynamic, or give more --memory")
                                .formatted(address));
    }

    private static boolean inside(BootLayout.Region region, long address) {
        return address >= region.address() && address < region.end();
    }
}
