package dev.ravel.machine;

import dev.ravel.isa.Extension;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the harts can do, in the words of the device tree ({@code riscv,isa} and {@code riscv,isa-extensions}). */
final class IsaDescription {
    /** Extensions of the privileged architecture: they have no instructions of their own, or share others'. */
    private static final List<String> PRIVILEGED = List.of("sstc", "svade", "svadu", "svinval", "svnapot", "svpbmt");

    private static final String SINGLE_LETTERS = "imafdc";

    private IsaDescription() {}

    /** {@code i}, {@code m}, ..., {@code zicsr}, ..., {@code svpbmt}. */
    static List<String> extensions() {
        Stream<String> single = SINGLE_LETTERS.chars().mapToObj(Character::toString);
        Stream<String> named = Arrays.stream(Extension.values())
                .map(e -> e.specName().toLowerCase(Locale.ROOT))
                .filter(name -> name.startsWith("z"))
                .sorted();
        return Stream.of(single, named, PRIVILEGED.stream()).flatMap(s -> s).toList();
    }

    /** {@code rv64imafdc_zba_...}. */
    static String isaString() {
        return "rv64" + SINGLE_LETTERS + "_"
                + extensions().stream().filter(e -> e.length() > 1).collect(Collectors.joining("_"));
    }
}
