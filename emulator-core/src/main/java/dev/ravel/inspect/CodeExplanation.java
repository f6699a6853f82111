package dev.ravel.inspect;

import dev.ravel.engine.ExecutionEngine;
import dev.ravel.engine.TranslationView;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Privilege;
import dev.ravel.machine.Machine;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessPath;
import dev.ravel.mmu.AccessType;
import java.util.List;
import java.util.stream.IntStream;

/** What a machine's engine would make now of the code at an address, or why it would make nothing. */
public sealed interface CodeExplanation {
    /**
     * A translation.
     *
     * @param page the virtual address that its places are relative to
     * @param physical where its entry is
     * @param privilege the mode that may fetch it
     */
    record Made(TranslationView view, long page, long physical, int privilege) implements CodeExplanation {
        /** Plan, guest code and the translator's code, as lines. */
        public List<String> lines(Symbols symbols) {
            return new TranslationText(view, page, symbols).lines(physical, privilege);
        }
    }

    /** Nothing; the reason in one line. */
    record Nothing(String why) implements CodeExplanation {}

    /**
     * Of the code at a virtual address, which is translated as hart 0 would fetch it now, or if it could not, as a kernel or a
     * user's process would. For a machine that stands still.
     */
    static CodeExplanation at(Machine machine, long address) {
        if ((address & 1) != 0) {
            return new Nothing("instructions are at even addresses");
        }
        AccessPath path = path(machine.harts().getFirst(), address);
        if (!isFetchable(path) || !(path.result() instanceof AccessPath.Mapped mapped)) {
            return new Nothing(reason(path));
        }
        return of(machine, address, mapped, path.access().privilege());
    }

    private static CodeExplanation of(Machine machine, long address, AccessPath.Mapped mapped, int privilege) {
        return mapped.target() instanceof AccessPath.MainMemory
                ? physical(machine, address, mapped.physical(), privilege)
                : new Nothing("code is translated in RAM only, and this is " + target(mapped));
    }

    /**
     * Of the code at a physical address, which is shown as at a virtual one, wherever that leads now. For a machine that stands
     * still.
     */
    static CodeExplanation physical(Machine machine, long address, long physical, int privilege) {
        return machine.engine()
                .explain(physical)
                .<CodeExplanation>map(view -> new Made(view, address & -Ram.PAGE_SIZE, physical, privilege))
                .orElseGet(() -> new Nothing(nothing(machine, address)));
    }

    /** Why the engine translates nothing there. */
    private static String nothing(Machine machine, long address) {
        ExecutionEngine engine = machine.engine();
        return (address & Ram.PAGE_SIZE - 1) == Ram.PAGE_SIZE - 2
                        && engine.explain(machine.ram().base()).isPresent()
                ? "an instruction that goes on in the next page is left to the interpreter"
                : "the engine " + engine.name() + " translates nothing";
    }

    private static AccessPath path(Hart hart, long address) {
        List<AccessPath> paths = IntStream.of(hart.privilege(), Privilege.SUPERVISOR, Privilege.USER)
                .mapToObj(privilege -> hart.mmu.explain(address, 2, AccessType.FETCH, privilege))
                .toList();
        return paths.stream().filter(CodeExplanation::isFetchable).findFirst().orElse(paths.getFirst());
    }

    private static boolean isFetchable(AccessPath path) {
        return path.result() instanceof AccessPath.Mapped mapped && mapped.verdict() == AccessPath.Verdict.ALLOWED;
    }

    private static String reason(AccessPath path) {
        String why = switch (path.result()) {
            case AccessPath.Mapped mapped -> mapped.verdict().words();
            case AccessPath.Unmapped unmapped -> unmapped.why().words();
        };
        return "a fetch is an " + Words.exception(path.result().cause()) + ": " + why;
    }

    private static String target(AccessPath.Mapped mapped) {
        return mapped.target() instanceof AccessPath.DeviceWindow window ? window.name() : "nothing";
    }
}
