package dev.ravel.device;

import java.util.Arrays;
import java.util.Optional;

/** Memory of so many bytes from address 0. */
public record ArrayMemory(byte[] bytes) implements FwCfg.Memory {
    public ArrayMemory(int size) {
        this(new byte[size]);
    }

    private boolean contains(long address, int length) {
        return address >= 0 && address <= bytes.length - length;
    }

    @Override
    public Optional<byte[]> read(long address, int length) {
        return contains(address, length)
                ? Optional.of(Arrays.copyOfRange(bytes, (int) address, (int) address + length))
                : Optional.empty();
    }

    @Override
    public boolean write(long address, byte[] from, int start, int length) {
        if (!contains(address, length)) {
            return false;
        }
        System.arraycopy(from, start, bytes, (int) address, length);
        return true;
    }
}
