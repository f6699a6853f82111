package dev.ravel.machine.board;

import java.util.random.RandomGenerator;

/**
 * Random bytes that are the same in every run: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
 * generators", 2014), whose whole state is one number that a snapshot can hold.
 */
final class SeededEntropy implements RandomGenerator {
    private static final long GAMMA = 0x9e37_79b9_7f4a_7c15L;

    private long state;

    SeededEntropy(long seed) {
        state = seed;
    }

    @Override
    public long nextLong() {
        state += GAMMA;
        long z = (state ^ state >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }

    long state() {
        return state;
    }

    void restore(long saved) {
        state = saved;
    }
}
