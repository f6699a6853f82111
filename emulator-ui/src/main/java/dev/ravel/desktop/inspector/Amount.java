package dev.ravel.desktop.inspector;

import java.util.List;
import java.util.Locale;

/** Amounts for people: three figures are enough. */
final class Amount {
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");
    private static final int STEP = 1024;

    private Amount() {}

    /** {@code 1.5 MiB}; not negative. */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= STEP && unit < UNITS.size() - 1) {
            value /= STEP;
            unit++;
        }
        String figures = unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, figures, value, UNITS.get(unit));
    }

    /** A share as {@code 50 %}. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", share * 100);
    }
}
