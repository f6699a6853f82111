package dev.ravel.jit.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import dev.ravel.jit.plan.AccessRun;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.StorablePages;
import dev.ravel.mmu.Tlb;
import java.util.Optional;
import org.objectweb.asm.Label;

/**
 * Loads and stores: a TLB hit is straight code, everything else is left to the interpreter.
 *
 * <p>What an {@link AccessRun} has looked up together needs no more than the access itself.
 */
final class MemoryCode {
    private static final long PAGE = -4096L;

    private final UnitContext context;
    private final Emission code;
    private final AccessCode access;
    private final FloatCode floats;

    MemoryCode(UnitContext context, FloatCode floats) {
        this.context = context;
        this.code = context.code;
        this.access = context.access;
        this.floats = floats;
    }

    void load(Operation.Load load, Decoded d) {
        boolean toFloat = PureCode.isFloat(d.instruction(), Operand.Role.RD);
        if (toFloat) {
            floats.requireEnabled();
        }
        findPlace(d, load.size(), false);
        access.begin();
        pushPlace();
        if (toFloat && context.isDouble(d.rd())) {
            access.loadDouble();
            context.setDouble(d.rd());
            return;
        }
        access.load(load.size());
        boolean narrow = toFloat && context.isNarrow(32 + d.rd());
        if (load.extend() != Operation.Extend.SIGNED && load.size() < 8 && !narrow) {
            long mask = (1L << load.size() * 8) - 1;
            code.ldc(toFloat ? ~mask : mask);
            code.insn(toFloat ? LOR : LAND);
        }
        context.set(toFloat, d.rd());
    }

    void store(Operation.Store store, Decoded d) {
        boolean fromFloat = PureCode.isFloat(d.instruction(), Operand.Role.RS2);
        if (fromFloat) {
            floats.requireEnabled();
        }
        findPlace(d, store.size(), true);
        access.begin();
        pushPlace();
        if (fromFloat && context.isDouble(d.rs2())) {
            context.pushDouble(d.rs2());
            access.storeDouble();
            return;
        }
        if (fromFloat && store.size() == 4) {
            context.pushSingleBits(d.rs2());
        } else {
            context.push(fromFloat, d.rs2());
        }
        access.store(store.size());
    }

    /**
     * Looks up what belongs together in a run that begins here. Jumps to {@code alone} if some of that is not all in one page, and leaves
     * the run to the interpreter, which fills the TLB, if it is and misses. HotSpot then sees in a loop that no page ends in that
     * the code at {@code alone} is never run. Bare accesses know no pages: there it jumps to {@code alone} if some of it is not to RAM.
     */
    void lookUp(AccessRun run, Label alone) {
        for (int i = 0; i < run.groups().size(); i++) {
            AccessRun.Group group = run.groups().get(i);
            context.pushX(group.register());
            if (group.low() != 0) {
                code.ldc(group.low());
                code.insn(LADD);
            }
            code.var(LSTORE, UnitContext.VA);
            Label failed = context.bare ? alone : failed(group, alone);
            Optional<RunVariables.Remembered> remembered = context.runs.remembered(context.block, group);
            if (remembered.isPresent()) {
                lookUp(group, remembered.get(), failed);
                context.pushX(group.register());
                code.var(LLOAD, remembered.get().addend());
            } else {
                probe(group.span(), group.stores(), failed);
                context.pushX(group.register());
                pushAddend(group.stores());
            }
            code.insn(LADD);
            code.var(LSTORE, context.runs.place(i));
        }
    }

    /** Where to jump if VA, where the group begins, misses. */
    private Label failed(AccessRun.Group group, Label alone) {
        Label failed = new Label();
        UnitContext.Place place = context.here();
        context.stub(() -> {
            code.label(failed);
            if (group.span() != 0) {
                code.var(LLOAD, UnitContext.VA);
                code.ldc(group.span());
                code.insn(LADD);
                code.var(LLOAD, UnitContext.VA);
                code.insn(LXOR);
                code.ldc(PAGE);
                code.insn(LAND);
                code.insn(LCONST_0);
                code.insn(LCMP);
                code.jump(IFNE, alone);
            }
            context.stop(place);
        });
        return failed;
    }

    /** Leaves in the variables what to add; probes the TLB only if they are about another page. */
    private void lookUp(AccessRun.Group group, RunVariables.Remembered page, Label failed) {
        Label hit = new Label();
        code.var(LLOAD, UnitContext.VA);
        code.var(LLOAD, page.start());
        code.insn(LSUB);
        code.var(LLOAD, page.room());
        code.call(Long.class, "compareUnsigned", "(JJ)I");
        code.jump(IFLT, hit);
        code.var(LLOAD, UnitContext.VA);
        addNothing();
        code.var(LSTORE, UnitContext.VA);
        probe(group.span(), group.stores(), failed);
        code.var(LLOAD, UnitContext.VA);
        code.ldc(PAGE);
        code.insn(LAND);
        code.var(LSTORE, page.start());
        code.ldc(Ram.PAGE_SIZE - group.span());
        code.var(LSTORE, page.room());
        pushAddend(group.stores());
        code.var(LSTORE, page.addend());
        code.label(hit);
    }

    /** Stack: an address of code that seldom runs, to the same; see {@link UnitContext#pushNothing}. */
    private void addNothing() {
        context.pushNothing();
        code.insn(I2L);
        code.insn(LADD);
    }

    /**
     * Probes the TLB for VA and so many bytes behind it, jumping to {@code miss} if they are not all in a page that it has an entry for.
     * The entry is the one for VA's page, and no entry that may be there stands for the next page: one comparison is enough.
     */
    private void probe(long span, boolean store, Label miss) {
        if (context.bare) {
            probeBare(span, store, miss);
            return;
        }
        code.var(LLOAD, UnitContext.VA);
        code.ldc(Tlb.INDEX_SHIFT - AccessCode.ELEMENT_SHIFT);
        code.insn(LUSHR);
        code.ldc((long) Tlb.INDEX_MASK << AccessCode.ELEMENT_SHIFT);
        code.insn(LAND);
        code.var(LLOAD, UnitContext.TLB);
        code.insn(LADD);
        code.var(LSTORE, UnitContext.ENTRY);
        code.var(LLOAD, UnitContext.VA);
        if (span != 0) {
            code.ldc(span);
            code.insn(LADD);
        }
        code.ldc(PAGE);
        code.insn(LAND);
        // Second, for HotSpot compares a register with memory, not the other way round.
        pushEntry(store ? Tlb.STORES : 0);
        code.insn(LCMP);
        code.jump(IFNE, miss);
    }

    /** As {@link #probe}, for a bare access: RAM's bounds and, for a store, the map of storable pages say whether it may be. */
    private void probeBare(long span, boolean store, Label miss) {
        code.var(LLOAD, UnitContext.VA);
        access.subtractStart();
        access.ramSize();
        code.ldc(span);
        code.insn(LSUB);
        code.call(Long.class, "compareUnsigned", "(JJ)I");
        code.jump(IFGE, miss);
        if (store) {
            access.storable(UnitContext.VA, UnitContext.STORABLE);
            code.ldc((int) StorablePages.AND_NEXT);
            code.jump(IF_ICMPNE, miss);
        }
    }

    /** After a hit: what makes a virtual address of that page one that RAM is accessed with. */
    private void pushAddend(boolean store) {
        if (context.bare) {
            code.var(LLOAD, UnitContext.ADDEND);
            return;
        }
        pushEntry(store ? Tlb.STORES + 1 : 1);
    }

    private void pushEntry(int element) {
        access.tlbElement(UnitContext.ENTRY, element);
        access.loadElement();
    }

    /**
     * Sees to it that the place of an access can be pushed; leaves the instruction to the interpreter if it is no member of a run and misses
     * the TLB. That is not a call from here that comes back: HotSpot keeps nothing in host registers across a call, however rare,
     * and would have a loop's variables in memory because of it.
     */
    private void findPlace(Decoded d, int bytes, boolean store) {
        if (context.runs.member(context.index).isPresent()) {
            return;
        }
        context.pushX(d.rs1());
        if (d.imm() != 0) {
            code.ldc(d.imm());
            code.insn(LADD);
        }
        if (context.runs.alone()) {
            addNothing();
        }
        code.var(LSTORE, UnitContext.VA);
        Label miss = new Label();
        probe(bytes - 1, store, miss);
        code.var(LLOAD, UnitContext.VA);
        pushAddend(store);
        code.insn(LADD);
        code.var(LSTORE, UnitContext.VA);
        if (context.bare) {
            context.stopAtBare(miss, context.here(), store);
        } else {
            context.stopAt(miss);
        }
    }

    private void pushPlace() {
        if (context.runs.member(context.index).isEmpty()) {
            code.var(LLOAD, UnitContext.VA);
            return;
        }
        AccessRun.Member member = context.runs.member(context.index).get();
        code.var(LLOAD, context.runs.place(member.group()));
        if (member.displacement() != 0) {
            code.ldc(member.displacement());
            code.insn(LADD);
        }
    }
}
