package dev.ravel.machine.board;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;

import dev.ravel.device.Htif;
import dev.ravel.memory.Ram;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** Guest memory for HTIF's system calls. */
record HtifMemory(Ram ram) implements Htif.Memory {

    @Override
    public Optional<byte[]> read(long address, int length) {
        if (!ram.contains(address, length)) {
            return Optional.empty();
        }
        return Optional.of(ram.segment().asSlice(address - ram.base(), length).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public void write(long address, long value) {
        if (ram.contains(address, Long.BYTES)) {
            ram.segment().set(DOUBLEWORD, address - ram.base(), value);
            ram.written(address - ram.base(), Long.BYTES);
        }
    }
}
