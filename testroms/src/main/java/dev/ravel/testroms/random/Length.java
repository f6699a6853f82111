package dev.ravel.testroms.random;

import java.util.SplittableRandom;

/** How long programs are. The time that comparing one takes is that of translating it, so a short one takes far less. */
public enum Length {
    /** Some instructions: one to three pieces, seldom a function. */
    SHORT {
        @Override
        int mainPieces(SplittableRandom random) {
            return random.nextInt(1, 4);
        }

        @Override
        int functions(SplittableRandom random) {
            return random.nextInt(6) == 0 ? 1 : 0;
        }

        @Override
        int functionPieces(SplittableRandom random) {
            return 1;
        }

        @Override
        boolean recursive(SplittableRandom random) {
            return random.nextInt(32) == 0;
        }
    },

    /** A hundred instructions or so, with functions that call each other; one in six is longer. */
    USUAL {
        @Override
        int mainPieces(SplittableRandom random) {
            return random.nextInt(6) == 0 ? random.nextInt(20, 50) : random.nextInt(3, 20);
        }

        @Override
        int functions(SplittableRandom random) {
            return random.nextInt(3);
        }

        @Override
        int functionPieces(SplittableRandom random) {
            return random.nextInt(1, 6);
        }

        @Override
        boolean recursive(SplittableRandom random) {
            return random.nextInt(4) == 0;
        }
    };

    /** How many pieces of {@link Gadgets} the main part has. */
    abstract int mainPieces(SplittableRandom random);

    /** How many functions there are that call nothing, and likewise how many that call. */
    abstract int functions(SplittableRandom random);

    /** How many pieces a function has. */
    abstract int functionPieces(SplittableRandom random);

    /** Whether there is a function that calls itself. */
    abstract boolean recursive(SplittableRandom random);
}
