package dev.ravel.gdb;

import dev.ravel.csr.Csr;
import dev.ravel.hart.Hart;
import dev.ravel.isa.CsrNumber;
import dev.ravel.isa.RegisterNames;
import java.util.OptionalLong;

/** A hart's registers by GDB's numbers for RISC-V: x, pc, f, CSRs, privilege (GDB manual, G.5.12). */
final class TargetRegisters {
    /** Registers that are transferred all at once: x, pc and f. */
    static final int GENERAL = 65;

    private static final int EACH = 32;
    private static final int PC = EACH;

    private static final int FIRST_F = 33;
    private static final int FIRST_CSR = GENERAL;
    private static final int PRIVILEGE = FIRST_CSR + CsrNumber.COUNT;
    private static final int FFLAGS = 1;
    private static final int FCSR = 3;

    private TargetRegisters() {}

    /** The value of a register; none if this hart has no such register. */
    static OptionalLong read(Hart hart, int number) {
        if (number < 0 || number > PRIVILEGE) {
            return OptionalLong.empty();
        }
        if (number < PC) {
            return OptionalLong.of(hart.x[number]);
        }
        if (number == PC) {
            return OptionalLong.of(hart.pc);
        }
        if (number < FIRST_CSR) {
            return OptionalLong.of(hart.f[number - FIRST_F]);
        }
        if (number == PRIVILEGE) {
            return OptionalLong.of(hart.privilege());
        }
        Csr csr = hart.csrs.find(number - FIRST_CSR);
        return csr == null ? OptionalLong.empty() : OptionalLong.of(csr.read());
    }

    /** Writes a register as the hart's own software would; false if there is none, or it cannot be written. */
    static boolean write(Hart hart, int number, long value) {
        if (number < 0 || number > PRIVILEGE) {
            return false;
        }
        if (number < PC) {
            hart.x[number] = number == 0 ? 0 : value;
        } else if (number == PC) {
            hart.pc = value & ~1L;
        } else if (number < FIRST_CSR) {
            hart.f[number - FIRST_F] = value;
        } else if (number == PRIVILEGE) {
            if (value != 0 && value != 1 && value != 3) {
                return false;
            }
            hart.setPrivilege((int) value);
        } else {
            Csr csr = hart.csrs.find(number - FIRST_CSR);
            if (csr == null || CsrNumber.isReadOnly(number - FIRST_CSR)) {
                return false;
            }
            hart.apply(csr.write(value));
        }
        return true;
    }

    /** What registers there are, as GDB wants to be told. */
    static String description(Hart hart) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n");
        xml.append("<target version=\"1.0\">\n<architecture>riscv:rv64</architecture>\n");
        feature(xml, "cpu");
        for (int i = 0; i < EACH; i++) {
            String type = i == 1 ? "code_ptr" : i == 2 || i == 3 || i == 4 || i == 8 ? "data_ptr" : "int";
            register(xml, RegisterNames.x(i), type, i, Long.SIZE);
        }
        register(xml, "pc", "code_ptr", PC, Long.SIZE);
        xml.append("</feature>\n");
        feature(xml, "fpu");
        for (int i = 0; i < EACH; i++) {
            register(xml, RegisterNames.f(i), "ieee_double", FIRST_F + i, Long.SIZE);
        }
        for (int csr = FFLAGS; csr <= FCSR; csr++) {
            register(xml, CsrNumber.nameOf(csr), "int", FIRST_CSR + csr, Integer.SIZE);
        }
        xml.append("</feature>\n");
        feature(xml, "csr");
        for (int csr = FCSR + 1; csr < CsrNumber.COUNT; csr++) {
            if (hart.csrs.find(csr) != null) {
                register(xml, CsrNumber.nameOf(csr), "int", FIRST_CSR + csr, Long.SIZE);
            }
        }
        xml.append("</feature>\n");
        feature(xml, "virtual");
        register(xml, "priv", "int", PRIVILEGE, Long.SIZE);
        return xml.append("</feature>\n</target>\n").toString();
    }

    private static void feature(StringBuilder xml, String name) {
        xml.append("<feature name=\"org.gnu.gdb.riscv.").append(name).append("\">\n");
    }

    private static void register(StringBuilder xml, String name, String type, int number, int bits) {
        xml.append("<reg name=\"%s\" bitsize=\"%d\" type=\"%s\" regnum=\"%d\"/>\n".formatted(name, bits, type, number));
    }

    /** Bytes of a register. */
    static int size(int number) {
        boolean floatStatus = number >= FIRST_CSR + FFLAGS && number <= FIRST_CSR + FCSR;
        return floatStatus ? Integer.BYTES : Long.BYTES;
    }
}
