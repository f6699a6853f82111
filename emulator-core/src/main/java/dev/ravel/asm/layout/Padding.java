package dev.ravel.asm.layout;

import dev.ravel.asm.instruction.InstructionEncoder;
import dev.ravel.asm.source.Complaints;
import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.Line;
import dev.ravel.asm.source.Value;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/** Fragments that move on to another place: alignment, gaps and {@code .org}. */
public abstract class Padding extends Fragment {

    /** Up to the next multiple of a power of two. */
    public static final class Align extends Padding {
        private long alignment;
        private final long most;
        private final OptionalLong fill;
        private final int fillSize;
        private final Optional<InstructionEncoder> code;

        /**
         * @param alignment in bytes, a power of two
         * @param most do nothing if it would take more bytes than this
         * @param fill what to fill with
         * @param fillSize bytes of one {@code fill}
         * @param code if present, fill with nops instead
         */
        public Align(long alignment, long most, OptionalLong fill, int fillSize, Optional<InstructionEncoder> code) {
            this.alignment = alignment;
            this.most = most;
            this.fill = fill;
            this.fillSize = fillSize;
            this.code = code;
        }

        /** One that fills with zeros. */
        static Align to(long alignment) {
            return new Align(alignment, Long.MAX_VALUE, OptionalLong.empty(), 1, Optional.empty());
        }

        void raise(long atLeast) {
            alignment = Math.max(alignment, atLeast);
        }

        @Override
        protected long measure() {
            long gap = -address() & alignment - 1;
            return gap <= most ? gap : 0;
        }

        @Override
        protected void write(ByteBuffer section, Complaints complaints) {
            if (code.isPresent()) {
                writeNops(section, size(), code.get());
                return;
            }
            long value = fill.orElse(0);
            for (long i = size() % fillSize; i > 0; i--) {
                section.put((byte) 0);
            }
            repeat(section, size() / fillSize, value, fillSize);
        }
    }

    /** {@code .fill}, {@code .space}: a value again and again. */
    public static final class Fill extends Padding {
        private final Expression count;
        private final int unit;
        private final long value;
        private final Line line;
        private final int index;

        public Fill(Expression count, int unit, long value, Line line, int index) {
            this.count = count;
            this.unit = unit;
            this.value = value;
            this.line = line;
            this.index = index;
        }

        @Override
        protected long measure() {
            long times = count.late().number();
            // Before the first layout settles a difference of symbols may be anything.
            return times < 0 || times > Section.MAX_SIZE ? 0 : times * unit;
        }

        @Override
        protected void write(ByteBuffer section, Complaints complaints) {
            complaints.collect(this::check);
            repeat(section, size() / Math.max(unit, 1), value, unit);
        }

        @Override
        void check() {
            long times = count.late().number();
            if (times < 0 || times > Section.MAX_SIZE) {
                throw line.error(index, "cannot reserve " + times + " units of space");
            }
        }
    }

    /** {@code .org}: on to an offset from where the source's part of the section began. */
    public static final class Org extends Padding {
        private final Expression target;
        private final Fragment origin;
        private final byte value;
        private final Line line;
        private final int index;

        public Org(Expression target, Fragment origin, byte value, Line line, int index) {
            this.target = target;
            this.origin = origin;
            this.value = value;
            this.line = line;
            this.index = index;
        }

        private long gap() {
            Value to = target.late();
            long address = to.isAbsolute() ? origin.address() + origin.size() + to.number() : to.number();
            return address - address();
        }

        @Override
        protected long measure() {
            long gap = gap();
            return gap < 0 || gap > Section.MAX_SIZE ? 0 : gap;
        }

        @Override
        protected void write(ByteBuffer section, Complaints complaints) {
            complaints.collect(this::check);
            repeat(section, size(), value, 1);
        }

        @Override
        void check() {
            long gap = gap();
            if (gap < 0) {
                throw line.error(index, ".org cannot move backwards (by " + -gap + " bytes)");
            }
            if (gap > Section.MAX_SIZE) {
                throw line.error(index, ".org is too far ahead");
            }
        }
    }

    /** Complains if the gap cannot be made. Sections without contents are not written, but checked. */
    void check() {}

    private static void repeat(ByteBuffer section, long times, long value, int unit) {
        for (long i = 0; i < times; i++) {
            for (int b = 0; b < unit; b++) {
                section.put((byte) (b < Long.BYTES ? value >> 8 * b : 0));
            }
        }
    }
}
