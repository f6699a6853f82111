package dev.ravel.virtio;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What fuzz tests are told to do, a byte for each choice. */
public final class FuzzScripts {
    private static final int LENGTH = 200;

    private FuzzScripts() {}

    /**
     * Scripts by chance, the same each time.
     *
     * @param kinds of how many kinds the first choices are: each combination of them gets as many scripts as the others
     */
    static Stream<Arguments> byChance(long seed, int count, int... kinds) {
        Random random = new Random(seed);
        return IntStream.range(0, count).mapToObj(i -> {
            byte[] script = new byte[LENGTH];
            random.nextBytes(script);
            int rest = i;
            for (int choice = 0; choice < kinds.length; choice++) {
                script[choice] = (byte) (rest % kinds[choice]);
                rest /= kinds[choice];
            }
            return Arguments.of((Object) script);
        });
    }

    /** The next choice: 0 to 255, and 0 for ever after the end. */
    public static int next(ByteBuffer script) {
        return script.hasRemaining() ? script.get() & 0xff : 0;
    }
}
