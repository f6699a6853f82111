package dev.ravel.asm.statement;

import dev.ravel.asm.layout.Bytes;
import dev.ravel.asm.layout.Padding;
import dev.ravel.asm.layout.Section;
import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.ExpressionParser;
import dev.ravel.asm.source.FloatLiterals;
import dev.ravel.asm.source.Lexer;
import dev.ravel.asm.source.Line;
import dev.ravel.asm.source.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Directives that put data into the current section. */
final class DataDirectives {
    private static final Map<String, Integer> INTEGERS = Map.ofEntries(
            Map.entry(".byte", 1),
            Map.entry(".dc.b", 1),
            Map.entry(".half", 2),
            Map.entry(".short", 2),
            Map.entry(".hword", 2),
            Map.entry(".2byte", 2),
            Map.entry(".dc.w", 2),
            Map.entry(".word", 4),
            Map.entry(".long", 4),
            Map.entry(".int", 4),
            Map.entry(".4byte", 4),
            Map.entry(".dc.l", 4),
            Map.entry(".dword", 8),
            Map.entry(".quad", 8),
            Map.entry(".8byte", 8),
            Map.entry(".dc.a", 8));

    static final List<String> NAMES = names();

    /** Larger spaces are fragments of their own, which take no memory here. */
    private static final long MOST_AT_ONCE = 1 << 16;

    private final SourceAssembler source;
    private final ExpressionParser expressions;

    DataDirectives(SourceAssembler source, ExpressionParser expressions) {
        this.source = source;
        this.expressions = expressions;
    }

    private static List<String> names() {
        var names = new ArrayList<>(INTEGERS.keySet());
        names.addAll(List.of(
                ".ascii",
                ".asciz",
                ".string",
                ".zero",
                ".space",
                ".skip",
                ".fill",
                ".float",
                ".single",
                ".double",
                ".float16",
                ".uleb128",
                ".sleb128",
                ".incbin",
                ".insn"));
        return names;
    }

    /** Carries out a directive whose operands begin at the lexer's position; whether it is one of these. */
    boolean carryOut(String directive, Lexer lexer) {
        Integer size = INTEGERS.get(directive);
        if (size != null) {
            integers(size, lexer);
            return true;
        }
        switch (directive) {
            case ".ascii" -> strings(false, lexer);
            case ".asciz", ".string" -> strings(true, lexer);
            case ".zero", ".space", ".skip" -> space(lexer);
            case ".fill" -> fill(lexer);
            case ".float", ".single" -> floats(Float.BYTES, lexer);
            case ".double" -> floats(Double.BYTES, lexer);
            case ".float16" -> floats(Short.BYTES, lexer);
            case ".uleb128", ".sleb128" -> leb128(directive.equals(".sleb128"), lexer);
            case ".incbin" -> includeBytes(lexer);
            case ".insn" -> instruction(lexer);
            default -> {
                return false;
            }
        }
        return true;
    }

    private Bytes open(long count, Lexer lexer) {
        return source.section().open(false, count, lexer.line());
    }

    private void put(long value, int size, Lexer lexer, int index) {
        if (value != 0) {
            requireContents(lexer, index);
        }
        open(size, lexer).add(value, size);
    }

    private void requireContents(Lexer lexer, int index) {
        Section section = source.section();
        if (!section.kind().hasContents()) {
            throw lexer.error(index, "section `" + section.name() + "` holds no contents, only zeros");
        }
    }

    private void integers(int size, Lexer lexer) {
        if (lexer.atEnd()) {
            return;
        }
        do {
            int start = lexer.start();
            Expression expression = expressions.parse(lexer);
            Value value = expression.early();
            if (value.isAbsolute()) {
                checkSize(value.number(), size, lexer.line(), start);
                put(value.number(), size, lexer, start);
            } else {
                requireContents(lexer, start);
                Line line = lexer.line();
                open(size, lexer)
                        .add(
                                (section, position, address) -> {
                                    long number = expression.late().number();
                                    checkSize(number, size, line, start);
                                    patch(section, position, number, size);
                                },
                                size);
            }
        } while (lexer.take(','));
        lexer.expectEnd();
    }

    private static void checkSize(long value, int size, Line line, int index) {
        int bits = size * Byte.SIZE;
        if (size < Long.BYTES && (value < -1L << bits - 1 || value >= 1L << bits)) {
            throw line.error(
                    index,
                    "%d (0x%x) does not fit into %d bytes"
                            .formatted(value, value, size)
                            .replace("1 bytes", "1 byte"));
        }
    }

    private static void patch(ByteBuffer section, int position, long value, int size) {
        for (int i = 0; i < size; i++) {
            section.put(position + i, (byte) (value >> 8 * i));
        }
    }

    private void strings(boolean terminated, Lexer lexer) {
        if (lexer.atEnd()) {
            return;
        }
        do {
            if (lexer.kind() != Lexer.Kind.STRING) {
                throw lexer.error("expected a string, found " + lexer.describe());
            }
            int start = lexer.start();
            // Strings one after the other without a comma are one.
            while (lexer.kind() == Lexer.Kind.STRING) {
                bytes(lexer.text().getBytes(StandardCharsets.ISO_8859_1), lexer, start);
                lexer.advance();
            }
            if (terminated) {
                put(0, 1, lexer, start);
            }
        } while (lexer.take(','));
        lexer.expectEnd();
    }

    private void bytes(byte[] bytes, Lexer lexer, int index) {
        for (byte b : bytes) {
            if (b != 0) {
                requireContents(lexer, index);
            }
        }
        open(bytes.length, lexer).add(bytes);
    }

    /** {@code .space count, fill}. */
    private void space(Lexer lexer) {
        int start = lexer.start();
        Expression count = expressions.parse(lexer);
        long value = 0;
        if (lexer.take(',')) {
            int valueStart = lexer.start();
            value = expressions.parseConstant(lexer, "the fill value");
            checkSize(value, 1, lexer.line(), valueStart);
            if (value != 0) {
                requireContents(lexer, valueStart);
            }
        }
        lexer.expectEnd();
        repeat(count, 1, value, lexer, start);
    }

    /** {@code .fill count, size, value}: of the value the low four bytes count. */
    private void fill(Lexer lexer) {
        int start = lexer.start();
        Expression count = expressions.parse(lexer);
        int size = 1;
        long value = 0;
        if (lexer.take(',')) {
            int sizeStart = lexer.start();
            long asked = expressions.parseConstant(lexer, "the size");
            if (asked < 0 || asked > Long.BYTES) {
                throw lexer.error(sizeStart, "size " + asked + " is not in the range 0 to 8");
            }
            size = (int) asked;
            if (lexer.take(',')) {
                int valueStart = lexer.start();
                value = expressions.parseConstant(lexer, "the fill value") & 0xffff_ffffL;
                if (value != 0) {
                    requireContents(lexer, valueStart);
                }
            }
        }
        lexer.expectEnd();
        repeat(count, size, value, lexer, start);
    }

    private void repeat(Expression count, int size, long value, Lexer lexer, int index) {
        Value times = count.early();
        if (!times.isAbsolute() || times.number() > MOST_AT_ONCE) {
            source.section().mark(false);
            source.section().add(new Padding.Fill(count, size, value, lexer.line(), index));
            return;
        }
        if (times.number() < 0) {
            throw lexer.error(index, "cannot reserve " + times.number() + " units of space");
        }
        long bytes = times.number() * size;
        Bytes open = open(bytes, lexer);
        if (value == 0) {
            open.skip((int) bytes);
        } else {
            for (long i = 0; i < times.number(); i++) {
                open.add(value, size);
            }
        }
    }

    private void floats(int size, Lexer lexer) {
        if (lexer.atEnd()) {
            return;
        }
        do {
            int start = lexer.start();
            double value = FloatLiterals.read(lexer);
            long bits = switch (size) {
                case Double.BYTES -> Double.doubleToLongBits(value);
                case Float.BYTES -> Float.floatToIntBits((float) value);
                default -> Float.floatToFloat16((float) value);
            };
            put(bits, size, lexer, start);
        } while (lexer.take(','));
        lexer.expectEnd();
    }

    private void leb128(boolean signed, Lexer lexer) {
        do {
            int start = lexer.start();
            long value = expressions.parseConstant(lexer, "the number");
            boolean more = true;
            while (more) {
                long low = value & 0x7f;
                value = signed ? value >> 7 : value >>> 7;
                more = signed ? value != -(low >> 6) : value != 0;
                put(more ? low | 0x80 : low, 1, lexer, start);
            }
        } while (lexer.take(','));
        lexer.expectEnd();
    }

    /** {@code .incbin "file", skip, count}. */
    private void includeBytes(Lexer lexer) {
        int start = lexer.start();
        byte[] contents = Directives.file(source, lexer);
        long skip = 0;
        long count = Long.MAX_VALUE;
        if (lexer.take(',')) {
            if (!lexer.at(',')) {
                skip = expressions.parseConstant(lexer, "the number of bytes to skip");
            }
            if (lexer.take(',')) {
                count = expressions.parseConstant(lexer, "the number of bytes");
            }
        }
        lexer.expectEnd();
        if (skip < 0 || skip > contents.length || count < 0) {
            throw lexer.error(start, "the file has " + contents.length + " bytes, not those that are asked for");
        }
        int end = (int) Math.min(contents.length, skip + Math.min(count, contents.length));
        bytes(Arrays.copyOfRange(contents, (int) skip, end), lexer, start);
    }

    /** {@code .insn value} and {@code .insn length, value}: an instruction as a number. */
    private void instruction(Lexer lexer) {
        int start = lexer.start();
        if (lexer.atName()) {
            throw lexer.error("expected a number: `.insn` with a format is not supported, write the encoding");
        }
        long value = expressions.parseConstant(lexer, "the encoding");
        long length = (value & 3) == 3 ? 4 : 2;
        if (lexer.take(',')) {
            if (value != 2 && value != 4) {
                throw lexer.error(start, "length " + value + " is not 2 or 4");
            }
            length = value;
            start = lexer.start();
            value = expressions.parseConstant(lexer, "the encoding");
            if (((value & 3) == 3 ? 4 : 2) != length) {
                throw lexer.error(start, "the low bits of 0x%x do not say length %d".formatted(value, length));
            }
        }
        lexer.expectEnd();
        if (value < 0 || value >>> 8 * length != 0) {
            throw lexer.error(start, "0x%x does not fit into %d bytes".formatted(value, length));
        }
        source.emitCode((int) value, (int) length);
    }
}
