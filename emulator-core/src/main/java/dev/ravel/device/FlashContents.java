package dev.ravel.device;

import dev.ravel.host.BlockBackend;
import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * What a bank of flash holds: {@link #SIZE} bytes in blocks, of which those that are empty cost nothing. What is programmed
 * goes to the image behind it, if there is one to write to, before the guest is told.
 */
public final class FlashContents {
    /** Bytes of a bank. */
    public static final int SIZE = 32 << 20;

    /** Bytes that are erased at once. */
    static final int BLOCK_SIZE = 256 << 10;

    private static final int BLOCK_SHIFT = Integer.numberOfTrailingZeros(BLOCK_SIZE);
    private static final int BLOCKS = SIZE / BLOCK_SIZE;

    private static final Logger LOG = System.getLogger(FlashContents.class.getName());
    private static final VarHandle HALF = view(short[].class);
    private static final VarHandle WORD = view(int[].class);
    private static final VarHandle DOUBLEWORD = view(long[].class);

    private static final byte[] ZERO = new byte[BLOCK_SIZE];
    private static final byte[] ERASED = new byte[BLOCK_SIZE];

    static {
        Arrays.fill(ERASED, (byte) 0xff);
    }

    /** What they held at first; these arrays never change. */
    private final byte[][] original;

    private final byte[][] blocks;
    /** The blocks whose arrays nobody else has, so that they may be written to. */
    private final BitSet own = new BitSet();

    private final Optional<BlockBackend> image;
    private final String name;
    private Flash.Copy copy = (offset, bytes) -> {};

    private FlashContents(byte[][] original, String name, Optional<BlockBackend> image) {
        this.original = original;
        this.blocks = original.clone();
        this.name = name;
        this.image = image;
    }

    private static VarHandle view(Class<?> type) {
        return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.LITTLE_ENDIAN);
    }

    /** A bank that is zero, as QEMU's without a file, and forgets with the machine what is programmed. */
    public static FlashContents empty() {
        byte[][] zero = new byte[BLOCKS][];
        Arrays.fill(zero, ZERO);
        return new FlashContents(zero, "", Optional.empty());
    }

    /**
     * A bank with the contents of an image of {@link #SIZE} bytes, and kept in it unless it is read-only. The image stays
     * the caller's to close, after the last use of this.
     *
     * @param name of the image, for messages
     * @throws IOException if it cannot be read
     */
    public static FlashContents of(BlockBackend image, String name) throws IOException {
        if (image.size() != SIZE) {
            throw new IllegalArgumentException("an image of " + image.size() + " bytes");
        }
        byte[][] original = new byte[BLOCKS][];
        for (int i = 0; i < BLOCKS; i++) {
            byte[] block = new byte[BLOCK_SIZE];
            image.read((long) i << BLOCK_SHIFT, ByteBuffer.wrap(block));
            original[i] = Arrays.equals(block, ZERO) ? ZERO : Arrays.equals(block, ERASED) ? ERASED : block;
        }
        return new FlashContents(original, name, Optional.of(image));
    }

    /** Fills a copy, and keeps it up to date. */
    void keepCopy(Flash.Copy newCopy) {
        copy = newCopy;
        for (int i = 0; i < BLOCKS; i++) {
            if (blocks[i] != ZERO) {
                copy.changed(i << BLOCK_SHIFT, blocks[i]);
            }
        }
    }

    /** Whether it cannot be programmed. */
    boolean isReadOnly() {
        return image.isPresent() && image.get().isReadOnly();
    }

    /** What a snapshot of the machine does not hold, in words. */
    Optional<String> keptByHost() {
        return image.isPresent() && !isReadOnly() ? Optional.of("the flash " + name) : Optional.empty();
    }

    /** Reads 1, 2, 4 or 8 bytes, naturally aligned, zero-extended. */
    long read(int offset, int size) {
        byte[] block = blocks[offset >>> BLOCK_SHIFT];
        int at = offset & BLOCK_SIZE - 1;
        return switch (size) {
            case 1 -> block[at] & 0xff;
            case 2 -> (short) HALF.get(block, at) & 0xffff;
            case 4 -> (int) WORD.get(block, at) & 0xffff_ffffL;
            default -> (long) DOUBLEWORD.get(block, at);
        };
    }

    /** A copy of bytes within a block. */
    byte[] copy(int offset, int length) {
        int at = offset & BLOCK_SIZE - 1;
        return Arrays.copyOfRange(blocks[offset >>> BLOCK_SHIFT], at, at + length);
    }

    /** Programs bytes within a block; false, and nothing is changed, if the bank is read-only or the host fails. */
    boolean program(int offset, byte[] bytes) {
        if (!keep(offset, bytes)) {
            return false;
        }
        int number = offset >>> BLOCK_SHIFT;
        if (!own.get(number)) {
            blocks[number] = blocks[number].clone();
            own.set(number);
        }
        System.arraycopy(bytes, 0, blocks[number], offset & BLOCK_SIZE - 1, bytes.length);
        copy.changed(offset, bytes);
        return true;
    }

    /** Erases the block of an offset: it is all ones then. False as {@link #program}. */
    boolean erase(int offset) {
        int number = offset >>> BLOCK_SHIFT;
        if (!keep(number << BLOCK_SHIFT, ERASED)) {
            return false;
        }
        blocks[number] = ERASED;
        own.clear(number);
        copy.changed(number << BLOCK_SHIFT, ERASED);
        return true;
    }

    private boolean keep(int offset, byte[] bytes) {
        if (isReadOnly()) {
            return false;
        }
        try {
            if (image.isPresent()) {
                image.get().write(offset, ByteBuffer.wrap(bytes));
            }
            return true;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "flash {0} could not be written: {1}", name, e.getMessage());
            return false;
        }
    }

    /** Writes down what changed, unless the image has it. */
    void save(StateWriter out) {
        BitSet changed = new BitSet();
        if (keptByHost().isEmpty()) {
            for (int i = 0; i < BLOCKS; i++) {
                if (blocks[i] != original[i]) {
                    changed.set(i);
                    out.putShared("block" + i, blocks[i]);
                }
            }
        }
        out.put("changed", changed.toByteArray());
        // The snapshot has the arrays too from now on.
        own.andNot(changed);
    }

    /** Reads back what {@link #save} wrote. */
    void restore(StateReader in) {
        if (keptByHost().isPresent()) {
            return;
        }
        byte[][] restored = original.clone();
        BitSet changed = BitSet.valueOf(in.getBytes("changed"));
        for (int i = changed.nextSetBit(0); i >= 0; i = changed.nextSetBit(i + 1)) {
            byte[] block = in.getBytes("block" + i);
            if (i >= BLOCKS || block.length != BLOCK_SIZE) {
                throw new IllegalArgumentException(
                        "block " + i + " of " + block.length + " bytes is none of the flash");
            }
            restored[i] = block;
        }
        for (int i = 0; i < BLOCKS; i++) {
            if (blocks[i] != restored[i]) {
                blocks[i] = restored[i];
                copy.changed(i << BLOCK_SHIFT, blocks[i]);
            }
        }
        own.clear();
    }
}
