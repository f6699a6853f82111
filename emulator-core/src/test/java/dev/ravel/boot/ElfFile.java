package dev.ravel.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes small ELF64 files for tests: header, program headers, segments, dynamic section, symbols, section headers. */
final class ElfFile {
    private record Piece(int type, int flags, long virtual, long physical, byte[] data, long memorySize) {}

    private record Name(String name, int info, int section, long value, long size) {}

    int type = 2;
    int machine = 243;
    long entry = 0x8000_0000L;
    private final List<Piece> pieces = new ArrayList<>();
    private final List<Name> names = new ArrayList<>();

    ElfFile load(long virtual, long physical, byte[] data, long memorySize) {
        pieces.add(new Piece(1, 7, virtual, physical, data, memorySize));
        return this;
    }

    ElfFile load(long address, byte[] data) {
        return load(address, address, data, data.length);
    }

    ElfFile readOnly(long address, byte[] data) {
        pieces.add(new Piece(1, 4, address, address, data, data.length));
        return this;
    }

    ElfFile programHeader(int headerType, long virtual, byte[] data) {
        pieces.add(new Piece(headerType, 6, virtual, virtual, data, data.length));
        return this;
    }

    ElfFile symbol(String name, long value, long size) {
        names.add(new Name(name, 0x10, 1, value, size));
        return this;
    }

    ElfFile symbol(String name, int info, int section, long value) {
        names.add(new Name(name, info, section, value, 0));
        return this;
    }

    /** An executable of two instructions with a few symbols. */
    static ElfFile small() {
        return new ElfFile()
                .load(0x8000_0000L, doublewords(0x0000_006f_0000_0013L))
                .load(0x8000_1000L, 0x8000_1000L, doublewords(1, 2), 64)
                .symbol("tohost", 0x8000_1000L, 8)
                .symbol("begin_signature", 0x8000_1010L, 0);
    }

    static byte[] doublewords(long... values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        out.asLongBuffer().put(values);
        return out.array();
    }

    byte[] build() {
        ByteBuffer out = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        out.position(64 + pieces.size() * 56);
        List<Integer> offsets = new ArrayList<>();
        for (Piece p : pieces) {
            offsets.add(out.position());
            out.put(p.data);
        }
        StringBuilder strings = new StringBuilder("\0");
        int symbols = out.position();
        out.put(new byte[24]);
        for (Name n : names) {
            out.putInt(strings.length()).put((byte) n.info).put((byte) 0).putShort((short) n.section);
            out.putLong(n.value).putLong(n.size);
            strings.append(n.name).append('\0');
        }
        int symbolsSize = out.position() - symbols;
        int stringTable = out.position();
        out.put(strings.toString().getBytes(StandardCharsets.UTF_8));
        int sections = out.position();
        out.put(new byte[64]);
        section(out, 2, symbols, symbolsSize, 2);
        section(out, 3, stringTable, strings.length(), 0);
        int end = out.position();

        out.position(0);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        out.putShort((short) type).putShort((short) machine).putInt(1).putLong(entry);
        out.putLong(64).putLong(sections).putInt(5);
        out.putShort((short) 64).putShort((short) 56).putShort((short) pieces.size());
        out.putShort((short) 64).putShort((short) 3).putShort((short) 2);
        for (int i = 0; i < pieces.size(); i++) {
            Piece p = pieces.get(i);
            out.putInt(p.type)
                    .putInt(p.flags)
                    .putLong(offsets.get(i))
                    .putLong(p.virtual)
                    .putLong(p.physical);
            out.putLong(p.data.length).putLong(p.memorySize).putLong(8);
        }
        return Arrays.copyOf(out.array(), end);
    }

    private static void section(ByteBuffer out, int type, int offset, int size, int link) {
        out.putInt(1).putInt(type).putLong(0).putLong(0).putLong(offset).putLong(size);
        out.putInt(link).putInt(0).putLong(8).putLong(type == 2 ? 24 : 0);
    }
}
