package dev.ravel.inspect.device;

import java.util.List;
import java.util.Optional;

/**
 * A request of a driver, or what stands where one should be.
 *
 * @param head the driver's name for it; in a split ring the index of its first descriptor
 * @param stage how far it is
 * @param buffers in the driver's order; of a chain that is broken, those before the break
 * @param words what is asked, and what was answered once it was given back
 * @param broken what makes the chain no request, in words
 */
public record RequestView(int head, Stage stage, List<Buffer> buffers, String words, Optional<String> broken) {
    public RequestView {
        buffers = List.copyOf(buffers);
    }

    /** The words, and what is broken. */
    public String wordsAndFault() {
        return words + broken.map(why -> ": " + why).orElse("");
    }

    /** How far a request is. */
    public sealed interface Stage {
        /** The driver has made it available, the device has not taken it. */
        record Waiting() implements Stage {}

        /** The device works on it. */
        record Taken() implements Stage {}

        /**
         * The device has given it back.
         *
         * @param written bytes that it wrote
         */
        record Used(long written) implements Stage {}

        /** In a word or two. */
        default String words() {
            return switch (this) {
                case Waiting w -> "waits";
                case Taken t -> "in the device";
                case Used used -> "given back, " + used.written() + " bytes written";
            };
        }
    }

    /**
     * Memory of a request.
     *
     * @param address physical
     * @param length bytes
     * @param written whether the device writes it, otherwise it reads it
     * @param content its first bytes, fewer or none if they are not in RAM
     */
    public record Buffer(long address, long length, boolean written, List<Byte> content) {
        /** Bytes of {@link #content} at most. */
        public static final int CONTENT = 16;

        public Buffer {
            content = List.copyOf(content);
        }

        /** What the device does with it, with so many bytes. */
        public String access() {
            return (written ? "device writes " : "device reads ") + length;
        }

        /** The content in hexadecimal and, where it is text, beside that as text. */
        public String preview() {
            StringBuilder hex = new StringBuilder();
            StringBuilder text = new StringBuilder();
            for (byte b : content) {
                hex.append(hex.isEmpty() ? "" : " ").append(String.format("%02x", b));
                text.append(b >= ' ' && b < 0x7f ? (char) b : '.');
            }
            return hex.isEmpty() ? "" : hex + "  " + text;
        }
    }
}
