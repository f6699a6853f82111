package dev.ravel.testroms.random;

import dev.ravel.asm.Assembler;
import dev.ravel.asm.program.AssemblerOptions;
import dev.ravel.asm.program.Program;
import dev.ravel.asm.program.Source;
import dev.ravel.memory.Ram;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Where things are in the memory that a random program runs in. All addresses are physical, unless they say otherwise. */
public final class Layout {
    /** Start of RAM; the runtime is here. */
    public static final long BASE = 0x8000_0000L;

    /** Bytes of RAM that a program needs. */
    public static final int SIZE = 0x2_0000;

    /** What the program starts with: registers, and what else {@code runtime.s} names. */
    public static final long STATE = BASE + 0x2000;

    /** Bytes of {@link #STATE}. */
    public static final int STATE_SIZE = 544;

    /** What the trap handler keeps. */
    public static final long SAVE = BASE + 0x3000;

    /** Offset in {@link #SAVE} of the number of traps. */
    public static final int SAVE_TRAPS = 24;

    /** Offset in {@link #SAVE} of the hash of all traps' causes, addresses and values. */
    public static final int SAVE_HASH = 32;

    /** Offset in {@link #SAVE} of cause, address and value of the first traps. */
    public static final int SAVE_LOG = 256;

    /** How many traps are logged at most. */
    public static final int LOGGED = 128;

    /** The root page table for supervisor mode, followed by its other two. */
    public static final long SUPERVISOR_TABLES = BASE + 0x4000;

    /** The last of them, whose entries map program and data; supervisor mode sees it and may change it. */
    public static final long SUPERVISOR_LEAVES = SUPERVISOR_TABLES + 0x2000;

    /** The root page table for user mode, followed by its other two. */
    public static final long USER_TABLES = BASE + 0x7000;

    /** {@link #SUPERVISOR_LEAVES} as they are before any program. */
    private static final long LEAVES_COPY = BASE + 0xa000;

    /** The program. */
    public static final long PROGRAM = BASE + 0x1_0000;

    /** The longest program, in bytes. */
    public static final int PROGRAM_SIZE = 0x4000;

    /** The data that it works on. */
    public static final long DATA = BASE + 0x1_8000;

    /** Bytes of data: six pages, the outer two at each end only for what reaches over. */
    public static final int DATA_SIZE = 0x6000;

    /** In a batch: how many programs there are, and the programs. */
    public static final long TABLE = BASE + 0x10_0000;

    /** In a batch: what the programs left behind. */
    public static final long RESULTS = BASE + 0x100_0000;

    /** Bytes of a result. */
    public static final int RESULT_SIZE = 544;

    /** Bytes of RAM that a batch needs. */
    public static final int BATCH_SIZE = 0x200_0000;

    /** Where a paged program sees {@link #BASE}. */
    public static final long VIRTUAL_BASE = 0x4000_0000L;

    private static final long VALID = 1;
    private static final long READ = 2;
    private static final long WRITE = 4;
    private static final long EXECUTE = 8;
    private static final long USER = 16;
    private static final long ACCESSED_DIRTY = 0xc0;

    /** Which page of the data each virtual page is: neighbours are not neighbours in RAM. */
    private static final int[] SHUFFLED = {3, 0, 5, 1, 4, 2};

    /** Which page of the program each virtual page is. The first stays where it is, as most programs have no other. */
    private static final int[] SHUFFLED_CODE = {0, 2, 3, 1};

    private Layout() {}

    /** The memory as it is before any program: runtime and page tables. */
    public static byte[] image(boolean batch) {
        return (batch ? Prepared.BATCH : Prepared.SINGLE).image.clone();
    }

    /** The assembled runtime. */
    public static Program runtime(boolean batch) {
        return (batch ? Prepared.BATCH : Prepared.SINGLE).runtime;
    }

    /** Made once for all machines. */
    private enum Prepared {
        SINGLE,
        BATCH;

        private final Program runtime = assemble(ordinal() == 1);
        private final byte[] image = makeImage(runtime);
    }

    private static byte[] makeImage(Program runtime) {
        ByteBuffer image = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (Program.Segment segment : runtime.segments()) {
            image.put((int) (segment.address() - BASE), segment.bytes());
        }
        map(image, SUPERVISOR_TABLES, 0);
        put(
                image,
                SUPERVISOR_LEAVES,
                SUPERVISOR_LEAVES - BASE >>> Ram.PAGE_SHIFT,
                SUPERVISOR_LEAVES >>> 2 | VALID | READ | WRITE | ACCESSED_DIRTY);
        image.put((int) (LEAVES_COPY - BASE), image, (int) (SUPERVISOR_LEAVES - BASE), Ram.PAGE_SIZE);
        map(image, USER_TABLES, USER);
        return image.array();
    }

    private static Program assemble(boolean batch) {
        AssemblerOptions options = AssemblerOptions.standard()
                .base(BASE)
                .define("STATE", STATE)
                .define("SAVE", SAVE)
                .define("PROGRAM", PROGRAM)
                .define("LEAVES", SUPERVISOR_LEAVES)
                .define("LEAVES_COPY", LEAVES_COPY)
                .define("STATE_SIZE", STATE_SIZE)
                .define("TABLE", TABLE)
                .define("RESULTS", RESULTS)
                .define("DATA", DATA)
                .define("DATA_SIZE", DATA_SIZE)
                .define("BATCH", batch ? 1 : 0)
                .resolver((name, includedFrom) -> Optional.of(read(name)));
        String text = new String(read("runtime.s"), StandardCharsets.UTF_8);
        Program program = new Assembler(options).assemble(List.of(new Source("runtime.s", text)));
        if (program.segments().getLast().address()
                        + program.segments().getLast().memorySize()
                > STATE) {
            throw new IllegalStateException("the runtime reaches into " + Long.toHexString(STATE));
        }
        return program;
    }

    /** The successor of a doubleword of data; the first is the successor of {@link RandomProgram#memorySeed}. */
    public static long nextData(long value) {
        long next = value;
        next ^= next << 13;
        next ^= next >>> 7;
        return next ^ next << 17;
    }

    /** Maps program and data. The first page of data cannot be written, the last is not there. */
    private static void map(ByteBuffer image, long root, long user) {
        long middle = root + Ram.PAGE_SIZE;
        long leaves = middle + Ram.PAGE_SIZE;
        put(image, root, VIRTUAL_BASE >>> 30, middle >>> 2 | VALID);
        put(image, middle, 0, leaves >>> 2 | VALID);
        long attributes = VALID | READ | user | ACCESSED_DIRTY;
        for (int i = 0; i < SHUFFLED_CODE.length; i++) {
            long page = PROGRAM + (long) SHUFFLED_CODE[i] * Ram.PAGE_SIZE;
            put(image, leaves, (PROGRAM - BASE >>> Ram.PAGE_SHIFT) + i, page >>> 2 | attributes | WRITE | EXECUTE);
        }
        for (int i = 0; i < SHUFFLED.length - 1; i++) {
            long page = DATA + (long) SHUFFLED[i] * Ram.PAGE_SIZE;
            put(image, leaves, (DATA - BASE >>> Ram.PAGE_SHIFT) + i, page >>> 2 | attributes | (i == 0 ? 0 : WRITE));
        }
    }

    /** The program as it lies in RAM, if it runs paged: with its pages in another order. */
    static byte[] shuffled(byte[] code) {
        if (code.length <= Ram.PAGE_SIZE) {
            return code;
        }
        byte[] physical = new byte[PROGRAM_SIZE];
        for (int i = 0; i * Ram.PAGE_SIZE < code.length; i++) {
            int length = Math.min(Ram.PAGE_SIZE, code.length - i * Ram.PAGE_SIZE);
            System.arraycopy(code, i * Ram.PAGE_SIZE, physical, SHUFFLED_CODE[i] * Ram.PAGE_SIZE, length);
        }
        return physical;
    }

    /** Where in RAM a byte of a paged program is, both as offsets in it. */
    static long shuffled(long offset) {
        return (long) SHUFFLED_CODE[(int) (offset / Ram.PAGE_SIZE)] * Ram.PAGE_SIZE + offset % Ram.PAGE_SIZE;
    }

    private static void put(ByteBuffer image, long table, long index, long entry) {
        image.putLong((int) (table - BASE + index * 8), entry);
    }

    private static byte[] read(String file) {
        try (InputStream in = Layout.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not in the module");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
