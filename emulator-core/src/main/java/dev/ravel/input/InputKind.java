package dev.ravel.input;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/** The kinds of input devices, and what they can say. Their numbers are QEMU's, which guests know. */
public enum InputKind {
    /** One for a {@link Keyboard}. */
    KEYBOARD("Ravel Keyboard", 1) {
        @Override
        public BitSet codes(int type) {
            return switch (type) {
                case InputEvent.EV_KEY -> bits(Arrays.stream(Key.values()).mapToInt(Key::code));
                case InputEvent.EV_LED -> bits(Arrays.stream(Led.values()).mapToInt(Led::code));
                // REP_DELAY and REP_PERIOD.
                case InputEvent.EV_REP -> bits(IntStream.of(0, 1));
                default -> new BitSet();
            };
        }
    },

    /** One for a {@link Pointer}. */
    TABLET("Ravel Tablet", 3) {
        @Override
        public BitSet codes(int type) {
            return switch (type) {
                case InputEvent.EV_KEY ->
                    bits(Arrays.stream(PointerButton.values()).mapToInt(PointerButton::code));
                case InputEvent.EV_REL -> bits(IntStream.of(InputEvent.REL_HWHEEL, InputEvent.REL_WHEEL));
                case InputEvent.EV_ABS -> bits(IntStream.of(InputEvent.ABS_X, InputEvent.ABS_Y));
                default -> new BitSet();
            };
        }
    };

    private final String label;
    private final int product;

    InputKind(String label, int product) {
        this.label = label;
        this.product = product;
    }

    /** What the guest calls it. */
    public String label() {
        return label;
    }

    /** The number of the product among those of QEMU's vendor. */
    public int product() {
        return product;
    }

    /** The codes of a type that it knows; none if it does not know the type. */
    public abstract BitSet codes(int type);

    private static BitSet bits(IntStream codes) {
        return codes.collect(BitSet::new, BitSet::set, BitSet::or);
    }
}
