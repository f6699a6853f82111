package dev.ravel.display;

import java.nio.charset.StandardCharsets;

/** What a display says of itself: the base block of EDID 1.4, with one mode. */
public final class Edid {
    /** Bytes of a block. */
    public static final int SIZE = 128;

    private static final String NAME = "Ravel";
    /** Of a desktop screen, in dots per inch: what guests make their text large by. */
    private static final double DENSITY = 96;

    private static final double MILLIMETRES_PER_INCH = 25.4;
    private static final int REFRESH = 60;
    /** A pixel clock's field counts 10 kHz. */
    private static final int CLOCK_UNIT = 10_000;

    private static final int MAX_CLOCK = 0xffff;
    // Blanking, of which the pulse of the sync is a part, in pixels and lines: as short as reduced blanking has it.
    private static final int HORIZONTAL_BLANK = 160;
    private static final int HORIZONTAL_FRONT = 48;
    private static final int HORIZONTAL_SYNC = 32;
    private static final int VERTICAL_BLANK = 35;
    private static final int VERTICAL_FRONT = 3;
    private static final int VERTICAL_SYNC = 6;

    private Edid() {}

    /** The block of a display whose only mode is this size, refreshed 60 times a second or as often as can be said. */
    public static byte[] of(Size size) {
        byte[] block = new byte[SIZE];
        put(block, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0);
        // Manufacturer "RVL" in letters of five bits, big-endian; product 1; no serial number; 2026; version 1.4.
        int maker = ('R' - '@') << 10 | ('V' - '@') << 5 | 'L' - '@';
        put(block, 8, maker >>> 8, maker, 1, 0, 0, 0, 0, 0, 0, 2026 - 1990, 1, 4);
        int widthMm = millimetres(size.width());
        int heightMm = millimetres(size.height());
        // Digital, 8 bits a colour; size in centimetres; gamma 2.2; RGB, its preferred mode is its native one.
        put(block, 20, 0xa0, Math.clamp(widthMm / 10, 1, 255), Math.clamp(heightMm / 10, 1, 255), 120, 0x06);
        // The colours of sRGB.
        put(block, 25, 0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54);
        // No established timings, no standard ones.
        for (int i = 35; i < 38; i++) {
            block[i] = 0;
        }
        for (int i = 38; i < 54; i++) {
            block[i] = 1;
        }
        detailedTiming(block, 54, size, widthMm, heightMm);
        text(block, 72, 0xfc, NAME);
        // Two dummy descriptors (tag 0x10).
        put(block, 90, 0, 0, 0, 0x10);
        put(block, 108, 0, 0, 0, 0x10);
        int sum = 0;
        for (byte b : block) {
            sum += b;
        }
        block[SIZE - 1] = (byte) -sum;
        return block;
    }

    private static int millimetres(int pixels) {
        return (int) Math.round(pixels / DENSITY * MILLIMETRES_PER_INCH);
    }

    private static void put(byte[] block, int at, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            block[at + i] = (byte) bytes[i];
        }
    }

    /** E-EDID A2, 3.10.2. */
    private static void detailedTiming(byte[] block, int at, Size size, int widthMm, int heightMm) {
        long total = (long) (size.width() + HORIZONTAL_BLANK) * (size.height() + VERTICAL_BLANK);
        int clock = Math.clamp(total * REFRESH / CLOCK_UNIT, 1, MAX_CLOCK);
        put(
                block,
                at,
                clock,
                clock >>> 8,
                size.width(),
                HORIZONTAL_BLANK,
                size.width() >>> 8 << 4 | HORIZONTAL_BLANK >>> 8,
                size.height(),
                VERTICAL_BLANK,
                size.height() >>> 8 << 4 | VERTICAL_BLANK >>> 8,
                HORIZONTAL_FRONT,
                HORIZONTAL_SYNC,
                VERTICAL_FRONT << 4 | VERTICAL_SYNC,
                0,
                widthMm,
                heightMm,
                widthMm >>> 8 << 4 | heightMm >>> 8,
                0,
                0,
                // Separate syncs, the horizontal one positive.
                0x1a);
    }

    /** A display descriptor: E-EDID A2, 3.10.3. */
    private static void text(byte[] block, int at, int tag, String text) {
        put(block, at, 0, 0, 0, tag, 0);
        byte[] letters = (text + "\n").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 13; i++) {
            block[at + 5 + i] = i < letters.length ? letters[i] : (byte) ' ';
        }
    }
}
