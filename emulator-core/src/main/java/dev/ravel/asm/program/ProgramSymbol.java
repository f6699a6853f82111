package dev.ravel.asm.program;

import java.util.Optional;

/**
 * A symbol of an assembled program.
 *
 * @param name the name; local symbols of different sources may share one
 * @param value the address, or the number of a constant
 * @param size the size in bytes that {@code .size} gave, otherwise 0
 * @param section the section that it stands in, nothing for a constant
 * @param binding who sees it
 * @param type what {@code .type} said
 */
public record ProgramSymbol(String name, long value, long size, Optional<String> section, Binding binding, Type type) {

    /** Who sees a symbol (ELF {@code STB_*}). */
    public enum Binding {
        /** Its source alone. */
        LOCAL,
        /** All sources. */
        GLOBAL,
        /** All sources, and another definition replaces it. */
        WEAK
    }

    /** What a symbol stands for (ELF {@code STT_*}). */
    public enum Type {
        NONE,
        OBJECT,
        FUNCTION
    }
}
