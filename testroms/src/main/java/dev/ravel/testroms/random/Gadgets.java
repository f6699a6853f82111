package dev.ravel.testroms.random;

import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.memory.Ram;
import dev.ravel.testroms.random.CodeBuffer.Label;
import dev.ravel.testroms.random.RandomProgram.Mode;
import dev.ravel.testroms.random.Vocabulary.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Writes the code of one program, piece by piece: control flow here, what stands between in {@link StraightCode}. */
final class Gadgets {
    private static final int MAX_NESTING = 2;
    private static final int MAX_ROUNDS = 8;

    /** Rounds of a loop that is to be hot. */
    private static final int MANY_ROUNDS = 60;

    /** Bytes that a loop copies or fills at most; a quarter of it inside of another loop. */
    private static final int MAX_BLOCK = 1024;

    /** How names of loads and stores end, by the bytes that they access. */
    private static final String WIDTHS = "?bh?w???d";

    private final SplittableRandom random;
    private final Vocabulary words;
    private final CodeBuffer code = new CodeBuffer();
    private final OperandChooser operands;
    private final StraightCode straight;
    private final ImplementationDefined allowed;
    private final Length length;
    private final boolean hot;

    /** Whether this program may change its code. Each change makes translators begin anew, so such programs are slow. */
    private final boolean changes;

    private final List<Label> leaves = new ArrayList<>();
    private final List<Label> callers = new ArrayList<>();
    private final List<Label> recursive = new ArrayList<>();

    /** Loops around the present place. */
    private int nesting;

    /** 0 in the main part, 1 in functions that call, 2 in functions that do not. */
    private int depth;

    Gadgets(SplittableRandom random, Vocabulary words, Mode mode, ImplementationDefined allowed, Length length) {
        this.random = random;
        this.length = length;
        this.words = words;
        this.operands = new OperandChooser(random, words.set(), allowed.ownCsrs());
        this.straight = new StraightCode(random, words, code, operands, mode, allowed);
        this.allowed = allowed;
        this.hot = random.nextInt(32) == 0;
        this.changes = random.nextInt(4) == 0;
    }

    byte[] program() {
        Label end = code.label();
        emit("ecall");
        Label main = new Label();
        jump(main);
        functions(leaves, 2, length.functions(random), OperandChooser.INNER_LINK);
        functions(callers, 1, length.functions(random), OperandChooser.LINK);
        if (length.recursive(random)) {
            recursiveFunction();
        }
        depth = 0;
        if (random.nextInt(4) == 0) {
            nearTheEndOfAPage();
        }
        code.bind(main);
        part(length.mainPieces(random));
        jump(end);
        return code.finish();
    }

    /** So that the main part goes across it, perhaps with an instruction. */
    private void nearTheEndOfAPage() {
        int at = (code.here() / Ram.PAGE_SIZE + 1) * Ram.PAGE_SIZE - 2 * random.nextInt(1, 100);
        while (code.here() < at) {
            code.emit(0, 2);
        }
    }

    private void functions(List<Label> into, int atDepth, int count, int link) {
        depth = atDepth;
        for (int i = 0; i < count; i++) {
            Label start = code.label();
            part(length.functionPieces(random));
            if (link == OperandChooser.LINK && random.nextBoolean()) {
                emit("c.jr", link);
            } else {
                emit("jalr", 0, 0, link);
            }
            into.add(start);
        }
    }

    /** Counts its depth down in the first counter and keeps its link on the stack, as long as nothing else writes there. */
    private void recursiveFunction() {
        depth = 2;
        int counter = OperandChooser.COUNTERS;
        Label start = code.label();
        Label out = new Label();
        emit("addi", counter, counter, -1);
        branch("bge", 0, counter, out);
        emit("addi", 2, 2, -16);
        emit("sd", OperandChooser.LINK, 8, 2);
        straight.registersOnly(random.nextInt(3));
        Label here = code.label();
        code.emitTo(words.named("jal"), new long[] {OperandChooser.LINK, 0}, 1, here, start);
        straight.registersOnly(random.nextInt(3));
        emit("ld", OperandChooser.LINK, 8, 2);
        emit("addi", 2, 2, 16);
        code.bind(out);
        emit("jalr", 0, 0, OperandChooser.LINK);
        recursive.add(start);
    }

    private void part(int pieces) {
        for (int i = 0; i < pieces; i++) {
            piece();
        }
    }

    private void piece() {
        switch (random.nextInt(24)) {
            case 0, 1, 2 -> skip();
            case 3 -> alternative();
            case 4, 5 -> loop();
            case 6, 7 -> call();
            case 8 -> indirect();
            case 9 -> choice();
            case 10 -> middle();
            case 11 -> frame();
            case 12 -> changing();
            case 13 -> lost();
            case 14 -> block();
            default -> straight.some(random.nextInt(1, 6));
        }
    }

    // Branches

    /** A forward branch over something. */
    private void skip() {
        Label over = new Label();
        branch(over);
        straight.some(random.nextInt(1, 4));
        code.bind(over);
    }

    /** Any branch, with any registers. What is skipped must be short: compressed branches reach 254 bytes. */
    private void branch(Label target) {
        List<Instruction> branches = words.of(Kind.BRANCH);
        Instruction instruction = branches.get(random.nextInt(branches.size()));
        long[] values = new long[instruction.operands().size()];
        int hole = -1;
        for (int i = 0; i < values.length; i++) {
            Operand operand = instruction.operands().get(i);
            if (operand.kind() == Operand.Kind.PC_OFFSET) {
                hole = i;
            } else {
                do {
                    values[i] = operand.extract(random.nextInt());
                } while (!operand.accepts(values[i]));
            }
        }
        code.emitTo(instruction, values, hole, code.label(), target);
    }

    private void alternative() {
        Label otherwise = new Label();
        Label end = new Label();
        branch(otherwise);
        straight.some(random.nextInt(1, 4));
        if (random.nextBoolean()) {
            jump(end);
        } else {
            code.emitTo(words.named("c.j"), new long[1], 0, code.label(), end);
        }
        code.bind(otherwise);
        straight.some(random.nextInt(1, 4));
        code.bind(end);
    }

    /** Whether another loop may be here. Functions that call and functions that are called share the third counter: only the first may use it. */
    private boolean mayLoop() {
        return nesting < (depth == 0 ? MAX_NESTING : 1) && depth < 2;
    }

    /** The register for a loop that begins here. */
    private int counter() {
        return OperandChooser.COUNTERS + (depth > 0 ? 2 : nesting);
    }

    private void loop() {
        if (!mayLoop()) {
            straight.some(3);
            return;
        }
        int counter = counter();
        nesting++;
        int rounds = random.nextInt(1, MAX_ROUNDS + 1) * (hot && nesting == 1 && depth == 0 ? MANY_ROUNDS : 1);
        emit("addi", counter, 0, rounds);
        Label top = code.label();
        part(random.nextInt(1, 4));
        if (random.nextBoolean()) {
            emit("addi", counter, counter, -1);
        } else {
            emit("c.addi", counter, -1);
        }
        branch("bne", counter, 0, top);
        nesting--;
    }

    /** A loop that copies memory or fills it, or does almost that. */
    private void block() {
        if (!mayLoop()) {
            straight.some(3);
            return;
        }
        int size = 1 << random.nextInt(4);
        int each = random.nextInt(3) == 0 ? random.nextInt(2, 9) : 1;
        boolean copies = random.nextInt(3) > 0;
        int to = straight.near(alignment(size));
        int from = copies ? to : operands.writableBut(to);
        while (from == to) {
            from = straight.near(alignment(size));
        }
        int counter = counter();
        int most = nesting == 0 ? MAX_BLOCK : MAX_BLOCK / 4;
        emit("addi", counter, 0, random.nextInt(1, most / (size * each) + 1));
        Label top = code.label();
        boolean loadsFirst = random.nextBoolean();
        int[] values = new int[each];
        for (int i = 0; i < each; i++) {
            do {
                values[i] = operands.writable();
            } while (values[i] == to || values[i] == from && copies);
        }
        for (int i = 0; copies && loadsFirst && i < each; i++) {
            emit("l" + WIDTHS.charAt(size), values[i], offset(i * size), from);
        }
        for (int i = 0; i < each; i++) {
            if (copies && !loadsFirst) {
                emit("l" + WIDTHS.charAt(size), values[i], offset(i * size), from);
            }
            emit("s" + WIDTHS.charAt(size), copies ? values[i] : from, offset(i * size), to);
        }
        emit("addi", to, to, offset(size * each));
        if (copies) {
            emit("addi", from, from, offset(size * each));
        }
        emit("addi", counter, counter, -1);
        branch("bne", counter, 0, top);
    }

    private int alignment(int size) {
        return random.nextInt(8) == 0 ? 1 : size;
    }

    /** Once in a while another one. */
    private long offset(int usual) {
        return random.nextInt(24) == 0 ? random.nextInt(-64, 64) : usual;
    }

    // Jumps

    private void jump(Label target) {
        code.emitTo(words.named("jal"), new long[2], 1, code.label(), target);
    }

    private void call() {
        if (depth == 2) {
            straight.some(2);
            return;
        }
        if (depth == 0 && !recursive.isEmpty() && nesting == 0 && random.nextInt(3) == 0) {
            emit("addi", OperandChooser.COUNTERS, 0, random.nextInt(1, 7));
            call(OperandChooser.LINK, recursive.getFirst());
            return;
        }
        boolean inner = depth == 1 || random.nextInt(3) == 0;
        List<Label> functions = inner ? leaves : callers;
        if (functions.isEmpty()) {
            straight.some(2);
            return;
        }
        call(inner ? OperandChooser.INNER_LINK : OperandChooser.LINK, functions.get(random.nextInt(functions.size())));
    }

    private void call(int link, Label function) {
        if (random.nextBoolean()) {
            code.emitTo(words.named("jal"), new long[] {link, 0}, 1, code.label(), function);
            return;
        }
        int register = random.nextBoolean() ? link : operands.writable();
        Label here = code.label();
        code.emitUpperTo(words.named("auipc"), register, function);
        if (link == OperandChooser.LINK && random.nextBoolean()) {
            code.emitLowerTo(words.named("addi"), new long[] {register, register, 0}, 2, here, function);
            emit("c.jalr", register);
            return;
        }
        code.emitLowerTo(words.named("jalr"), new long[] {link, 0, register}, 1, here, function);
    }

    /** A jump through a register, forward over something; sometimes with the lowest bit set, which does not count. */
    private void indirect() {
        int register = operands.writable();
        Label here = code.label();
        Label target = new Label();
        emit("auipc", register, 0);
        int link = random.nextBoolean() ? 0 : operands.writable();
        if (random.nextBoolean()) {
            code.emitTo(words.named("addi"), new long[] {register, register, 0}, 2, here, target);
            if (random.nextBoolean()) {
                emit("ori", register, register, 1);
            }
            if (random.nextBoolean()) {
                emit("c.jr", register);
            } else {
                emit("jalr", link, 0, register);
            }
        } else {
            code.emitTo(words.named("jalr"), new long[] {link, 0, register}, 1, here, target);
        }
        straight.some(random.nextInt(1, 4));
        code.bind(target);
    }

    /** A jump to where no memory is: the trap handler takes the link that the jump left. In functions that is in use. */
    private void lost() {
        if (depth > 0 || random.nextInt(3) > 0) {
            straight.some(2);
            return;
        }
        int register = straight.nowhere();
        if (random.nextBoolean()) {
            emit("c.jalr", register);
        } else {
            emit("jalr", OperandChooser.LINK, random.nextInt(-2048, 2048), register);
        }
    }

    /** A jump to one of four places that a register chooses. */
    private void choice() {
        int index = operands.writable();
        int base = operands.writableBut(index);
        Label end = new Label();
        emit("andi", index, operands.writable(), 3);
        emit("slli", index, index, 3);
        emit("auipc", base, 0);
        emit("add", base, base, index);
        emit("jalr", 0, 12, base);
        for (int i = 0; i < 4; i++) {
            straight.oneWide();
            jump(end);
        }
        code.bind(end);
    }

    /** A jump into the middle of an instruction, whose upper half is one by itself; or, sometimes, to its start. */
    private void middle() {
        Label start = new Label();
        branch("beq", random.nextInt(32), operands.writable(), start);
        emit("jal", 0, 6);
        code.bind(start);
        straight.wideWithCompressedInside();
    }

    /** A stack frame: the pointer moves and comes back. */
    private void frame() {
        long size = 16L * random.nextInt(1, 32);
        if (words.has("c.addi16sp")) {
            emit("c.addi16sp", 2, -size);
        } else {
            emit("addi", 2, 2, -size);
        }
        straight.registersOnly(random.nextInt(1, 4));
        emit("c.sdsp", operands.writable(), random.nextInt(64) * 8L, 2);
        emit("addi", 2, 2, size);
    }

    // Code that changes

    /** An instruction that the program writes over, once or in every round of a loop that runs it before and after. */
    private void changing() {
        if (nesting > 0 || depth > 0 || !changes) {
            straight.some(2);
            return;
        }
        int address = operands.writable();
        int word = operands.writableBut(address);
        int counter = OperandChooser.COUNTERS;
        boolean fence = random.nextInt(4) > 0 || !allowed.unfencedChanges();
        Label site = new Label();
        emit("addi", counter, 0, random.nextInt(1, random.nextInt(4) == 0 ? MAX_ROUNDS : 4));
        Label top = code.label();
        boolean before = random.nextBoolean();
        if (before) {
            code.bind(site);
            straight.addImmediate();
        }
        straight.registersOnly(random.nextInt(3));
        Label here = code.label();
        code.emitUpperTo(words.named("auipc"), address, site);
        code.emitLowerTo(words.named("addi"), new long[] {address, address, 0}, 2, here, site);
        emit("lw", word, 0, address);
        // The immediate grows by one.
        int increment = operands.writableBut(word);
        while (increment == address) {
            increment = operands.writableBut(word);
        }
        emit("lui", increment, 1 << 20);
        emit("add", word, word, increment);
        emit("sw", word, 0, address);
        if (fence) {
            emit("fence.i");
        }
        if (!before) {
            straight.registersOnly(random.nextInt(2));
            code.bind(site);
            straight.addImmediate();
        }
        emit("addi", counter, counter, -1);
        branch("bne", counter, 0, top);
    }

    private void branch(String mnemonic, long rs1, long rs2, Label target) {
        code.emitTo(words.named(mnemonic), new long[] {rs1, rs2, 0}, 2, code.label(), target);
    }

    private void emit(String mnemonic, long... values) {
        code.emit(words.named(mnemonic), values);
    }
}
