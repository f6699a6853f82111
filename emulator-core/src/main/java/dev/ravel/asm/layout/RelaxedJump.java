package dev.ravel.asm.layout;

import dev.ravel.asm.source.Complaints;
import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.Line;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A branch, jump or call in the shortest of several encodings that reaches its target. From one layout to the next it
 * only ever grows, so that the layouts come to an end.
 */
public final class RelaxedJump extends Fragment {

    /** One of the encodings. */
    public interface Encoding {
        int size();

        boolean reaches(long distance);

        /** Writes it for a target at this distance from its first byte. */
        void write(ByteBuffer section, long distance);
    }

    /** A single instruction with the distance as an operand. */
    public record Direct(Instruction instruction, int bits, Operand offset) implements Encoding {
        @Override
        public int size() {
            return 4;
        }

        @Override
        public boolean reaches(long distance) {
            return offset.accepts(distance);
        }

        @Override
        public void write(ByteBuffer section, long distance) {
            section.putInt(offset.insert(bits, distance));
        }
    }

    /** The compressed form of a single instruction. */
    public record Compressed(Instruction form, Operand formOffset, Direct direct) implements Encoding {
        @Override
        public int size() {
            return 2;
        }

        @Override
        public boolean reaches(long distance) {
            return formOffset.accepts(distance);
        }

        @Override
        public void write(ByteBuffer section, long distance) {
            int encoded = form.compress(direct.offset.insert(direct.bits, distance))
                    .orElseThrow(() -> new IllegalStateException(form + " does not compress " + direct.instruction));
            section.putShort((short) encoded);
        }
    }

    /** The opposite branch, itself compressed if it can be, over a jump. */
    public record Inverted(Encoding opposite, Direct jump) implements Encoding {
        @Override
        public int size() {
            return opposite.size() + jump.size();
        }

        @Override
        public boolean reaches(long distance) {
            return jump.reaches(distance - opposite.size());
        }

        @Override
        public void write(ByteBuffer section, long distance) {
            opposite.write(section, size());
            jump.write(section, distance - opposite.size());
        }
    }

    /** {@code auipc} and {@code jalr}. */
    public record Far(int upper, Operand upperImmediate, int jump, Operand jumpImmediate) implements Encoding {
        @Override
        public int size() {
            return 8;
        }

        @Override
        public boolean reaches(long distance) {
            return upperImmediate.accepts(high(distance));
        }

        @Override
        public void write(ByteBuffer section, long distance) {
            section.putInt(upperImmediate.insert(upper, high(distance)));
            section.putInt(jumpImmediate.insert(jump, distance - high(distance)));
        }

        private static long high(long distance) {
            return distance + 0x800 & -0x1000;
        }
    }

    private final List<Encoding> encodings;
    private final Expression target;
    private final Line line;
    private final int index;
    private int chosen;
    private boolean placed;

    /**
     * @param encodings from the shortest on
     * @param target the address to go to
     * @param line the statement, for messages
     * @param index where the target stands in it
     */
    public RelaxedJump(List<Encoding> encodings, Expression target, Line line, int index) {
        this.encodings = encodings;
        this.target = target;
        this.line = line;
        this.index = index;
    }

    private long distance() {
        return target.late().number() - address();
    }

    @Override
    protected long measure() {
        if (!placed) {
            // The first layout is there to give targets an address at all.
            placed = true;
            return encodings.getFirst().size();
        }
        long distance = distance();
        while (chosen < encodings.size() - 1 && !encodings.get(chosen).reaches(distance)) {
            chosen++;
        }
        return encodings.get(chosen).size();
    }

    @Override
    protected void write(ByteBuffer section, Complaints complaints) {
        long distance = distance();
        Encoding encoding = encodings.get(chosen);
        if (encoding.reaches(distance)) {
            encoding.write(section, distance);
        } else {
            complaints.add(line.error(index, "target is " + distance + " bytes away, which is out of reach or odd")
                    .diagnostic());
        }
    }
}
