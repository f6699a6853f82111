package dev.ravel.asm;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The registers' names: numeric and those of the ABI (RISC-V ABIs Specification, 1.1 and 1.2). */
public final class Registers {
    private static final String[] X = {
        "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7",
        "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"
    };
    private static final String[] F = {
        "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0", "fa1", "fa2", "fa3", "fa4", "fa5",
        "fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10",
        "ft11"
    };
    private static final String[] ROUNDING_MODES = {"rne", "rtz", "rdn", "rup", "rmm", "", "", "dyn"};

    private static final Map<String, Integer> X_NUMBERS = numbers(X, 'x');
    private static final Map<String, Integer> F_NUMBERS = numbers(F, 'f');

    static {
        X_NUMBERS.put("fp", 8);
    }

    private Registers() {}

    private static Map<String, Integer> numbers(String[] names, char prefix) {
        Map<String, Integer> numbers = new HashMap<>(4 * names.length);
        for (int i = 0; i < names.length; i++) {
            numbers.put(names[i], i);
            numbers.put(prefix + Integer.toString(i), i);
        }
        return numbers;
    }

    /** The ABI name of integer register {@code number}, 0 to 31. */
    public static String x(int number) {
        return X[number];
    }

    /** The ABI name of floating-point register {@code number}, 0 to 31. */
    public static String f(int number) {
        return F[number];
    }

    /** The number of the integer register of that name: {@code a0}, {@code x10}, {@code fp}. */
    public static OptionalInt x(String name) {
        return lookUp(X_NUMBERS, name);
    }

    /** The number of the floating-point register of that name: {@code fa0}, {@code f10}. */
    public static OptionalInt f(String name) {
        return lookUp(F_NUMBERS, name);
    }

    /** The ABI names of the integer registers, in order. */
    public static List<String> xNames() {
        return List.of(X);
    }

    /** The ABI names of the floating-point registers, in order. */
    public static List<String> fNames() {
        return List.of(F);
    }

    /** The name of a rounding mode: {@code rne} for 0; empty for the reserved 5 and 6. */
    public static String roundingMode(int number) {
        return ROUNDING_MODES[number];
    }

    /** The number of the rounding mode of that name. */
    public static OptionalInt roundingMode(String name) {
        int number = name.isEmpty() ? -1 : Arrays.asList(ROUNDING_MODES).indexOf(name);
        return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static OptionalInt lookUp(Map<String, Integer> numbers, String name) {
        Integer number = numbers.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
