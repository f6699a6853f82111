package dev.ravel.mmu;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;

import dev.ravel.device.Stateless;
import dev.ravel.isa.Privilege;
import dev.ravel.memory.Bus;
import dev.ravel.memory.Ram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * RAM, a device at {@link #DEVICE}, and an MMU that PMP does not restrict, with page tables that are built on demand.
 */
final class MmuRig implements AutoCloseable {
    static final long BASE = 0x8000_0000L;
    static final long SIZE = 8 << 20;
    static final long DEVICE = 0x1000_0000L;
    static final long DEVICE_SIZE = 0x1000;

    private static final long ROOT = BASE;

    final Ram ram;
    final Bus bus;
    final Mmu mmu;
    final Recorder device = new Recorder();

    private long nextTable = ROOT + Ram.PAGE_SIZE;
    private int levels;

    MmuRig() {
        try {
            ram = Ram.allocate(BASE, SIZE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bus = new Bus(ram);
        bus.map(DEVICE, DEVICE_SIZE, device);
        mmu = new Mmu(bus, 0);
        mmu.pmp().setAddress(0, -1);
        mmu.pmp().setConfig(0, Pmp.NAPOT << Pmp.A_SHIFT | Pmp.R | Pmp.W | Pmp.X);
        mmu.protectionChanged();
    }

    /** Turns on Sv39, Sv48 or Sv57 with an empty table, in S-mode, with Svade. */
    MmuRig paging(int levelCount) {
        return paging(levelCount, false, false);
    }

    MmuRig paging(int levelCount, boolean adue, boolean pbmte) {
        levels = levelCount;
        mmu.setSatp(8L + levels - 3 << 60 | ROOT >>> Ram.PAGE_SHIFT);
        mmu.setEnvironment(adue, pbmte);
        mmu.setMode(Privilege.SUPERVISOR, Privilege.SUPERVISOR, false, false);
        return this;
    }

    /** Goes on in an address space, whose tables are the same. */
    void changeTo(int asid) {
        mmu.setSatp(8L + levels - 3 << 60 | (long) asid << 44 | ROOT >>> Ram.PAGE_SHIFT);
    }

    /** Writes the entry for {@code va} at a level, making pointers down to it; returns the entry's address. */
    long entry(long va, int level, long value) {
        long table = ROOT;
        for (int i = levels - 1; i > level; i--) {
            long at = table + (va >>> Ram.PAGE_SHIFT + 9 * i & 511) * 8;
            if (get(at) == 0) {
                put(at, nextTable >>> Ram.PAGE_SHIFT << 10 | Pte.V);
                nextTable += Ram.PAGE_SIZE;
            }
            table = (get(at) >>> 10 & (1L << 44) - 1) << Ram.PAGE_SHIFT;
        }
        long at = table + (va >>> Ram.PAGE_SHIFT + 9 * level & 511) * 8;
        put(at, value);
        return at;
    }

    /** Maps a page or superpage. */
    long map(long va, long pa, int level, long flags) {
        return entry(va, level, pa >>> Ram.PAGE_SHIFT << 10 | flags);
    }

    long get(long address) {
        return ram.segment().get(DOUBLEWORD, address - BASE);
    }

    void put(long address, long value) {
        ram.segment().set(DOUBLEWORD, address - BASE, value);
    }

    /** The cause of the last failure, which is then forgotten; {@link Mmu#NO_FAULT} if there was none. */
    int takeFault() {
        int cause = mmu.faultCause;
        mmu.faultCause = Mmu.NO_FAULT;
        return cause;
    }

    @Override
    public void close() {
        ram.close();
    }

    /** Remembers what is written, and answers with the offset. */
    static final class Recorder implements Stateless {
        final List<String> writes = new ArrayList<>();

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public long read(long offset, int size) {
            return offset + 0x11;
        }

        @Override
        public void write(long offset, int size, long value) {
            writes.add(offset + "/" + size + "=" + Long.toHexString(value));
        }
    }
}
