package dev.ravel.device;

import dev.ravel.state.StateReader;
import dev.ravel.state.StateWriter;

/**
 * One bank of flash: two chips of 16 bits side by side, with the command set of Intel (CFI command set 0x0001), as QEMU's
 * {@code pflash_cfi01}. Between commands it reads as memory. Whatever is asked of it is done at once, so it is always ready.
 */
final class FlashBank {
    /** Status: ready for commands. */
    private static final int READY = 0x80;

    /** Status: a block could not be erased. */
    private static final int ERASE_ERROR = 0x20;

    /** Status: a word could not be programmed. */
    private static final int PROGRAM_ERROR = 0x10;

    private static final int PROGRAM = 0x40;
    private static final int PROGRAM_ALTERNATE = 0x10;
    private static final int ERASE = 0x20;
    private static final int CLEAR_STATUS = 0x50;
    private static final int LOCK = 0x60;
    private static final int READ_STATUS = 0x70;
    private static final int READ_IDENTIFIER = 0x90;
    private static final int QUERY = 0x98;
    private static final int BUFFERED_PROGRAM = 0xe8;
    private static final int CONFIRM = 0xd0;
    private static final int LOCK_BLOCK = 0x01;

    private static final int MANUFACTURER = 0x89;
    private static final int DEVICE = 0x18;

    /** log2 of the bytes of a word of the bank: of the addresses at which a chip's registers are. */
    private static final int WORD_SHIFT = 2;

    /** log2 of the bytes that a chip's buffer holds. */
    private static final int BUFFER_SHIFT = 11;

    private static final int BUFFER_SIZE = 2 << BUFFER_SHIFT;

    private static final byte[] QUERY_TABLE = queryTable();

    /** What a read gives. */
    private enum Mode {
        ARRAY,
        STATUS,
        IDENTIFIER,
        QUERY
    }

    /** What the next write is. */
    private enum Next {
        COMMAND,
        DATA,
        ERASE_CONFIRMATION,
        LOCK_OPERATION,
        BUFFER_COUNT,
        BUFFER_DATA,
        BUFFER_CONFIRMATION
    }

    private final FlashContents contents;
    private Mode mode = Mode.ARRAY;
    private Next next = Next.COMMAND;
    private int status = READY;

    /** Writes to the buffer that are still to come, without the next one. */
    private int count;

    /** What {@link #buffer} will be programmed to, a multiple of its size; -1 while nothing is in it. */
    private int bufferStart = -1;

    private byte[] buffer = {};

    FlashBank(FlashContents contents) {
        this.contents = contents;
    }

    FlashContents contents() {
        return contents;
    }

    int status() {
        return status;
    }

    /** JESD68.01 and the primary table of Intel's command set: of one chip, a byte for each address. */
    private static byte[] queryTable() {
        byte[] table = new byte[0x52];
        int chips = 2;
        int blocks = FlashContents.SIZE / FlashContents.BLOCK_SIZE;
        int blockOfChip = FlashContents.BLOCK_SIZE / chips;
        put(table, 0x10, 'Q', 'R', 'Y');
        put(table, 0x13, 1, 0); // the command set, and where its table is
        put(table, 0x15, 0x31, 0);
        put(table, 0x1b, 0x45, 0x55); // volts, as digits: at least, at most
        put(table, 0x1f, 7, 7, 10, 0); // log2 of typical times: a word, a buffer (us), a block (ms)
        put(table, 0x23, 4, 4, 4, 0); // log2 of how many times as long it may take
        put(table, 0x27, Integer.numberOfTrailingZeros(FlashContents.SIZE / chips));
        put(table, 0x28, 2, 0); // 8 or 16 bits wide
        put(table, 0x2a, BUFFER_SHIFT, 0);
        put(table, 0x2c, 1); // regions of blocks of one size
        put(table, 0x2d, blocks - 1, blocks - 1 >> 8, blockOfChip >> 8, blockOfChip >> 16);
        put(table, 0x31, 'P', 'R', 'I', '1', '0');
        put(table, 0x3f, 1); // fields of protection registers
        return table;
    }

    private static void put(byte[] table, int at, int... values) {
        for (int i = 0; i < values.length; i++) {
            table[at + i] = (byte) values[i];
        }
    }

    /** Reads 1, 2, 4 or 8 bytes, naturally aligned. */
    long read(int offset, int size) {
        if (mode == Mode.ARRAY) {
            return contents.read(offset, size);
        }
        if (size == 8) {
            return read(offset, 4) | read(offset + 4, 4) << 32;
        }
        int chip = switch (mode) {
            case ARRAY, STATUS -> status;
            case IDENTIFIER ->
                switch (offset >>> WORD_SHIFT & 0xff) {
                    case 0 -> MANUFACTURER;
                    case 1 -> DEVICE;
                    default -> 0;
                };
            case QUERY -> {
                int at = offset >>> WORD_SHIFT;
                yield at < QUERY_TABLE.length ? QUERY_TABLE[at] & 0xff : 0;
            }
        };
        // Both chips say the same.
        long both = chip | (long) chip << 16;
        return both & (1L << 8 * size) - 1;
    }

    /** Writes 1, 2, 4 or 8 bytes, naturally aligned. */
    void write(int offset, int size, long value) {
        if (size == 8) {
            write(offset, 4, value & 0xffff_ffffL);
            write(offset + 4, 4, value >>> 32);
            return;
        }
        int low = (int) value & 0xff;
        switch (next) {
            case COMMAND -> command(low);
            case DATA -> {
                expect(Next.COMMAND);
                failUnless(contents.program(offset, bytes(value, size)), PROGRAM_ERROR);
            }
            case ERASE_CONFIRMATION -> {
                if (low == CONFIRM) {
                    expect(Next.COMMAND);
                    failUnless(contents.erase(offset), ERASE_ERROR);
                } else {
                    readArray();
                }
            }
            case LOCK_OPERATION -> {
                // No block is ever locked.
                if (low == CONFIRM || low == LOCK_BLOCK) {
                    expect(Next.COMMAND);
                } else {
                    readArray();
                }
            }
            case BUFFER_COUNT -> {
                count = (int) value & 0xffff;
                expect(Next.BUFFER_DATA);
            }
            case BUFFER_DATA -> fillBuffer(offset, bytes(value, size));
            case BUFFER_CONFIRMATION -> {
                if (low == CONFIRM) {
                    expect(Next.COMMAND);
                    failUnless(bufferStart < 0 || contents.program(bufferStart, buffer), PROGRAM_ERROR);
                    forgetBuffer();
                } else {
                    readArray();
                }
            }
        }
    }

    private void command(int command) {
        switch (command) {
            case PROGRAM, PROGRAM_ALTERNATE -> expect(Next.DATA);
            case ERASE -> expect(Next.ERASE_CONFIRMATION);
            case LOCK -> expect(Next.LOCK_OPERATION);
            case BUFFERED_PROGRAM -> expect(Next.BUFFER_COUNT);
            case READ_STATUS -> mode = Mode.STATUS;
            case READ_IDENTIFIER -> mode = Mode.IDENTIFIER;
            case QUERY -> mode = Mode.QUERY;
            case CLEAR_STATUS -> {
                status = READY;
                readArray();
            }
            // 0xff, and what is no command.
            default -> readArray();
        }
    }

    /** The middle or end of a command, where reads give the status. */
    private void expect(Next write) {
        next = write;
        mode = Mode.STATUS;
    }

    private void readArray() {
        mode = Mode.ARRAY;
        next = Next.COMMAND;
        forgetBuffer();
    }

    private void forgetBuffer() {
        bufferStart = -1;
        buffer = new byte[0];
    }

    private void failUnless(boolean done, int error) {
        if (!done) {
            status |= error;
        }
    }

    /** The first write says which part of the bank the buffer is for; a write to another is an error. */
    private void fillBuffer(int offset, byte[] bytes) {
        if (bufferStart < 0) {
            bufferStart = offset & -BUFFER_SIZE;
            buffer = contents.copy(bufferStart, BUFFER_SIZE);
        }
        if ((offset & -BUFFER_SIZE) == bufferStart) {
            System.arraycopy(bytes, 0, buffer, offset - bufferStart, bytes.length);
        } else {
            status |= PROGRAM_ERROR;
        }
        if (count-- == 0) {
            expect(Next.BUFFER_CONFIRMATION);
        }
    }

    private static byte[] bytes(long value, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (value >>> 8 * i);
        }
        return bytes;
    }

    /** Flash keeps its contents without power. */
    void reset() {
        status = READY;
        readArray();
    }

    void save(StateWriter out) {
        out.put("mode", mode.ordinal());
        out.put("next", next.ordinal());
        out.put("status", status);
        out.put("count", count);
        out.put("bufferStart", bufferStart);
        out.put("buffer", buffer);
        contents.save(out.section("contents"));
    }

    void restore(StateReader in) {
        mode = Mode.values()[Math.floorMod((int) in.get("mode"), Mode.values().length)];
        next = Next.values()[Math.floorMod((int) in.get("next"), Next.values().length)];
        status = (int) in.get("status") & 0xff;
        count = (int) in.get("count") & 0xffff;
        bufferStart = (int) in.get("bufferStart");
        buffer = in.getBytes("buffer").clone();
        boolean none = bufferStart == -1 && buffer.length == 0;
        boolean some = bufferStart >= 0
                && bufferStart < FlashContents.SIZE
                && bufferStart % BUFFER_SIZE == 0
                && buffer.length == BUFFER_SIZE;
        if (!none && !some) {
            throw new IllegalArgumentException("the buffer of the flash is no buffer");
        }
        contents.restore(in.section("contents"));
    }
}
