package dev.ravel.testroms.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Many programs in one memory image, which runs them all by itself on any machine like QEMU's {@code virt}. */
final class Batch {
    private final ByteBuffer image;
    private final List<RandomProgram> programs = new ArrayList<>();

    Batch() {
        image = ByteBuffer.allocate(Layout.BATCH_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0, Layout.image(true));
        image.position((int) (Layout.TABLE - Layout.BASE) + Long.BYTES);
    }

    /** Adds a program unless there is no more room; says whether there was. */
    boolean add(RandomProgram program) {
        byte[] bytes = program.physicalCode();
        int code = bytes.length + 7 & -8;
        int end = image.position() + Layout.STATE_SIZE + 2 * Long.BYTES + code;
        long results = Layout.RESULTS + (programs.size() + 1L) * Layout.RESULT_SIZE;
        if (end > Layout.RESULTS - Layout.BASE || results > Layout.BASE + Layout.BATCH_SIZE) {
            return false;
        }
        for (long value : program.x()) {
            image.putLong(value);
        }
        for (long value : program.f()) {
            image.putLong(value);
        }
        image.putLong(program.fcsr())
                .putLong(program.mstatus())
                .putLong(program.mode().satp())
                .putLong(program.entry());
        image.putLong(program.memorySeed()).putLong(code).put(bytes);
        image.position(end);
        programs.add(program);
        image.putLong((int) (Layout.TABLE - Layout.BASE), programs.size());
        return true;
    }

    List<RandomProgram> programs() {
        return programs;
    }

    /** The memory, from {@link Layout#BASE} on. */
    byte[] image() {
        return image.array();
    }

    /** The first traps of the program that ran last: cause, address, value. */
    static List<long[]> traps(byte[] memory) {
        ByteBuffer from = ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN);
        int save = (int) (Layout.SAVE - Layout.BASE);
        List<long[]> traps = new ArrayList<>();
        for (int i = 0; i < Math.min(Layout.LOGGED, from.getLong(save + Layout.SAVE_TRAPS)); i++) {
            int at = save + Layout.SAVE_LOG + i * 3 * Long.BYTES;
            traps.add(new long[] {from.getLong(at), from.getLong(at + 8), from.getLong(at + 16)});
        }
        return traps;
    }

    /** The results in the memory that is left when the batch is done. */
    List<ProgramResult> results(byte[] memory) {
        ByteBuffer from = ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN);
        from.position((int) (Layout.RESULTS - Layout.BASE));
        return programs.stream().map(program -> ProgramResult.read(from)).toList();
    }
}
