package dev.ravel.asm.layout;

import dev.ravel.asm.layout.Symbol.State;
import dev.ravel.asm.program.Diagnostic;
import dev.ravel.asm.program.ProgramSymbol.Binding;
import dev.ravel.asm.source.Complaints;
import dev.ravel.asm.source.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Connects the symbols of the sources with each other, and defines those that mark the sections. */
final class Linker {
    private final ProgramBuilder program;
    private final Complaints complaints;
    private final Map<String, Symbol> globals = new HashMap<>();

    Linker(ProgramBuilder program) {
        this.program = program;
        this.complaints = program.complaints();
    }

    /** Gives every symbol that is used a definition, or complains. */
    void link(Layout layout) {
        for (SymbolTable table : program.tables()) {
            for (Symbol symbol : table.named()) {
                if (symbol.isDefined() && symbol.binding() != Binding.LOCAL) {
                    publish(symbol);
                }
            }
        }
        for (SymbolTable table : program.tables()) {
            for (Symbol symbol : table.named()) {
                Symbol global = globals.get(symbol.name());
                if (global != null && global != symbol && (symbol.binding() != Binding.LOCAL || !symbol.isDefined())) {
                    symbol.standFor(global);
                } else if (!symbol.isDefined() && symbol.isUsed()) {
                    define(symbol, layout);
                }
            }
        }
        allocateCommons();
    }

    private void publish(Symbol symbol) {
        Symbol known = globals.putIfAbsent(symbol.name(), symbol);
        if (known == null) {
            return;
        }
        if (known.state() == State.COMMON && symbol.state() == State.COMMON) {
            known.common(symbol.commonSize(), symbol.commonAlignment(), known.location());
        } else if (strength(symbol) > strength(known)) {
            globals.put(symbol.name(), symbol);
        } else if (strength(symbol) == strength(known) && symbol.binding() == Binding.GLOBAL) {
            complaints.add(new Diagnostic(
                    symbol.location(), "`" + symbol.name() + "` is already defined at " + known.location()));
        }
    }

    private static int strength(Symbol symbol) {
        if (symbol.binding() == Binding.WEAK) {
            return 0;
        }
        return symbol.state() == State.COMMON ? 1 : 2;
    }

    private void define(Symbol symbol, Layout layout) {
        Optional<LongSupplier> boundary = layout.boundary(symbol.name());
        if (boundary.isPresent()) {
            symbol.assign(new Boundary(boundary.get()), true, symbol.location());
        } else if (symbol.binding() != Binding.WEAK) {
            complaints.add(symbol.complaint("undefined symbol `" + symbol.name() + "`" + suggestion(symbol)));
        }
    }

    private String suggestion(Symbol symbol) {
        List<String> names = new ArrayList<>();
        for (SymbolTable table : program.tables()) {
            for (Symbol other : table.named()) {
                if (other.isDefined()) {
                    names.add(other.name());
                }
            }
        }
        return Nearest.suggestion(symbol.name(), names);
    }

    /** Puts common storage at the end of zero-filled memory, that of single sources first. */
    private void allocateCommons() {
        for (boolean local : new boolean[] {true, false}) {
            for (SymbolTable table : program.tables()) {
                for (Symbol symbol : table.named()) {
                    boolean chosen = symbol.binding() == Binding.LOCAL == local;
                    if (chosen && symbol.state() == State.COMMON && symbol.target() == symbol) {
                        allocate(symbol);
                    }
                }
            }
        }
    }

    private void allocate(Symbol symbol) {
        Section bss = program.section(".bss");
        bss.align(symbol.commonAlignment());
        bss.add(Padding.Align.to(symbol.commonAlignment()));
        symbol.allocate(bss.open(), bss.open().length());
        bss.open().skip((int) symbol.commonSize());
    }

    /** The symbol of that name that other sources see, or else a local one of the first source that has it. */
    Optional<Symbol> find(String name) {
        Symbol global = globals.get(name);
        if (global != null) {
            return Optional.of(global);
        }
        for (SymbolTable table : program.tables()) {
            Optional<Symbol> local = table.find(name).filter(Symbol::isDefined);
            if (local.isPresent()) {
                return local;
            }
        }
        return Optional.empty();
    }

    /** Where the program starts: at the entry symbol, or else at its first code. */
    OptionalLong entry(String name) {
        Optional<Symbol> symbol = find(name);
        return symbol.isPresent() ? OptionalLong.of(symbol.get().late().number()) : OptionalLong.empty();
    }
}
