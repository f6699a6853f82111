package dev.ravel.snapshot;

import dev.ravel.memory.Ram;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The contents of RAM at one moment: the pages that are not zero. Never changes; images share pages, and whole groups of
 * them, with those that they were made from. Pages lie outside of the Java heap, in blocks that the garbage collector
 * gives back when no image has a page in them any more; {@code -XX:MaxDirectMemorySize} bounds them.
 */
public final class MemoryImage {
    /** Pages of a group, 2 MiB. */
    private static final int GROUP = 512;

    /** Pages of a block at most, 1 MiB. */
    static final int BLOCK = 256;

    private final int pages;

    /** By page number; a group without pages is not there. */
    private final @Nullable Page[] @Nullable [] groups;

    private final int copied;

    /** The place of a page's bytes. */
    private record Page(MemorySegment block, int offset) {
        MemorySegment bytes() {
            return block.asSlice(offset, Ram.PAGE_SIZE);
        }
    }

    /** Takes the pages that are not zero, by number. */
    @FunctionalInterface
    public interface PageConsumer {
        /** Takes a page; its bytes are only read. */
        void accept(int number, MemorySegment bytes);
    }

    private MemoryImage(int pages, @Nullable Page[] @Nullable [] groups, int copied) {
        this.pages = pages;
        this.groups = groups;
        this.copied = copied;
    }

    /** An image of nothing but zeros, of {@code pages} pages. */
    public static MemoryImage zero(int pages) {
        return new MemoryImage(pages, new Page[(pages + GROUP - 1) / GROUP][], 0);
    }

    /**
     * What RAM holds now, which stands still.
     *
     * @param earlier what it held before
     * @param changed the pages that may be different
     */
    public static MemoryImage of(Ram ram, MemoryImage earlier, IntPredicate changed) {
        Builder builder = new Builder(earlier);
        List<Integer> numbers = new ArrayList<>();
        for (int page = 0; page < earlier.pages; page++) {
            if (changed.test(page)) {
                MemorySegment now = page(ram.segment(), page);
                if (isZero(now)) {
                    builder.set(page, null);
                } else if (!earlier.holds(page, now)) {
                    numbers.add(page);
                }
            }
        }
        for (int first = 0; first < numbers.size(); first += BLOCK) {
            List<Integer> some = numbers.subList(first, Math.min(first + BLOCK, numbers.size()));
            MemorySegment block = block(some.size());
            for (int i = 0; i < some.size(); i++) {
                Page copy = new Page(block, i * Ram.PAGE_SIZE);
                copy.bytes().copyFrom(page(ram.segment(), some.get(i)));
                builder.set(some.get(i), copy);
            }
        }
        return builder.build(numbers.size());
    }

    private static MemorySegment block(int pages) {
        return MemorySegment.ofBuffer(ByteBuffer.allocateDirect(pages * Ram.PAGE_SIZE));
    }

    private static MemorySegment page(MemorySegment ram, int page) {
        return ram.asSlice((long) page << Ram.PAGE_SHIFT, Ram.PAGE_SIZE);
    }

    private static final MemorySegment ZEROS =
            MemorySegment.ofArray(new byte[Ram.PAGE_SIZE]).asReadOnly();

    private static boolean isZero(MemorySegment bytes) {
        return bytes.mismatch(ZEROS) < 0;
    }

    private @Nullable Page find(int page) {
        @Nullable Page @Nullable [] group = groups[page / GROUP];
        return group == null ? null : group[page % GROUP];
    }

    private boolean holds(int number, MemorySegment bytes) {
        Page page = find(number);
        return page != null && page.bytes().mismatch(bytes) < 0;
    }

    /** Pages of the RAM, those that are zero included. */
    public int pages() {
        return pages;
    }

    /** Pages that are not zero. */
    public int presentPages() {
        int[] count = {0};
        forEach((number, bytes) -> count[0]++);
        return count[0];
    }

    /** Pages that were copied for this image, because the earlier one did not have them. */
    public int copiedPages() {
        return copied;
    }

    /** A page that is not zero. */
    MemorySegment bytes(int number) {
        return Objects.requireNonNull(find(number)).bytes().asReadOnly();
    }

    /** Gives the pages that are not zero, in order. */
    public void forEach(PageConsumer consumer) {
        for (int page = 0; page < pages; page++) {
            if (groups[page / GROUP] == null) {
                page += GROUP - 1;
                continue;
            }
            Page present = find(page);
            if (present != null) {
                consumer.accept(page, present.bytes().asReadOnly());
            }
        }
    }

    /**
     * Makes RAM, which stands still and holds what {@code present} says, hold this. Only bytes of pages that are different
     * are written, and told to whoever keeps up with writes.
     */
    public void copyTo(Ram ram, MemoryImage present) {
        for (int page = 0; page < pages; page++) {
            if (groups[page / GROUP] == present.groups[page / GROUP]) {
                page = page / GROUP * GROUP + GROUP - 1;
                continue;
            }
            Page wanted = find(page);
            if (wanted == present.find(page)) {
                continue;
            }
            MemorySegment bytes = wanted == null ? ZEROS : wanted.bytes();
            MemorySegment now = page(ram.segment(), page);
            if (now.mismatch(bytes) >= 0) {
                now.copyFrom(bytes);
                ram.written((long) page << Ram.PAGE_SHIFT, Ram.PAGE_SIZE);
            }
        }
    }

    /** Makes an image of pages that come from elsewhere. */
    static final class Loader {
        private final Builder builder;
        private int loaded;
        private int last = -1;

        /** With room for so many pages, all zero. */
        Loader(int pages) {
            builder = new Builder(zero(pages));
        }

        /**
         * Adds pages, whose numbers are greater than those of all before.
         *
         * @param bytes the pages, one after the other
         * @throws IllegalArgumentException if a number is not
         */
        void add(int[] numbers, MemorySegment bytes) {
            MemorySegment block = block(numbers.length);
            block.copyFrom(bytes);
            for (int i = 0; i < numbers.length; i++) {
                if (numbers[i] <= last || numbers[i] >= builder.earlier.pages) {
                    throw new IllegalArgumentException(
                            "page " + numbers[i] + " comes after page " + last + " of " + builder.earlier.pages);
                }
                last = numbers[i];
                builder.set(last, new Page(block, i * Ram.PAGE_SIZE));
            }
            loaded += numbers.length;
        }

        MemoryImage image() {
            return builder.build(loaded);
        }
    }

    /** Makes an image out of another one; groups are copied when they change. */
    private static final class Builder {
        private final MemoryImage earlier;
        private final @Nullable Page[] @Nullable [] groups;

        Builder(MemoryImage earlier) {
            this.earlier = earlier;
            this.groups = earlier.groups.clone();
        }

        void set(int page, @Nullable Page to) {
            if (earlier.find(page) == to) {
                return;
            }
            int group = page / GROUP;
            @Nullable Page @Nullable [] now = groups[group];
            if (now == null) {
                now = new Page[GROUP];
            } else if (now == earlier.groups[group]) {
                now = now.clone();
            }
            now[page % GROUP] = to;
            groups[group] = now;
        }

        MemoryImage build(int copied) {
            return new MemoryImage(earlier.pages, groups, copied);
        }
    }
}
