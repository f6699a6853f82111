package dev.ravel.inspect.linux;

import static dev.ravel.memory.LittleEndian.DOUBLEWORD;

import dev.ravel.memory.Ram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * RAM that looks as a Linux kernel leaves it: Sv39 page tables that map RAM from {@link #KERNEL} on and once more, lower,
 * as the linear map does; a banner, symbols, types.
 */
final class KernelRig implements AutoCloseable {
    static final long BASE = 0x8000_0000L;
    static final int SIZE = 8 << 20;

    /** The virtual address of the first byte of RAM. */
    static final long KERNEL = 0xffff_ffff_8000_0000L;

    static final long LINEAR = 0xffff_ffd6_0000_0000L;

    private static final int ROOT = 0x1000;
    private static final int BANNER = 0x5000;
    private static final int TABLES = 0x10_0004;
    private static final int TYPES = 0x40_0000;
    private static final long LEAF = 0xcf;

    final Ram ram;
    final long satp = 8L << 60 | BASE + ROOT >>> Ram.PAGE_SHIFT;
    final List<KernelSymbol> symbols = new ArrayList<>();

    KernelRig() {
        try {
            ram = Ram.allocate(BASE, SIZE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        map(KERNEL, 0x2000);
        map(LINEAR, 0x3000);
        put(BANNER, "Linux version 1.2.3 (test)\n\0".getBytes(StandardCharsets.US_ASCII));
        symbol("_text", 'T', 0);
        symbol("swapper_pg_dir", 'B', ROOT);
        symbol("linux_banner", 'D', BANNER);
        for (int i = 0; i < 600; i++) {
            symbol("symbol_" + i, 't', 0x20_0000 + i * 16);
        }
        symbol("x".repeat(300), 'd', 0x20_0000 + 600 * 16);
    }

    /** Maps all of RAM, with two-megabyte pages under one table. */
    private void map(long va, int table) {
        putLong(ROOT + (va >>> 30 & 511) * 8, BASE + table >>> Ram.PAGE_SHIFT << 10 | 1);
        for (int i = 0; i < SIZE >> 21; i++) {
            putLong(table + i * 8L, BASE + ((long) i << 21) >>> Ram.PAGE_SHIFT << 10 | LEAF);
        }
    }

    void symbol(String name, char type, long offset) {
        symbols.add(new KernelSymbol(name, type, KERNEL + offset));
    }

    /** Puts symbols into memory, and types, which are called for by two more of them. */
    KernelRig load(KallsymsTables.Layout layout, byte[] types) {
        put(TYPES, types);
        symbol("__start_BTF", 'R', TYPES);
        symbol("__stop_BTF", 'R', TYPES + types.length);
        load(layout);
        return this;
    }

    KernelRig load(KallsymsTables.Layout layout) {
        // A kernel's 8-byte alignment is that of its virtual addresses.
        int at = layout == KallsymsTables.Layout.RELATIVE_TO_PLACE ? TABLES : TABLES + 4;
        symbols.sort(Comparator.comparing(KernelSymbol::address, Long::compareUnsigned));
        put(at, KallsymsTables.write(layout, symbols, KERNEL + at));
        return this;
    }

    KernelImage image() throws InspectionException {
        return KernelImage.find(ram, List.of(satp));
    }

    void put(long offset, byte[] bytes) {
        MemorySegment.copy(bytes, 0, ram.segment(), ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    void putLong(long offset, long value) {
        ram.segment().set(DOUBLEWORD, offset, value);
    }

    long getLong(long offset) {
        return ram.segment().get(DOUBLEWORD, offset);
    }

    @Override
    public void close() {
        ram.close();
    }
}
