package dev.ravel.inspect.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes types as a compiler's BTF has them (btf.rst); each method returns the number of the type. */
final class BtfWriter {
    private final ByteArrayOutputStream types = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private int count;

    BtfWriter() {
        strings.write(0);
    }

    /** A member of a struct: with {@code bits} other than 0 a bit field. */
    record Field(String name, int type, int bitOffset, int bits) {
        Field(String name, int type, int byteOffset) {
            this(name, type, byteOffset * 8, 0);
        }
    }

    private int string(String s) {
        if (s.isEmpty()) {
            return 0;
        }
        int at = strings.size();
        strings.writeBytes(s.getBytes(StandardCharsets.UTF_8));
        strings.write(0);
        return at;
    }

    private void put(int... words) {
        ByteBuffer out = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            out.putInt(word);
        }
        types.writeBytes(out.array());
    }

    private int type(String name, int kind, boolean flag, int length, int sizeOrType) {
        put(string(name), (flag ? 1 << 31 : 0) | kind << 24 | length, sizeOrType);
        return ++count;
    }

    int integer(String name, int size, boolean signed) {
        int number = type(name, BtfKind.INT, false, 0, size);
        put((signed ? 1 << 24 : 0) | size * 8);
        return number;
    }

    int pointer(int to) {
        return type("", BtfKind.PTR, false, 0, to);
    }

    int alias(int kind, String name, int of) {
        return type(name, kind, false, 0, of);
    }

    int forward(String name) {
        return type(name, BtfKind.FWD, false, 0, 0);
    }

    int array(int of, int length) {
        int number = type("", BtfKind.ARRAY, false, 0, 0);
        put(of, 0, length);
        return number;
    }

    int struct(String name, int size, Field... fields) {
        return composite(BtfKind.STRUCT, name, size, fields);
    }

    int union(String name, int size, Field... fields) {
        return composite(BtfKind.UNION, name, size, fields);
    }

    private int composite(int kind, String name, int size, Field... fields) {
        boolean bitFields = false;
        for (Field f : fields) {
            bitFields |= f.bits != 0;
        }
        int number = type(name, kind, bitFields, fields.length, size);
        for (Field f : fields) {
            put(string(f.name), f.type, bitFields ? f.bits << 24 | f.bitOffset : f.bitOffset);
        }
        return number;
    }

    int enumeration(String name, boolean signed, Object... namesAndValues) {
        int number = type(name, BtfKind.ENUM, signed, namesAndValues.length / 2, 4);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            put(string((String) namesAndValues[i]), (Integer) namesAndValues[i + 1]);
        }
        return number;
    }

    int enumeration64(String name, String value, long number) {
        int type = type(name, BtfKind.ENUM64, false, 1, 8);
        put(string(value), (int) number, (int) (number >>> 32));
        return type;
    }

    /** A type of another kind, with as many bytes behind it as the kind has. */
    void other(int kind, int length) {
        type("other", kind, false, length, 0);
        types.writeBytes(new byte[BtfKind.extra(kind, length)]);
    }

    byte[] blob() {
        ByteBuffer out = ByteBuffer.allocate(24 + types.size() + strings.size()).order(ByteOrder.LITTLE_ENDIAN);
        out.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
        out.putInt(0).putInt(types.size()).putInt(types.size()).putInt(strings.size());
        return out.put(types.toByteArray()).put(strings.toByteArray()).array();
    }
}
