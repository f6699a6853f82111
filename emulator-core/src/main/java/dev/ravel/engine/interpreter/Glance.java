package dev.ravel.engine.interpreter;

import dev.ravel.engine.CodeSource;
import dev.ravel.engine.Translation;
import dev.ravel.memory.Ram;
import java.util.Optional;

/**
 * A page of RAM as code, for somebody who only looks.
 *
 * @param page what was decoded in it; empty if nothing was
 */
record Glance(Ram ram, int number, Optional<CodePage> page) implements CodeSource {
    @Override
    public boolean isCurrent() {
        return true;
    }

    @Override
    public boolean isMet(int offset) {
        return page.isEmpty() || page.get().isMet(offset);
    }

    @Override
    public int halfword(int offset) {
        return Memory.getShort(ram.segment(), ((long) number << Ram.PAGE_SHIFT) + offset) & 0xffff;
    }

    @Override
    public boolean isEntry(int offset) {
        return page.isPresent() && page.get().isEntry(offset);
    }

    @Override
    public boolean isTranslated(int offset) {
        return page.isPresent() && page.get().isTranslated(offset);
    }

    @Override
    public boolean install(int offset, Translation translation) {
        return false;
    }

    @Override
    public void sampleAnew(int offset) {
        // Who only looks has nothing sampled.
    }

    @Override
    public void remove(int offset, Translation translation) {
        // There is none.
    }
}
