package dev.ravel.fp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every floating-point operation by the name that Berkeley TestFloat gives it, with its formats. */
final class FloatOperations {

    /** The meaning of an operation on raw operands; operands that it does not have are ignored. */
    @FunctionalInterface
    interface Meaning {
        long apply(FloatStatus status, long a, long b, long c, int rm);
    }

    /**
     * An operation.
     *
     * @param operandType {@code f64}, {@code i32} and their like
     * @param operands how many, 1 to 3
     * @param resultType as {@code operandType}, or {@code bool}
     */
    record FloatOperation(String name, String operandType, int operands, String resultType, Meaning meaning) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Map<String, FloatOperation> ALL = new FloatOperations().byName;

    private final Map<String, FloatOperation> byName = new LinkedHashMap<>();

    private FloatOperations() {
        f64();
        f32();
        f16();
        f64ToOthers();
        f32ToOthers();
        f16ToOthers();
        fromIntegers();
    }

    /** All operations by name. */
    static Map<String, FloatOperation> all() {
        return Collections.unmodifiableMap(ALL);
    }

    private void f64() {
        String type = "f64";
        same(type, "add", 2, (s, a, b, c, rm) -> Float64.add(s, a, b, rm));
        same(type, "sub", 2, (s, a, b, c, rm) -> Float64.sub(s, a, b, rm));
        same(type, "mul", 2, (s, a, b, c, rm) -> Float64.mul(s, a, b, rm));
        same(type, "div", 2, (s, a, b, c, rm) -> Float64.div(s, a, b, rm));
        same(type, "sqrt", 1, (s, a, b, c, rm) -> Float64.sqrt(s, a, rm));
        same(type, "mulAdd", 3, (s, a, b, c, rm) -> Float64.fma(s, a, b, c, rm));
        same(type, "roundToInt", 1, (s, a, b, c, rm) -> Float64.roundExact(s, a, rm));
        compare(type, "eq", (s, a, b, c, rm) -> Float64.eq(s, a, b));
        compare(type, "lt", (s, a, b, c, rm) -> Float64.lt(s, a, b));
        compare(type, "le", (s, a, b, c, rm) -> Float64.le(s, a, b));
        compare(type, "lt_quiet", (s, a, b, c, rm) -> Float64.ltq(s, a, b));
        compare(type, "le_quiet", (s, a, b, c, rm) -> Float64.leq(s, a, b));
    }

    private void f32() {
        String type = "f32";
        same(type, "add", 2, (s, a, b, c, rm) -> Float32.add(s, (int) a, (int) b, rm));
        same(type, "sub", 2, (s, a, b, c, rm) -> Float32.sub(s, (int) a, (int) b, rm));
        same(type, "mul", 2, (s, a, b, c, rm) -> Float32.mul(s, (int) a, (int) b, rm));
        same(type, "div", 2, (s, a, b, c, rm) -> Float32.div(s, (int) a, (int) b, rm));
        same(type, "sqrt", 1, (s, a, b, c, rm) -> Float32.sqrt(s, (int) a, rm));
        same(type, "mulAdd", 3, (s, a, b, c, rm) -> Float32.fma(s, (int) a, (int) b, (int) c, rm));
        same(type, "roundToInt", 1, (s, a, b, c, rm) -> Float32.roundExact(s, (int) a, rm));
        compare(type, "eq", (s, a, b, c, rm) -> Float32.eq(s, (int) a, (int) b));
        compare(type, "lt", (s, a, b, c, rm) -> Float32.lt(s, (int) a, (int) b));
        compare(type, "le", (s, a, b, c, rm) -> Float32.le(s, (int) a, (int) b));
        compare(type, "lt_quiet", (s, a, b, c, rm) -> Float32.ltq(s, (int) a, (int) b));
        compare(type, "le_quiet", (s, a, b, c, rm) -> Float32.leq(s, (int) a, (int) b));
    }

    private void f16() {
        String type = "f16";
        same(type, "add", 2, (s, a, b, c, rm) -> Float16.add(s, (int) a, (int) b, rm));
        same(type, "sub", 2, (s, a, b, c, rm) -> Float16.sub(s, (int) a, (int) b, rm));
        same(type, "mul", 2, (s, a, b, c, rm) -> Float16.mul(s, (int) a, (int) b, rm));
        same(type, "div", 2, (s, a, b, c, rm) -> Float16.div(s, (int) a, (int) b, rm));
        same(type, "sqrt", 1, (s, a, b, c, rm) -> Float16.sqrt(s, (int) a, rm));
        same(type, "mulAdd", 3, (s, a, b, c, rm) -> Float16.fma(s, (int) a, (int) b, (int) c, rm));
        same(type, "roundToInt", 1, (s, a, b, c, rm) -> Float16.roundExact(s, (int) a, rm));
        compare(type, "eq", (s, a, b, c, rm) -> Float16.eq(s, (int) a, (int) b));
        compare(type, "lt", (s, a, b, c, rm) -> Float16.lt(s, (int) a, (int) b));
        compare(type, "le", (s, a, b, c, rm) -> Float16.le(s, (int) a, (int) b));
        compare(type, "lt_quiet", (s, a, b, c, rm) -> Float16.ltq(s, (int) a, (int) b));
        compare(type, "le_quiet", (s, a, b, c, rm) -> Float16.leq(s, (int) a, (int) b));
    }

    private void f64ToOthers() {
        convert("f64", "i32", (s, a, b, c, rm) -> Float64.toInt32(s, a, rm));
        convert("f64", "ui32", (s, a, b, c, rm) -> Float64.toUnsignedInt32(s, a, rm));
        convert("f64", "i64", (s, a, b, c, rm) -> Float64.toInt64(s, a, rm));
        convert("f64", "ui64", (s, a, b, c, rm) -> Float64.toUnsignedInt64(s, a, rm));
        convert("f64", "f32", (s, a, b, c, rm) -> Float32.fromFloat64(s, a, rm));
        convert("f64", "f16", (s, a, b, c, rm) -> Float16.fromFloat64(s, a, rm));
    }

    private void f32ToOthers() {
        convert("f32", "i32", (s, a, b, c, rm) -> Float32.toInt32(s, (int) a, rm));
        convert("f32", "ui32", (s, a, b, c, rm) -> Float32.toUnsignedInt32(s, (int) a, rm));
        convert("f32", "i64", (s, a, b, c, rm) -> Float32.toInt64(s, (int) a, rm));
        convert("f32", "ui64", (s, a, b, c, rm) -> Float32.toUnsignedInt64(s, (int) a, rm));
        convert("f32", "f64", (s, a, b, c, rm) -> Float64.fromFloat32(s, (int) a));
        convert("f32", "f16", (s, a, b, c, rm) -> Float16.fromFloat32(s, (int) a, rm));
    }

    private void f16ToOthers() {
        convert("f16", "i32", (s, a, b, c, rm) -> Float16.toInt32(s, (int) a, rm));
        convert("f16", "ui32", (s, a, b, c, rm) -> Float16.toUnsignedInt32(s, (int) a, rm));
        convert("f16", "i64", (s, a, b, c, rm) -> Float16.toInt64(s, (int) a, rm));
        convert("f16", "ui64", (s, a, b, c, rm) -> Float16.toUnsignedInt64(s, (int) a, rm));
        convert("f16", "f64", (s, a, b, c, rm) -> Float64.fromFloat16(s, (int) a));
        convert("f16", "f32", (s, a, b, c, rm) -> Float32.fromFloat16(s, (int) a));
    }

    private void fromIntegers() {
        convert("i32", "f64", (s, a, b, c, rm) -> Float64.fromInt64(s, (int) a, rm));
        convert("ui32", "f64", (s, a, b, c, rm) -> Float64.fromUnsignedInt64(s, a & 0xffff_ffffL, rm));
        convert("i64", "f64", (s, a, b, c, rm) -> Float64.fromInt64(s, a, rm));
        convert("ui64", "f64", (s, a, b, c, rm) -> Float64.fromUnsignedInt64(s, a, rm));
        convert("i32", "f32", (s, a, b, c, rm) -> Float32.fromInt64(s, (int) a, rm));
        convert("ui32", "f32", (s, a, b, c, rm) -> Float32.fromUnsignedInt64(s, a & 0xffff_ffffL, rm));
        convert("i64", "f32", (s, a, b, c, rm) -> Float32.fromInt64(s, a, rm));
        convert("ui64", "f32", (s, a, b, c, rm) -> Float32.fromUnsignedInt64(s, a, rm));
        convert("i32", "f16", (s, a, b, c, rm) -> Float16.fromInt64(s, (int) a, rm));
        convert("ui32", "f16", (s, a, b, c, rm) -> Float16.fromUnsignedInt64(s, a & 0xffff_ffffL, rm));
        convert("i64", "f16", (s, a, b, c, rm) -> Float16.fromInt64(s, a, rm));
        convert("ui64", "f16", (s, a, b, c, rm) -> Float16.fromUnsignedInt64(s, a, rm));
    }

    private void same(String type, String name, int operands, Meaning meaning) {
        add(new FloatOperation(type + "_" + name, type, operands, type, meaning));
    }

    private void compare(String type, String name, Meaning meaning) {
        add(new FloatOperation(type + "_" + name, type, 2, "bool", meaning));
    }

    private void convert(String from, String to, Meaning meaning) {
        add(new FloatOperation(from + "_to_" + to, from, 1, to, meaning));
    }

    private void add(FloatOperation operation) {
        byName.put(operation.name(), operation);
    }
}
