package dev.ravel.engine.interpreter;

import dev.ravel.engine.CodeSource;
import dev.ravel.engine.Translation;
import dev.ravel.engine.Translator;
import dev.ravel.hart.Hart;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Tlb;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All decoded code of a machine, by physical page.
 *
 * <p><b>When code dies.</b> A page with decoded instructions is marked in {@link Ram} and is in no store TLB, so every
 * write to it is reported here. A write to bytes that were decoded, or that a translator has read, drops the page; a write
 * beside them does not. A hart
 * notices that its own store dropped something by {@link #drops} and leaves its block. Other harts may finish what they
 * run: the architecture promises them nothing before {@code fence.i}, which leaves its block too.
 *
 * <p><b>Several harts.</b> A page that is about to be decoded may still be in another hart's store TLB, which only that
 * hart may change. So marking a page begins a new {@link #epoch}, and the page is decoded only when every hart has emptied
 * its store TLBs in that epoch, or is not running (it will, when it starts). Until then its instructions are run singly,
 * decoded anew each time. Nobody waits for anybody.
 *
 * <p>The monitor of this object is innermost: nothing else is locked, no device is touched, while it is held.
 */
final class CodeCache implements Ram.CodeListener {
    /** Blocks kept at most, very roughly 500 bytes each; past it the whole cache is dropped. */
    private static final int MAX_BLOCKS = 400_000;

    /** {@link Context#epoch} of a hart that is not running. */
    static final long NOT_RUNNING = Long.MAX_VALUE;

    /** Pages by their index from the start of RAM. A page is safe to be read by any thread as soon as it is seen here. */
    final @Nullable CodePage[] pages;

    /** The {@link CodePage#entries} of each page of {@link #pages}, for who looks up a block and nothing else. */
    final @Nullable Step[] @Nullable [] entries;

    /** Grows whenever decoded code is dropped. */
    int drops;

    /** Grows whenever a page becomes code. */
    volatile long epoch;

    private final Ram ram;
    private final BlockBuilder builder;
    private final @Nullable Translator translator;
    private Context[] contexts = new Context[0];
    private int blocks;

    CodeCache(Ram ram, BlockBuilder builder, @Nullable Translator translator) {
        this.ram = ram;
        this.builder = builder;
        this.translator = translator;
        this.pages = new CodePage[ram.pages()];
        this.entries = new Step[ram.pages()][];
        ram.setCodeListener(this);
    }

    /** The instruction alone, belonging to no page; see {@link BlockBuilder#single}. */
    Step single(int bits) {
        return builder.single(bits);
    }

    /** Makes a hart known. */
    synchronized void register(Context context) {
        contexts = Arrays.copyOf(contexts, contexts.length + 1);
        contexts[contexts.length - 1] = context;
    }

    /** Whether there is more than one hart. */
    boolean isShared() {
        return contexts.length > 1;
    }

    /** A hart begins to run, or has been asked to look at {@link #epoch}: called by its own thread. */
    void acknowledge(Context c) {
        // First running, then look at the epoch: whoever advances it first and then finds us not running relies on
        // that.
        c.epoch = 0;
        long now = epoch;
        if (c.seenEpoch != now) {
            c.mmu.forgetStores();
            c.seenEpoch = now;
        }
        c.epoch = now;
    }

    /**
     * The first step of the block at RAM offset {@code offset}, decoded if need be; null if it cannot be cached now. The
     * page is plain RAM.
     */
    synchronized @Nullable Step block(Context c, long offset) {
        int number = (int) (offset >>> Ram.PAGE_SHIFT);
        CodePage page = pages[number];
        if (page == null) {
            if (blocks > MAX_BLOCKS) {
                dropAll();
            }
            page = admit(c, number);
        }
        if (!isReady(page, c)) {
            return null;
        }
        int start = (int) offset & Ram.PAGE_SIZE - 1;
        Step first = page.entries[start >> 1];
        if (first == null) {
            first = builder.build(page, start);
            if (first != null) {
                blocks++;
                VarHandle.releaseFence();
                page.entries[start >> 1] = first;
            }
        }
        return first;
    }

    /** The page of that index, for translations of what nobody has run yet. Empty once a hart is known: it may be about to store to the page. */
    synchronized Optional<CodeSource> page(int number) {
        if (contexts.length > 0) {
            return Optional.empty();
        }
        CodePage page = pages[number];
        if (page == null) {
            ram.markCode(number);
            page = keep(new CodePage(number, epoch, this));
        }
        return Optional.of(page);
    }

    private CodePage admit(Context c, int number) {
        ram.markCode(number);
        c.mmu.forgetStores(number);
        long readyAt = epoch;
        if (contexts.length > 1) {
            readyAt++;
            epoch = readyAt;
            for (Context other : contexts) {
                if (other != c) {
                    // A hint, without synchronisation: leave your block soon. If it is lost the end of the slice does
                    // it.
                    other.limit = Long.MIN_VALUE;
                }
            }
        }
        return keep(new CodePage(number, readyAt, this));
    }

    private CodePage keep(CodePage page) {
        VarHandle.releaseFence();
        pages[page.number] = page;
        entries[page.number] = page.entries;
        return page;
    }

    private boolean isReady(CodePage page, Context c) {
        for (Context other : contexts) {
            if (other != c && other.epoch < page.readyAt) {
                return false;
            }
        }
        return true;
    }

    @Override
    public synchronized void codeWritten(int number, int from, int to) {
        CodePage page = pages[number];
        if (page != null && page.covers(from, to)) {
            drop(number);
        }
    }

    private void drop(int number) {
        CodePage page = pages[number];
        pages[number] = null;
        entries[number] = null;
        ram.unmarkCode(number);
        drops++;
        if (translator != null && page != null) {
            translator.dropped(page);
        }
    }

    /** What looks for hot code on that hart; none if there is no translator. */
    @Nullable
    Sampler sampler(Context c) {
        return translator == null ? null : new Sampler(c, translator);
    }

    /** What runs translations on that hart; none if there is no translator. */
    Translator.@Nullable Executor attach(Hart hart) {
        return translator == null ? null : translator.attach(hart);
    }

    /**
     * See {@link CodePage#halfword}. Whoever writes to these bytes has done so when it asks for the lock: before us, then we
     * read what it wrote, or after us, then it finds them covered and drops the page.
     */
    synchronized int halfword(CodePage page, int offset) {
        page.cover(offset, offset + 2);
        return ram.fetch(((long) page.number << Ram.PAGE_SHIFT) + offset);
    }

    /** The page, to look at. */
    synchronized CodeSource glance(int number) {
        return new Glance(ram, number, Optional.ofNullable(pages[number]));
    }

    /** See {@link CodePage#isCurrent}. */
    synchronized boolean isCurrent(CodePage page) {
        return pages[page.number] == page;
    }

    /** See {@link CodePage#install}. */
    synchronized boolean install(CodePage page, int start, Translation translation) {
        if (!isCurrent(page)) {
            return false;
        }
        Step entry = page.entries[start >> 1];
        if (entry == null) {
            // What was read for the translation was admitted for the interpreter before.
            entry = builder.build(page, start);
            if (entry == null) {
                return false;
            }
            blocks++;
        }
        Step interpreted = entry instanceof TranslatedStep former ? former.interpreted : entry;
        replace(page, start, entry, new TranslatedStep(translation, interpreted));
        Objects.requireNonNull(translator).installed(page, start, translation);
        return true;
    }

    /** See {@link CodePage#remove}. */
    synchronized void remove(CodePage page, int start, Translation translation) {
        if (isCurrent(page)
                && page.entries[start >> 1] instanceof TranslatedStep translated
                && translated.translation == translation) {
            page.forgetSamples(start >> 1);
            replace(page, start, translated, translated.interpreted);
            Objects.requireNonNull(translator).removed(page, start);
        }
    }

    private static void replace(CodePage page, int start, Step from, Step to) {
        VarHandle.releaseFence();
        page.entries[start >> 1] = to;
        page.relink(from, to);
    }

    /** Repairs what leads past a translation: whoever made the link had looked before the translation was there. */
    synchronized void relink(CodePage page, TranslatedStep translated) {
        page.relink(translated.interpreted, translated);
    }

    /** Forgets everything, and is told of nothing any more. */
    void close() {
        dropAll();
        ram.setCodeListener((page, from, to) -> {});
    }

    /** Forgets everything. */
    synchronized void dropAll() {
        for (int number = 0; number < pages.length; number++) {
            if (pages[number] != null) {
                drop(number);
            }
        }
        blocks = 0;
    }

    /** Where the fetch TLB's page of {@code va} lies in RAM, or a negative number if it does not hold it. */
    static long fetchOffset(Context c, long va) {
        int i = c.fetchBase + Tlb.index(va);
        return c.tlbs[i] == (va & -Ram.PAGE_SIZE) ? va + c.tlbs[i + 1] : -1;
    }
}
