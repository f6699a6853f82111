package dev.ravel.asm.instruction;

import dev.ravel.isa.Extension;
import java.util.EnumSet;
import java.util.Set;

/**
 * What {@code .option} governs. Immutable.
 *
 * @param compressed whether compressed encodings may be used ({@code rvc})
 * @param relaxed whether {@code call} and {@code tail} shrink to a single jump where that reaches ({@code relax})
 * @param extensions the extensions whose instructions may be used ({@code arch})
 * @param named the extensions that the source asked for by name; only these serve to compress beyond C
 */
public record CodeOptions(boolean compressed, boolean relaxed, Set<Extension> extensions, Set<Extension> named) {

    /** Everything allowed, compressed with C. */
    public static CodeOptions standard() {
        return new CodeOptions(true, true, EnumSet.allOf(Extension.class), EnumSet.noneOf(Extension.class));
    }

    boolean compressesWith(Extension extension) {
        return named.contains(extension);
    }

    public CodeOptions withCompressed(boolean value) {
        return new CodeOptions(value, relaxed, extensions, named);
    }

    public CodeOptions withRelaxed(boolean value) {
        return new CodeOptions(compressed, value, extensions, named);
    }

    /** With exactly these extensions. */
    public CodeOptions withExtensions(Set<Extension> exactly) {
        return new CodeOptions(exactly.contains(Extension.C), relaxed, exactly, exactly);
    }

    public CodeOptions with(Extension extension) {
        return new CodeOptions(
                compressed || extension == Extension.C, relaxed, plus(extensions, extension), plus(named, extension));
    }

    public CodeOptions without(Extension extension) {
        return new CodeOptions(
                compressed && extension != Extension.C, relaxed, minus(extensions, extension), minus(named, extension));
    }

    private static Set<Extension> plus(Set<Extension> set, Extension extension) {
        Set<Extension> result = EnumSet.copyOf(set);
        result.add(extension);
        return result;
    }

    private static Set<Extension> minus(Set<Extension> set, Extension extension) {
        Set<Extension> result = EnumSet.copyOf(set);
        result.remove(extension);
        return result;
    }
}
