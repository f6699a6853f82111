package dev.ravel.asm.layout;

import dev.ravel.asm.program.Diagnostic;
import dev.ravel.asm.program.ProgramSymbol.Binding;
import dev.ravel.asm.program.ProgramSymbol.Type;
import dev.ravel.asm.program.SourceLocation;
import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.Line;
import dev.ravel.asm.source.SourceError;
import dev.ravel.asm.source.Value;
import java.util.Optional;

/** A name in a source: a label, an assigned value, or a name that another source defines. */
public final class Symbol {

    /** How a symbol got its value. */
    public enum State {
        UNDEFINED,
        /** A place in a section. */
        LABEL,
        /** Set with {@code .set} or {@code =}: may change in the course of the source. */
        ASSIGNED,
        /** Storage reserved with {@code .comm}, unless another source defines the symbol. */
        COMMON
    }

    private final String name;
    private State state = State.UNDEFINED;
    private Binding binding = Binding.LOCAL;
    private boolean declaredLocal;
    private Type type = Type.NONE;
    private Optional<Expression> size = Optional.empty();
    private SourceLocation location;
    private Optional<Line> firstUse = Optional.empty();
    private int firstUseIndex;

    private Fragment fragment = Fragment.NOWHERE;
    private long offset;
    private Expression assigned = Expression.ZERO;
    private boolean fixed;
    private boolean evaluating;
    private long commonSize;
    private long commonAlignment = 1;
    /** The symbol of another source that this one stands for, itself if there is none. */
    private Symbol target = this;

    Symbol(String name, SourceLocation location) {
        this.name = name;
        this.location = location;
    }

    public String name() {
        return name;
    }

    public State state() {
        return state;
    }

    public boolean isDefined() {
        return state != State.UNDEFINED;
    }

    Binding binding() {
        return binding;
    }

    public void binding(Binding newBinding) {
        binding = newBinding;
    }

    /** Whether {@code .local} keeps {@code .comm} from making it global. */
    public boolean isDeclaredLocal() {
        return declaredLocal;
    }

    public void declaredLocal(boolean isLocal) {
        declaredLocal = isLocal;
    }

    Type type() {
        return type;
    }

    public void type(Type newType) {
        type = newType;
    }

    Optional<Expression> size() {
        return size;
    }

    public void size(Expression newSize) {
        size = Optional.of(newSize);
    }

    /** Where it was defined, or first mentioned. */
    public SourceLocation location() {
        return location;
    }

    Fragment fragment() {
        return fragment;
    }

    long offset() {
        return offset;
    }

    public Expression assigned() {
        return assigned;
    }

    /** Whether {@code .equiv} or a predefinition forbids another assignment. */
    public boolean isFixed() {
        return fixed;
    }

    long commonSize() {
        return commonSize;
    }

    long commonAlignment() {
        return commonAlignment;
    }

    public void define(Fragment newFragment, long newOffset, SourceLocation where) {
        state = State.LABEL;
        fragment = newFragment;
        offset = newOffset;
        location = where;
    }

    public void assign(Expression value, boolean forGood, SourceLocation where) {
        state = State.ASSIGNED;
        assigned = value;
        fixed = forGood;
        location = where;
    }

    public void common(long bytes, long alignment, SourceLocation where) {
        state = State.COMMON;
        commonSize = Math.max(commonSize, bytes);
        commonAlignment = Math.max(commonAlignment, alignment);
        location = where;
    }

    /** Gives common storage its place. */
    void allocate(Fragment newFragment, long newOffset) {
        fragment = newFragment;
        offset = newOffset;
    }

    /** Notes that the symbol's value is needed. */
    void use(Line line, int index) {
        firstUse = Optional.of(line);
        firstUseIndex = index;
    }

    void forgetUse() {
        firstUse = Optional.empty();
    }

    boolean isUsed() {
        return firstUse.isPresent();
    }

    /** A complaint at the place of the first use. */
    public Diagnostic complaint(String message) {
        return firstUse.map(line -> line.error(firstUseIndex, message).diagnostic())
                .orElseGet(() -> new Diagnostic(location, message));
    }

    void standFor(Symbol other) {
        target = other;
    }

    /** The symbol that holds the value: this one, or that of another source. */
    Symbol target() {
        return target;
    }

    /** The value as far as the part of the source read so far tells. */
    Value early() {
        return switch (state) {
            case LABEL -> new Value(offset, fragment);
            case ASSIGNED -> guarded(false);
            case UNDEFINED, COMMON -> Value.UNKNOWN;
        };
    }

    /** The value under the current layout. */
    Value late() {
        if (target != this) {
            return target.late();
        }
        return switch (state) {
            case LABEL, COMMON -> Value.address(fragment.address() + offset);
            case ASSIGNED -> guarded(true);
            // Only weak symbols are left undefined: their address is 0.
            case UNDEFINED -> Value.address(0);
        };
    }

    private Value guarded(boolean late) {
        if (evaluating) {
            throw new SourceError(new Diagnostic(location, "`" + name + "` is defined in terms of itself"));
        }
        evaluating = true;
        try {
            return late ? assigned.late() : assigned.early();
        } finally {
            evaluating = false;
        }
    }
}
