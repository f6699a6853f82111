package dev.ravel.engine;

import java.util.OptionalLong;

/**
 * How an engine executes an instruction of guest code.
 *
 * @param entry the physical address that the translation it is in was made from; none where it is in no translation
 * @param instructions guest instructions in that translation, 0 without one
 * @param codeBytes bytes of the translator's code for them, 0 without one
 * @param invalidations how many translations of its page were thrown away because the guest wrote to their code
 */
public record CodeStatus(State state, OptionalLong entry, int instructions, int codeBytes, long invalidations) {
    /** One at a time, and never otherwise until now. */
    public static final CodeStatus INTERPRETED = interpreted(0);

    /** What executes it. */
    public enum State {
        /** The engine's interpreter, instruction by instruction; a translation may be on its way. */
        INTERPRETED("interpreted"),
        /** A translation, which the host may still have interpreted itself when it was run first. */
        TRANSLATED("translated"),
        /** A translation that was machine code of the host before it was run first. */
        COMPILED("compiled");

        private final String label;

        State(String label) {
            this.label = label;
        }

        /** A word for a list. */
        public String label() {
            return label;
        }
    }

    /** Of an instruction in no translation. */
    public static CodeStatus interpreted(long invalidations) {
        return new CodeStatus(State.INTERPRETED, OptionalLong.empty(), 0, 0, invalidations);
    }
}
