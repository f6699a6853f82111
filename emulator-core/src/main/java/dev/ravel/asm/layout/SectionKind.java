package dev.ravel.asm.layout;

/**
 * What a section holds (ELF {@code sh_type} and {@code sh_flags}).
 *
 * @param allocated part of the memory image
 * @param writable may be written when the program runs
 * @param executable holds code
 * @param hasContents has bytes in the file; otherwise it is zero-filled memory ({@code @nobits})
 */
public record SectionKind(boolean allocated, boolean writable, boolean executable, boolean hasContents) {
    static final SectionKind TEXT = new SectionKind(true, false, true, true);
    static final SectionKind READ_ONLY = new SectionKind(true, false, false, true);
    static final SectionKind DATA = new SectionKind(true, true, false, true);
    static final SectionKind BSS = new SectionKind(true, true, false, false);
    static final SectionKind NOTE = new SectionKind(false, false, false, true);

    /** What a section of that name holds by convention. */
    public static SectionKind byName(String name) {
        if (isFamily(name, ".text") || isFamily(name, ".init") || isFamily(name, ".fini")) {
            return TEXT;
        } else if (isFamily(name, ".rodata") || isFamily(name, ".srodata")) {
            return READ_ONLY;
        } else if (isFamily(name, ".data") || isFamily(name, ".sdata")) {
            return DATA;
        } else if (isFamily(name, ".bss") || isFamily(name, ".sbss")) {
            return BSS;
        }
        return NOTE;
    }

    private static boolean isFamily(String name, String family) {
        return name.startsWith(family) && (name.length() == family.length() || name.charAt(family.length()) == '.');
    }

    /** The place in memory: code, constants, data, zero-filled; sections outside memory last. */
    int rank() {
        if (!allocated) {
            return 4;
        } else if (executable) {
            return 0;
        } else if (!writable) {
            return 1;
        }
        return hasContents ? 2 : 3;
    }
}
