package dev.ravel.inspect;

import dev.ravel.csr.Csr;
import dev.ravel.hart.Hart;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.RegisterNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A hart at one moment.
 *
 * @param hart its {@code mhartid}
 * @param privilege a constant of {@link dev.ravel.isa.Privilege}
 * @param instructionsRetired since reset
 * @param x the integer registers by number, {@code x0} first
 * @param f the floating-point registers by number
 * @param csrs every control and status register that exists, by number
 * @param instruction the one at {@code pc}
 */
public record HartView(
        int hart,
        int privilege,
        long pc,
        long instructionsRetired,
        List<RegisterView> x,
        List<RegisterView> f,
        List<CsrView> csrs,
        InstructionView instruction) {
    private static final int REGISTERS = 32;

    public HartView {
        x = List.copyOf(x);
        f = List.copyOf(f);
        csrs = List.copyOf(csrs);
    }

    /**
     * What is another value than before.
     *
     * @param name {@code a0}, {@code fa0}, {@code pc}, {@code privilege}, or a CSR's
     */
    public record Change(String name, long before, long after) {}

    /** The present state of a hart that does not run. */
    public static HartView of(Hart hart, Symbols symbols) {
        List<RegisterView> x = new ArrayList<>();
        List<RegisterView> f = new ArrayList<>();
        for (int i = 0; i < REGISTERS; i++) {
            x.add(new RegisterView("x" + i, RegisterNames.x(i), hart.x[i]));
            f.add(new RegisterView("f" + i, RegisterNames.f(i), hart.f[i]));
        }
        List<CsrView> csrs = new ArrayList<>();
        for (int number = 0; number < CsrNumber.COUNT; number++) {
            Csr csr = hart.csrs.find(number);
            if (csr != null) {
                csrs.add(CsrView.of(number, csr.read()));
            }
        }
        return new HartView(
                hart.id(),
                hart.privilege(),
                hart.pc,
                hart.instret,
                x,
                f,
                csrs,
                InstructionView.at(hart, hart.pc, symbols));
    }

    /** The CSR of a name, if this hart has it. */
    public Optional<CsrView> csr(String name) {
        return csrs.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    /** The register of a name, that of the calling convention or that by number. */
    public Optional<RegisterView> register(String name) {
        List<RegisterView> all = new ArrayList<>(x);
        all.addAll(f);
        return all.stream()
                .filter(r -> r.name().equals(name) || r.number().equals(name))
                .findFirst();
    }

    /**
     * What has changed since an earlier sample of the same hart: registers, {@code pc}, privilege, CSRs, in this order.
     * Counters and clocks, which always do, are left out.
     */
    public List<Change> changesSince(HartView earlier) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < REGISTERS; i++) {
            compare(changes, x.get(i).name(), earlier.x.get(i).value(), x.get(i).value());
        }
        for (int i = 0; i < REGISTERS; i++) {
            compare(changes, f.get(i).name(), earlier.f.get(i).value(), f.get(i).value());
        }
        compare(changes, "pc", earlier.pc, pc);
        compare(changes, "privilege", earlier.privilege, privilege);
        for (CsrView csr : csrs) {
            if (!isCounter(csr.name())) {
                earlier.csr(csr.name()).ifPresent(old -> compare(changes, csr.name(), old.value(), csr.value()));
            }
        }
        return List.copyOf(changes);
    }

    private static boolean isCounter(String csr) {
        return switch (csr) {
            case "mcycle", "minstret", "cycle", "time", "instret" -> true;
            default -> false;
        };
    }

    private static void compare(List<Change> changes, String name, long before, long after) {
        if (before != after) {
            changes.add(new Change(name, before, after));
        }
    }
}
