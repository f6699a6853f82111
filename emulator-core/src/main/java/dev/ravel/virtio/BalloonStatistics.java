package dev.ravel.virtio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a guest says of its memory (virtio 1.3, 5.5.6.4); it need not say everything, nor the truth.
 *
 * @param values bytes, or counts since the guest's start
 */
public record BalloonStatistics(Map<Kind, Long> values) {
    /** Bytes of an entry: a tag and a value, without space between them. */
    private static final int ENTRY_SIZE = 10;

    /** A guest knows a dozen. More than this is not read. */
    static final int MAX_SIZE = 64 * ENTRY_SIZE;

    /** Nothing was said. */
    public static final BalloonStatistics NONE = new BalloonStatistics(Map.of());

    /** What is told, in the order of the tags. */
    public enum Kind {
        /** Bytes read from swap. */
        SWAP_IN,
        /** Bytes written to swap. */
        SWAP_OUT,
        /** Page faults that needed a disk. */
        MAJOR_FAULTS,
        /** Other page faults. */
        MINOR_FAULTS,
        /** Bytes that are used for nothing. */
        FREE,
        /** Bytes in all, without those in the balloon. */
        TOTAL,
        /** Bytes that programs could have. */
        AVAILABLE,
        /** Bytes that hold copies of files. */
        CACHES,
        /** Huge pages given out. */
        HUGE_PAGES,
        /** Huge pages that could not be given out. */
        HUGE_PAGES_FAILED
    }

    /** Keeps a copy. */
    public BalloonStatistics {
        values = values.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(values));
    }

    static BalloonStatistics parse(byte[] entries) {
        ByteBuffer in = ByteBuffer.wrap(entries).order(ByteOrder.LITTLE_ENDIAN);
        Map<Kind, Long> values = new EnumMap<>(Kind.class);
        while (in.remaining() >= ENTRY_SIZE) {
            int tag = in.getShort() & 0xffff;
            long value = in.getLong();
            if (tag < Kind.values().length) {
                values.put(Kind.values()[tag], value);
            }
        }
        return new BalloonStatistics(values);
    }
}
