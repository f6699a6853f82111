package dev.ravel.isa;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable set of instructions, to be looked up by mnemonic and by encoding. Safe for use by several threads.
 *
 * <p>Where the fixed bits of two instructions overlap, that with more of them wins: {@code pause} is a {@code fence} with
 * all operands given.
 */
public final class InstructionSet {
    /** A bucket with more candidates than this is divided once more, by bits 31 to 25. */
    private static final int LONG_BUCKET = 4;

    private static final int FUNCT3_AND_OPCODE = 0x707f;
    private static final int FUNCT7 = 0x7f << 25;

    private final List<Instruction> all;
    private final Map<String, Instruction> byMnemonic = new HashMap<>();

    private final Candidate[] wide;
    private final Candidate[] compressed;

    /**
     * Candidates for 32-bit encodings, by bits 6 to 2 and 14 to 12, as far as they were met. Filled without a lock: racing threads
     * store equal ones.
     */
    private final @Nullable Bucket[] buckets = new Bucket[256];

    /** Every 16-bit encoding met so far. Filled without a lock, too. */
    private final @Nullable Decoded[] compressedCache = new Decoded[1 << 16];

    /**
     * A set of these instructions.
     *
     * @throws IllegalArgumentException if two have the same mnemonic
     */
    public InstructionSet(List<Instruction> instructions) {
        all = List.copyOf(instructions);
        for (Instruction instruction : all) {
            if (byMnemonic.put(instruction.mnemonic(), instruction) != null) {
                throw new IllegalArgumentException("two instructions are called " + instruction.mnemonic());
            }
        }
        wide = candidates(4);
        compressed = candidates(2);
    }

    /** Those with encodings of so many bytes, the most specific first. */
    private Candidate[] candidates(int length) {
        List<Candidate> found = new ArrayList<>();
        for (Instruction instruction : all) {
            if (instruction.length() == length) {
                found.add(new Candidate(instruction));
            }
        }
        found.sort(Comparator.comparingInt(candidate -> -Integer.bitCount(candidate.mask)));
        return found.toArray(new Candidate[0]);
    }

    /** The candidates that some encoding with those of {@code bits} that are under {@code mask} could be. */
    private static Candidate[] select(Candidate[] from, int mask, int bits) {
        List<Candidate> selected = new ArrayList<>();
        for (Candidate candidate : from) {
            if (((bits ^ candidate.match) & mask & candidate.mask) == 0) {
                selected.add(candidate);
            }
        }
        return selected.toArray(new Candidate[0]);
    }

    /** All instructions, in the order of the extensions. */
    public List<Instruction> all() {
        return all;
    }

    /** The instruction of that name, compressed forms included. */
    public Optional<Instruction> byMnemonic(String mnemonic) {
        return Optional.ofNullable(byMnemonic.get(mnemonic));
    }

    /**
     * The instruction that {@code bits} begin with, as it stands there: compressed forms are not expanded. Empty if the
     * encoding is reserved or unknown. Of a compressed instruction only the low 16 bits are looked at.
     */
    public Optional<Instruction> identify(int bits) {
        Candidate candidate = (bits & 3) == 3 ? findWide(bits) : findCompressed(bits & 0xffff);
        return candidate == null ? Optional.empty() : Optional.of(candidate.instruction);
    }

    /**
     * Decodes the instruction that {@code bits} begin with. Of a compressed instruction only the low 16 bits are looked
     * at. A reserved or unknown encoding gives a {@link Decoded} that is not {@linkplain Decoded#isLegal legal}; those
     * that are reserved for instructions longer than 32 bits have length 4.
     */
    public Decoded decode(int bits) {
        if ((bits & 3) != 3) {
            Decoded cached = compressedCache[bits & 0xffff];
            if (cached == null) {
                cached = decodeCompressed(bits & 0xffff);
                compressedCache[bits & 0xffff] = cached;
            }
            return cached;
        }
        Candidate candidate = findWide(bits);
        return candidate == null ? Decoded.illegal(bits, 4) : candidate.decode(bits);
    }

    private Decoded decodeCompressed(int bits) {
        Candidate candidate = findCompressed(bits);
        if (candidate == null) {
            return Decoded.illegal(bits, 2);
        }
        Decoded base = decode(candidate.instruction.expansion().orElseThrow().expand(bits));
        return new Decoded(
                base.instruction(),
                bits,
                2,
                base.rd(),
                base.rs1(),
                base.rs2(),
                base.rs3(),
                base.imm(),
                base.roundingMode());
    }

    private @Nullable Candidate findWide(int bits) {
        int key = (bits & 0x7c) << 1 | bits >>> 12 & 7;
        Bucket bucket = buckets[key];
        if (bucket == null) {
            Candidate[] candidates = select(wide, FUNCT3_AND_OPCODE, bits);
            bucket = new Bucket(candidates, candidates.length > LONG_BUCKET ? 128 : 0);
            buckets[key] = bucket;
        }
        for (Candidate candidate : bucket.candidates(bits)) {
            if (candidate.encodes(bits)) {
                return candidate;
            }
        }
        return null;
    }

    private @Nullable Candidate findCompressed(int bits) {
        for (Candidate candidate : compressed) {
            if (candidate.encodes(bits)) {
                return candidate;
            }
        }
        return null;
    }

    /** Candidates, and if they are many, those of them for each value of bits 31 to 25. */
    private static final class Bucket {
        private final Candidate[] all;
        private final @Nullable Bucket[] byFunct7;

        Bucket(Candidate[] all, int parts) {
            this.all = all;
            this.byFunct7 = new Bucket[parts];
        }

        Candidate[] candidates(int bits) {
            if (byFunct7.length == 0) {
                return all;
            }
            Bucket some = byFunct7[bits >>> 25];
            if (some == null) {
                some = new Bucket(select(all, FUNCT7, bits), 0);
                byFunct7[bits >>> 25] = some;
            }
            return some.all;
        }
    }

    /** An instruction with its operands laid out for the decoder. */
    private static final class Candidate {
        final Instruction instruction;
        final int match;
        final int mask;
        private final Operand[] operands;
        private final Operand.Role[] roles;
        private final Operand[] restricted;

        Candidate(Instruction instruction) {
            this.instruction = instruction;
            this.match = instruction.match();
            this.mask = instruction.mask();
            this.operands = instruction.operands().toArray(new Operand[0]);
            this.roles = new Operand.Role[operands.length];
            List<Operand> reserving = new ArrayList<>();
            for (int i = 0; i < operands.length; i++) {
                roles[i] = operands[i].role();
                if (operands[i].restricted()) {
                    reserving.add(operands[i]);
                }
            }
            this.restricted = reserving.toArray(new Operand[0]);
        }

        boolean encodes(int bits) {
            if ((bits & mask) != match) {
                return false;
            }
            for (Operand operand : restricted) {
                if (!operand.accepts(operand.extract(bits))) {
                    return false;
                }
            }
            return true;
        }

        Decoded decode(int bits) {
            int rd = 0;
            int rs1 = 0;
            int rs2 = 0;
            int rs3 = 0;
            long imm = 0;
            int roundingMode = 0;
            for (int i = 0; i < operands.length; i++) {
                long value = operands[i].extract(bits);
                switch (roles[i]) {
                    case RD -> rd = (int) value;
                    case RS1 -> rs1 = (int) value;
                    case RS2 -> rs2 = (int) value;
                    case RS3 -> rs3 = (int) value;
                    case IMM, CSR, SUCCESSOR -> imm |= value;
                    case PREDECESSOR -> imm |= value << 4;
                    case ROUNDING_MODE -> roundingMode = (int) value;
                }
            }
            return new Decoded(instruction, bits, 4, rd, rs1, rs2, rs3, imm, roundingMode);
        }
    }
}
