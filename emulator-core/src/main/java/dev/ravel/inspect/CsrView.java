package dev.ravel.inspect;

import dev.ravel.isa.CsrNumber;
import java.util.List;
import java.util.Optional;

/**
 * A CSR with its present value, taken apart.
 *
 * @param number 12 bits
 * @param name the specification's
 * @param section where the specification describes it; empty where this table does not know
 * @param value as software reads it
 * @param fields from the highest bit down; none where the register is one number
 */
public record CsrView(int number, String name, String section, long value, List<CsrField> fields) {
    public CsrView {
        fields = List.copyOf(fields);
    }

    /** A value of a register: for lessons that explain one which no hart has at the moment, too. */
    public static CsrView of(int number, long value) {
        return CsrFields.view(number, CsrNumber.nameOf(number), value);
    }

    /** The field of that name, such as {@code MPP}; empty if this register has none such. */
    public Optional<CsrField> field(String wanted) {
        return fields.stream().filter(f -> f.name().equals(wanted)).findFirst();
    }
}
