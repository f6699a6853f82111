package dev.ravel.desktop.inspector;

import dev.ravel.inspect.PageWalkView;
import dev.ravel.inspect.SymbolAt;
import dev.ravel.inspect.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A walk and the name of its address. */
record WalkSample(PageWalkView walk, Optional<SymbolAt> symbol) {
    String access() {
        return walk.type().name().toLowerCase(Locale.ROOT) + " of " + HartSample.hex(walk.va())
                + symbol.map(s -> " <" + Words.printable(s.toString()) + ">").orElse("") + " in "
                + Words.privilege(walk.privilege()) + " mode, " + walk.mode()
                + (walk.root() == 0 ? "" : ", root table at " + HartSample.hex(walk.root()));
    }

    static String place(PageWalkView.Level level) {
        return "level " + level.level() + ", entry " + level.index() + " at " + HartSample.hex(level.entryAddress());
    }

    static String leadsTo(PageWalkView.Level level) {
        return switch (level.kind()) {
            case POINTER -> "table at " + HartSample.hex(level.leadsTo());
            case LEAF -> "page at " + HartSample.hex(level.leadsTo());
            case INVALID -> "nothing: V is clear";
        };
    }

    /** What comes after the last entry, a line each. */
    List<String> end() {
        List<String> lines = new ArrayList<>();
        if (walk.page() != 0) {
            lines.add("a page of " + Words.size(walk.page()) + (walk.napot() ? " (Svnapot)" : "")
                    + (walk.update().isEmpty() ? "" : "; the access would set " + walk.update()));
        }
        walk.pmp()
                .ifPresent(pmp -> lines.add("PMP: " + (pmp.entry() < 0 ? "" : "entry " + pmp.entry() + ", ")
                        + pmp.config() + (pmp.allowed() ? ": allowed" : ": not allowed")));
        walk.physical()
                .ifPresent(pa -> lines.add("physical address " + HartSample.hex(pa) + ": "
                        + walk.target().orElse("nothing")));
        return List.copyOf(lines);
    }

    String verdict() {
        return (walk.succeeds() ? "succeeds: " : Words.exception(walk.cause()) + ": ") + walk.decision();
    }
}
