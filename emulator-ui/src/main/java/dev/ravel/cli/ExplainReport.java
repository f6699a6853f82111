package dev.ravel.cli;

import dev.ravel.engine.TranslationView;
import dev.ravel.hart.Hart;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.Words;
import dev.ravel.isa.Privilege;
import dev.ravel.machine.Machine;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessPath;
import dev.ravel.mmu.AccessType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What {@code jit explain} prints, as text and as JSON, of a machine that stands still. */
final class ExplainReport extends Report {
    private static final String PARAMETER = "ADDRESS";

    private final Machine machine;
    private final Hart hart;
    private final Symbols symbols;
    private final List<Object> json = new ArrayList<>();

    ExplainReport(Machine machine) {
        this.machine = machine;
        this.hart = machine.harts().getFirst();
        this.symbols = Symbols.of(machine);
    }

    @Override
    Object json() {
        return Map.of("units", json);
    }

    /** Adds the code at an address or symbol. */
    void add(String where) {
        try {
            explain(where, Addresses.of(PARAMETER, where, symbols));
        } catch (CliException e) {
            complaints.add(String.valueOf(e.getMessage()));
        }
    }

    private void explain(String where, long address) {
        if ((address & 1) != 0) {
            throw wrong(where, "instructions are at even addresses");
        }
        AccessPath path = path(address);
        if (!isFetchable(path) || !(path.result() instanceof AccessPath.Mapped mapped)) {
            throw wrong(where, reason(path));
        }
        if (!(mapped.target() instanceof AccessPath.MainMemory)) {
            throw wrong(where, "code is translated in RAM only, and this is " + target(mapped));
        }
        TranslationView view =
                machine.engine().explain(mapped.physical()).orElseThrow(() -> wrong(where, nothing(address)));
        long page = address & -Ram.PAGE_SIZE;
        text.addAll(new ExplainText(view, page, symbols)
                .lines(mapped.physical(), path.access().privilege()));
        json.add(ExplainJson.of(view, page, mapped.physical(), symbols));
    }

    /** Why the engine translates nothing there. */
    private String nothing(long address) {
        return (address & Ram.PAGE_SIZE - 1) == Ram.PAGE_SIZE - 2
                        && machine.engine().explain(machine.ram().base()).isPresent()
                ? "an instruction that goes on in the next page is left to the interpreter"
                : "the engine " + machine.engine().name() + " translates nothing";
    }

    private static CliException wrong(String where, String why) {
        return new CliException(PARAMETER + " " + where + ": " + why);
    }

    /** As the hart would fetch it now; where that is not possible, as the kernel or a user process would. */
    private AccessPath path(long address) {
        List<AccessPath> paths = IntStream.of(hart.privilege(), Privilege.SUPERVISOR, Privilege.USER)
                .mapToObj(privilege -> hart.mmu.explain(address, 2, AccessType.FETCH, privilege))
                .toList();
        return paths.stream().filter(ExplainReport::isFetchable).findFirst().orElse(paths.getFirst());
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
