package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The tables of one kind that were used last, each a cluster. It forgets only those that are in the file as they are here;
 * if too many are not, {@link #isFull} says so and its owner writes them, in the right order.
 */
final class TableCache {
    private static final int LEAST = 8;

    private final HostFile file;
    private final int clusterSize;
    private final int most;
    private final Map<Long, Table> tables = new LinkedHashMap<>(16, 0.75f, true);
    /** Those that may be changed, by their places. */
    private final Set<Long> changed = new LinkedHashSet<>();

    /** One that keeps about so many bytes, and a few tables in any case. */
    TableCache(HostFile file, int clusterSize, int bytes) {
        this.file = file;
        this.clusterSize = clusterSize;
        this.most = Math.max(LEAST, bytes / clusterSize);
    }

    /** A table to look at. */
    synchronized Table get(long offset) throws IOException {
        Table present = tables.get(offset);
        return present != null ? present : keep(Table.read(file, offset, clusterSize));
    }

    /** A table to change; it is kept until it is written. */
    synchronized Table change(long offset) throws IOException {
        Table table = get(offset);
        changed.add(offset);
        return table;
    }

    /**
     * A new table, all zeroes; it is kept until it is written. Its place is written at once: on a full host disk, it is here that it
     * fails, and not when other things depend on it.
     */
    synchronized Table fresh(long offset) throws IOException {
        file.write(offset, ByteBuffer.allocate(clusterSize));
        changed.add(offset);
        return keep(Table.fresh(offset, clusterSize));
    }

    private Table keep(Table table) {
        tables.put(table.offset(), table);
        if (tables.size() > most) {
            Iterator<Table> eldest = tables.values().iterator();
            while (tables.size() > most && eldest.hasNext()) {
                Table old = eldest.next();
                if (old != table && !changed.contains(old.offset())) {
                    eldest.remove();
                }
            }
        }
        return table;
    }

    /** What is at that place is not a table any more. */
    synchronized void forget(long offset) {
        tables.remove(offset);
        changed.remove(offset);
    }

    /** Whether so many are to be written that it should be done soon. */
    synchronized boolean isFull() {
        return changed.size() > most / 2;
    }

    /** Writes what has changed, or only what nothing in the file refers to; returns whether there was anything. */
    synchronized boolean write(boolean onlyFresh) throws IOException {
        boolean any = false;
        for (Iterator<Long> each = changed.iterator(); each.hasNext(); ) {
            Table table = tables.get(each.next());
            if (table != null && (!onlyFresh || table.isFresh())) {
                any |= table.write(file);
                table.settle();
            }
            if (table == null || !table.isDirty()) {
                each.remove();
            }
        }
        return any;
    }
}
