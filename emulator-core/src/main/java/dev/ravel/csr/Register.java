package dev.ravel.csr;

/** A CSR that holds its own value: some bits of it writable, the others fixed. */
public class Register extends Csr {
    /** The value as it is held; the trap path reads and writes it directly. */
    public long value;

    private final long initial;
    private final long writable;
    private final int effect;

    /**
     * A register whose change has an effect.
     *
     * @param initial value after reset
     * @param writable the bits that a write may change
     * @param effect {@link Effect} bits of a write that changes the value
     */
    public Register(int number, long initial, long writable, int effect) {
        super(number);
        this.initial = initial;
        this.writable = writable;
        this.effect = effect;
        this.value = initial;
    }

    /** A register that nobody depends on. */
    public static Register plain(int number, long writable) {
        return new Register(number, 0, writable, Effect.NONE);
    }

    /** A register that never changes; writes are ignored where the number allows them at all. */
    public static Register constant(int number, long value) {
        return new Register(number, value, 0, Effect.NONE);
    }

    @Override
    public long read() {
        return value;
    }

    @Override
    public final int write(long written) {
        long old = value;
        value = legal(old, old & ~writable | written & writable);
        return old == value ? Effect.NONE : effectOf(old, value);
    }

    /** The legal value that is taken for {@code wanted}, whose fixed bits are right already. */
    protected long legal(long old, long wanted) {
        return wanted;
    }

    /** The effect of a change. */
    protected int effectOf(long old, long now) {
        return effect;
    }

    /** Back to the value after reset. */
    public void reset() {
        value = initial;
    }
}
