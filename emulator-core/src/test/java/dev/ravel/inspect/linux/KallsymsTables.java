package dev.ravel.inspect.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the tables that a kernel carries, in the layouts that kernels have had. */
final class KallsymsTables {
    /** Which kernels lay them out so. */
    enum Layout {
        /** Up to 6.3: the offsets stand in front. */
        OFFSETS_FIRST(8),
        /** 6.4 to 6.19. */
        RELATIVE_BASE(8),
        /** From 7.0 on. */
        RELATIVE_TO_PLACE(4);

        private final int alignment;

        Layout(int alignment) {
            this.alignment = alignment;
        }
    }

    private final ByteBuffer out;
    private final Layout layout;

    private KallsymsTables(int size, Layout layout) {
        this.out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        this.layout = layout;
    }

    /**
     * The tables of symbols.
     *
     * @param address where the first byte will be in the kernel's virtual memory
     */
    static byte[] write(Layout layout, List<KernelSymbol> symbols, long address) {
        KallsymsTables tables = new KallsymsTables(1 << 20, layout);
        tables.write(symbols, address);
        byte[] bytes = new byte[tables.out.position()];
        tables.out.get(0, bytes);
        return bytes;
    }

    private void write(List<KernelSymbol> symbols, long address) {
        long base = symbols.getFirst().address();
        if (layout == Layout.OFFSETS_FIRST) {
            symbols.forEach(s -> out.putInt((int) (s.address() - base)));
            align();
            out.putLong(base);
        }
        out.putInt(symbols.size());
        align();
        int names = out.position();
        int[] markers = new int[(symbols.size() + 255) / 256];
        for (int i = 0; i < symbols.size(); i++) {
            if (i % 256 == 0) {
                markers[i / 256] = out.position() - names;
            }
            byte[] name = compress(symbols.get(i).type() + symbols.get(i).name());
            if (name.length < 128) {
                out.put((byte) name.length);
            } else {
                out.put((byte) (name.length & 0x7f | 0x80)).put((byte) (name.length >> 7));
            }
            out.put(name);
        }
        align();
        for (int marker : markers) {
            out.putInt(marker);
        }
        align();
        if (layout == Layout.OFFSETS_FIRST) {
            // seqs_of_names, 3 bytes each, big-endian.
            for (int i = 0; i < symbols.size(); i++) {
                out.put((byte) (i >> 16)).put((byte) (i >> 8)).put((byte) i);
            }
            align();
        }
        int[] index = new int[256];
        int tokens = out.position();
        for (int i = 0; i < 256; i++) {
            index[i] = out.position() - tokens;
            out.put(token(i).getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
        }
        align();
        for (int offset : index) {
            out.putShort((short) offset);
        }
        align();
        if (layout != Layout.OFFSETS_FIRST) {
            for (KernelSymbol s : symbols) {
                out.putInt((int) (s.address() - (layout == Layout.RELATIVE_BASE ? base : address + out.position())));
            }
            align();
        }
        if (layout == Layout.RELATIVE_BASE) {
            out.putLong(base);
        }
    }

    /** Printable characters stand for themselves, other bytes for pieces of names. */
    private static String token(int i) {
        return i > 32 && i < 127 ? String.valueOf((char) i) : i == 200 ? "symbol_" : "x" + Integer.toHexString(i) + "_";
    }

    private static byte[] compress(String name) {
        return name.replace("symbol_", "\u00c8").getBytes(StandardCharsets.ISO_8859_1);
    }

    private void align() {
        while (out.position() % layout.alignment != 0) {
            out.put((byte) 0);
        }
    }
}
