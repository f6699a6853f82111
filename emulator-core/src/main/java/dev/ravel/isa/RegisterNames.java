package dev.ravel.isa;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Names of the integer and floating-point registers: those of the calling convention and plain numbers. */
public final class RegisterNames {
    private static final List<String> X = List.of(
            "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6"
                    .split(" "));
    private static final List<String> F = List.of(("ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5"
                    + " fa6 fa7 fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11")
            .split(" "));
    private static final Map<String, Integer> X_NUMBERS = numbers(X, "x");
    private static final Map<String, Integer> F_NUMBERS = numbers(F, "f");

    static {
        X_NUMBERS.put("fp", 8);
    }

    private RegisterNames() {}

    private static Map<String, Integer> numbers(List<String> names, String prefix) {
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            numbers.put(names.get(i), i);
            numbers.put(prefix + i, i);
        }
        return numbers;
    }

    /** The calling convention's name of integer register {@code number}: {@code a0}. */
    public static String x(int number) {
        return X.get(number);
    }

    /** The calling convention's name of floating-point register {@code number}: {@code fa0}. */
    public static String f(int number) {
        return F.get(number);
    }

    /** The integer register of that name: {@code a0}, {@code x10}, {@code fp}. */
    public static OptionalInt xNumber(String name) {
        return find(X_NUMBERS, name);
    }

    /** The floating-point register of that name: {@code fa0}, {@code f10}. */
    public static OptionalInt fNumber(String name) {
        return find(F_NUMBERS, name);
    }

    private static OptionalInt find(Map<String, Integer> numbers, String name) {
        Integer number = numbers.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
