package dev.ravel.asm.layout;

import dev.ravel.asm.source.Expression;
import dev.ravel.asm.source.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the program has a {@code %pcrel_hi}, so that a {@code %pcrel_lo} finds what its low part belongs to. */
public final class HighParts {
    private record Entry(Fragment fragment, long offset, Expression target) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Map<Long, Expression> byAddress = new HashMap<>();

    public void add(Fragment fragment, long offset, Expression target) {
        entries.add(new Entry(fragment, offset, target));
    }

    /** Takes note of the final addresses. */
    void settle() {
        for (Entry entry : entries) {
            byAddress.put(entry.fragment.address() + entry.offset, entry.target);
        }
    }

    /** The address that the {@code %pcrel_hi} at {@code address} is about. */
    public long targetOf(long address, Line line, int index) {
        Expression target = byAddress.get(address);
        if (target == null) {
            throw line.error(index, "%pcrel_lo takes the label of an instruction with %pcrel_hi; there is none");
        }
        return target.late().number();
    }
}
