package dev.ravel.engine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a translator makes of the code at one place, for people to read. Every place in guest code is told as its distance in
 * bytes from the start of the page that the entry is in; only targets of control may be outside of that page. Registers have the
 * calling convention's names.
 *
 * @param entry where it was planned from
 * @param limit guest instructions that were allowed; fewer than usual where more would have become too much code
 * @param bare whether loads and stores are expected to be {@linkplain dev.ravel.mmu.Mmu#isBare bare}, and look at the bounds of RAM instead of a TLB
 * @param blocks the guest code, in ascending order
 * @param loops those that hold no other, in ascending order; they keep registers in local variables
 * @param nests what else keeps registers in local variables, in ascending order
 * @param shared the translator's code that belongs to no instruction: entering, and ways out that several places use
 * @param codeBytes bytes of all of the translator's code
 */
public record TranslationView(
        int entry,
        int limit,
        boolean bare,
        List<Block> blocks,
        List<Loop> loops,
        List<Nest> nests,
        List<Code> shared,
        int codeBytes) {
    /** A copy of the lists. */
    public TranslationView {
        blocks = List.copyOf(blocks);
        loops = List.copyOf(loops);
        nests = List.copyOf(nests);
        shared = List.copyOf(shared);
    }

    /** Guest instructions in all blocks together. */
    public int instructions() {
        return blocks.stream().mapToInt(block -> block.instructions().size()).sum();
    }

    /**
     * Guest instructions that run one after the other.
     *
     * @param start of the first
     * @param checked whether it is looked here whether the budget lasts; control may then be brought here from outside
     * @param loop the start of the loop that holds no other and that it is in, if it is in one
     * @param live registers that have to be in local variables when control comes here
     * @param written registers that may have been written since the loop, or the nest of loops, was entered, and not stored yet
     * @param runs accesses to memory that are looked up together
     * @param remembers whether the groups of the runs remember their pages from one round of the loop to the next
     * @param ways where control goes on
     */
    public record Block(
            int start,
            boolean checked,
            OptionalInt loop,
            List<String> live,
            List<String> written,
            List<Run> runs,
            boolean remembers,
            List<Way> ways,
            List<Line> instructions) {
        /** A copy of the lists. */
        public Block {
            live = List.copyOf(live);
            written = List.copyOf(written);
            runs = List.copyOf(runs);
            ways = List.copyOf(ways);
            instructions = List.copyOf(instructions);
        }
    }

    /**
     * A loop with those inside of it, or a function that calls itself with its loops, for all of which registers are local variables.
     *
     * @param start of its first block
     * @param callsItself whether a function does so in it
     * @param blocks starts of all its blocks
     * @param registers those that are local variables in it
     */
    public record Nest(int start, boolean callsItself, List<Integer> blocks, List<String> registers) {
        /** A copy of the lists. */
        public Nest {
            blocks = List.copyOf(blocks);
            registers = List.copyOf(registers);
        }
    }

    /**
     * A loop that holds no other.
     *
     * @param start of its first block
     * @param blocks starts of all its blocks
     * @param nest the start of the first block of the loops around it that keep their registers together with it, if there are such
     * @param registers those that are local variables in it
     * @param rounds how many are written in a row; 1 if there are only its blocks
     * @param runs accesses to memory in these rounds that are looked up together
     * @param remembers whether the groups of these runs remember their pages from one time to the next
     * @param bulk what its rounds do, where many are done at once when it is entered
     */
    public record Loop(
            int start,
            List<Integer> blocks,
            OptionalInt nest,
            List<String> registers,
            int rounds,
            List<Run> runs,
            boolean remembers,
            Optional<Bulk> bulk) {
        /** A copy of the lists. */
        public Loop {
            blocks = List.copyOf(blocks);
            registers = List.copyOf(registers);
            runs = List.copyOf(runs);
        }
    }

    /**
     * What a loop does that copies memory or fills it.
     *
     * @param bytes that a round stores, from {@code to} on
     * @param to the first of them
     * @param from the first byte that is loaded; empty where memory is filled
     * @param filler the register that memory is filled with, where it is
     */
    public record Bulk(int bytes, Place to, Optional<Place> from, Optional<String> filler) {}

    /** An address: what a register holds, and so much more. */
    public record Place(String register, long displacement) {}

    /**
     * Instructions in a row whose loads and stores are looked up together.
     *
     * @param first place of its first instruction
     * @param last place of its last
     */
    public record Run(int first, int last, List<Group> groups) {
        /** A copy of the list. */
        public Run {
            groups = List.copyOf(groups);
        }
    }

    /**
     * Accesses around one register.
     *
     * @param register whose value when the run begins they are relative to
     * @param low the lowest address that is accessed, relative to it
     * @param bytes from there to behind the last one that is accessed
     * @param stores whether some are stores
     * @param members places of the loads and stores
     */
    public record Group(String register, long low, long bytes, boolean stores, List<Integer> members) {
        /** A copy of the list. */
        public Group {
            members = List.copyOf(members);
        }
    }

    /**
     * Where control goes on behind a block.
     *
     * @param to the place; none where the instruction does not tell it
     */
    public record Way(Kind kind, OptionalInt to) {
        /** How. */
        public enum Kind {
            /** To another block. */
            INSIDE,
            /** Out of the translation. */
            OUTSIDE,
            /** Calls, and comes back to the place, which is a block. */
            CALL,
            /** Calls, and goes on at the place outside of the translation. */
            CALL_AND_LEAVE,
            /** To an address in a register: a return, or a jump whose targets are not known. */
            ADDRESS,
            /** To the trap handler. */
            TRAP
        }
    }

    /**
     * A guest instruction and what it became.
     *
     * @param at its place
     * @param bits its encoding: 32 bits, or 16 bits zero-extended
     * @param length 2 or 4 bytes
     */
    public record Line(int at, int bits, int length, List<Code> code) {
        /** A copy of the list. */
        public Line {
            code = List.copyOf(code);
        }
    }

    /**
     * A stretch of the translator's code.
     *
     * @param aside whether it lies behind all else, because it rarely runs
     * @param lines one for each instruction or label
     * @param bytes its size
     */
    public record Code(boolean aside, List<String> lines, int bytes) {
        /** A copy of the list. */
        public Code {
            lines = List.copyOf(lines);
        }
    }
}
