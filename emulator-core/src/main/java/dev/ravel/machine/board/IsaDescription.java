package dev.ravel.machine.board;

import dev.ravel.isa.Extension;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the harts can do, in the words of the device tree ({@code riscv,isa} and {@code riscv,isa-extensions}). */
final class IsaDescription {
    /**
     * Extensions of the privileged architecture: they have no instructions of their own, or share others'. A tree that
     * named Svade beside Svadu would say that updates of A and D are off until a call of SBI's FWFT extension turns them
     * on; they are on after reset.
     */
    private static final List<String> PRIVILEGED = List.of("sstc", "svadu", "svinval", "svnapot", "svpbmt", "svvptc");

    private static final String SINGLE_LETTERS = "imafdc";

    /** The order of extensions by their letter, of the one that starts with Z by its second (Unprivileged, 36.11). */
    private static final String CANONICAL = "imafdqlcbkjtpvh";

    private static final Comparator<String> CANONICAL_ORDER = Comparator.<String>comparingInt(
                    name -> CANONICAL.indexOf(name.charAt(1)))
            .thenComparing(Comparator.naturalOrder());

    private static final List<String> EXTENSIONS = all();

    private IsaDescription() {}

    /** {@code i}, {@code m}, ..., {@code zicsr}, ..., {@code svpbmt}: in canonical order. */
    static List<String> extensions() {
        return EXTENSIONS;
    }

    private static List<String> all() {
        Stream<String> single = SINGLE_LETTERS.chars().mapToObj(Character::toString);
        Stream<String> named = Arrays.stream(Extension.values())
                .map(e -> e.specName().toLowerCase(Locale.ROOT))
                .filter(name -> name.startsWith("z"))
                .sorted(CANONICAL_ORDER);
        return Stream.of(single, named, PRIVILEGED.stream()).flatMap(s -> s).toList();
    }

    /** {@code rv64imafdc_zicbom_...}. */
    static String isaString() {
        return "rv64" + SINGLE_LETTERS + "_"
                + extensions().stream().filter(e -> e.length() > 1).collect(Collectors.joining("_"));
    }
}
