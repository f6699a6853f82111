package dev.ravel.gdb;

import dev.ravel.hart.Hart;
import dev.ravel.isa.Privilege;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessPath;
import dev.ravel.mmu.AccessType;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/**
 * RAM by a hart's virtual addresses, as a debugger sees it: whether the guest itself may read or write there does not matter, and nothing
 * of the guest's state changes. Registers of devices, which may change when they are read, are not part of it.
 */
final class DebugMemory {
    /** The present mode first; then what is mapped for others, such as the user's memory while the kernel runs. */
    private static final AccessType[] TYPES = {AccessType.FETCH, AccessType.LOAD};

    private final Ram ram;

    DebugMemory(Ram ram) {
        this.ram = ram;
    }

    /** Where in RAM, from its start, the byte at a virtual address is; none: nothing of RAM is mapped there. */
    OptionalLong offset(Hart hart, long va) {
        for (int privilege = hart.privilege(); ; privilege = below(privilege)) {
            for (AccessType type : TYPES) {
                AccessPath path = hart.mmu.explain(va, 1, type, privilege);
                if (path.result() instanceof AccessPath.Mapped mapped
                        && mapped.target() instanceof AccessPath.MainMemory
                        && ram.contains(mapped.physical(), 1)) {
                    return OptionalLong.of(mapped.physical() - ram.base());
                }
            }
            if (privilege == Privilege.USER) {
                return OptionalLong.empty();
            }
        }
    }

    private static int below(int privilege) {
        return privilege == Privilege.MACHINE ? Privilege.SUPERVISOR : Privilege.USER;
    }

    /** Bytes of one page from an offset in RAM on. */
    byte[] read(long offset, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(ram.segment(), offset, MemorySegment.ofArray(bytes), 0, length);
        return bytes;
    }

    /** Writes them; who holds decoded instructions of them hears of it. */
    void write(long offset, byte[] bytes) {
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, ram.segment(), offset, bytes.length);
        ram.written(offset, bytes.length);
    }
}
