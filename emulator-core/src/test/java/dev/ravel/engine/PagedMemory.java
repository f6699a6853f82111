package dev.ravel.engine;

import dev.ravel.csr.Mstatus;
import dev.ravel.isa.Privilege;
import dev.ravel.memory.Ram;

/** Page tables for the first hart of a {@link BareMachine}, which is in supervisor mode with Sv39 from then on. */
final class PagedMemory {
    private static final long V = 1;
    private static final long RWX = 0xe;
    private static final long AD = 0xc0;

    private final BareMachine machine;
    private final long tables;

    /**
     * Nothing mapped, everything allowed.
     *
     * @param tables physical address of three pages for the tables
     */
    PagedMemory(BareMachine machine, long tables) {
        this.machine = machine;
        this.tables = tables;
        machine.pokeLong(tables, pointer(tables + 0x1000));
        machine.pokeLong(tables + 0x1000, pointer(tables + 0x2000));
        machine.hart.csrs.satp.value = 8L << 60 | tables >>> Ram.PAGE_SHIFT;
        machine.hart.mmu.setSatp(machine.hart.csrs.satp.value);
        machine.hart.csrs.mstatus.value |= Mstatus.FS;
        machine.hart.mmu.pmp().setAddress(0, -1L >>> 10);
        machine.hart.mmu.pmp().setConfig(0, 0x1f);
        machine.hart.setPrivilege(Privilege.SUPERVISOR);
    }

    /** Maps a page within the first 2 MiB of virtual addresses. */
    void map(long va, long pa) {
        machine.pokeLong(tables + 0x2000 + (va >>> Ram.PAGE_SHIFT) * 8, entry(pa));
    }

    /** The entry of a page table that maps a page to {@code pa} for reading, writing and fetching. */
    static long entry(long pa) {
        return pa >>> Ram.PAGE_SHIFT << 10 | AD | RWX | V;
    }

    private static long pointer(long pa) {
        return pa >>> Ram.PAGE_SHIFT << 10 | V;
    }
}
