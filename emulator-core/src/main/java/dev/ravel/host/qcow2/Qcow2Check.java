package dev.ravel.host.qcow2;

import dev.ravel.host.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Looks whether an image is consistent, and makes its refcounts right again. */
public final class Qcow2Check {
    private static final int MOST_MESSAGES = 20;

    /** A file of 256 GiB with clusters of 64 KiB: tables of some 40 MiB are read. */
    private static final long MOST_CLUSTERS_AT_OPENING = 1L << 22;

    private final HostFile file;
    private final Qcow2Header header;
    private final List<String> messages = new ArrayList<>();

    /** Places that refer to where nothing can be: data may be lost, which no repair brings back. */
    private long damaged;

    private long tooLow;
    private long copiedWrong;
    private long leaked;

    private Qcow2Check(HostFile file, Qcow2Header header) {
        this.file = file;
        this.header = header;
    }

    /**
     * What was found.
     *
     * @param corruptions what harms data, now or with the next write
     * @param repairable whether a repair makes all of them good
     * @param leaks clusters that count as used and are not: they only take space
     * @param messages about the first of them, a line each
     */
    public record Report(
            long corruptions,
            boolean repairable,
            long leaks,
            List<String> messages,
            long clusters,
            long dataClusters,
            long compressedClusters) {
        /** Whether nothing was found. */
        public boolean isClean() {
            return corruptions == 0 && leaks == 0;
        }
    }

    /** Only looks. */
    public static Report check(HostFile file, Qcow2Header header) throws IOException {
        Qcow2Check check = new Qcow2Check(file, header);
        Walk walk = new Walk(file, header, check::damage);
        check.compare(walk.references(), new Refcounts(file, header, new LongSet()));
        check.flags(walk.references(), false);
        return new Report(
                check.damaged + check.tooLow + check.copiedWrong,
                check.damaged == 0,
                check.leaked,
                List.copyOf(check.messages),
                header.guestClusters(),
                walk.dataClusters(),
                walk.compressedClusters());
    }

    /**
     * Makes refcounts, and what entries say about them, right; then the image counts as closed and good. Its header is another one
     * then: the refcount table may have moved.
     *
     * @throws Qcow2Exception if more than that is wrong; then nothing was changed
     */
    public static void repair(HostFile file, Qcow2Header header) throws IOException {
        Qcow2Check check = new Qcow2Check(file, header);
        Walk walk = new Walk(file, header, check::damage);
        if (check.damaged > 0) {
            throw new Qcow2Exception("the image is damaged and cannot be repaired: " + check.messages.getFirst());
        }
        // Raised counts first: a crash in between only leaves leaks.
        boolean newBlocks = check.correct(walk.references(), true);
        check.flags(walk.references(), true);
        // New refcount blocks count now, too.
        Walk after = newBlocks ? new Walk(file, Qcow2Header.read(file), check::damage) : walk;
        check.correct(after.references(), false);
        if (header.version() >= 3) {
            long bits = header.features().incompatible() & ~(Features.DIRTY | Features.CORRUPT);
            file.write(
                    Qcow2Header.INCOMPATIBLE_AT, ByteBuffer.allocate(Long.BYTES).putLong(0, bits));
            file.sync();
        }
    }

    /**
     * Gives back the space of clusters that count as used and are not, as a kill leaves them. An image in which anything else is
     * wrong stays as it is, and so does one that is so long that looking would keep its user waiting.
     *
     * @return how many there were
     */
    static long giveBackLeaks(HostFile file, Qcow2Header header) throws IOException {
        Qcow2Check check = new Qcow2Check(file, header);
        if (check.fileClusters() > MOST_CLUSTERS_AT_OPENING) {
            return 0;
        }
        References references = new Walk(file, header, check::damage).references();
        check.compare(references, new Refcounts(file, header, new LongSet()));
        if (check.damaged + check.tooLow > 0 || check.leaked == 0) {
            return 0;
        }
        check.correct(references, false);
        return check.leaked;
    }

    private void damage(String what) {
        damaged++;
        tell(what);
    }

    private void tell(String what) {
        if (messages.size() < MOST_MESSAGES) {
            messages.add(what);
        }
    }

    private long fileClusters() throws IOException {
        return Math.ceilDiv(file.size(), (long) header.clusterSize());
    }

    /** A file may be long and have next to nothing in it: where no count and no reference can be, nobody looks. */
    private static long next(long cluster, References references, Refcounts refcounts) {
        return Math.min(references.next(cluster), refcounts.nextCovered(cluster));
    }

    /** What is done with a cluster that has that refcount and that many references. */
    @FunctionalInterface
    private interface Visitor {
        void visit(long cluster, long count, int right) throws IOException;
    }

    private void visit(References references, Refcounts refcounts, Visitor visitor) throws IOException {
        long end = fileClusters();
        for (long cluster = next(0, references, refcounts);
                cluster < end;
                cluster = next(cluster + 1, references, refcounts)) {
            visitor.visit(cluster, refcounts.get(cluster), references.get(cluster));
        }
    }

    private void compare(References references, Refcounts refcounts) throws IOException {
        visit(references, refcounts, (cluster, count, right) -> {
            if (Long.compareUnsigned(count, right) < 0) {
                tooLow++;
                tell("cluster " + cluster + " has refcount " + count + " and is referred to " + right + " times");
            } else if (count != right) {
                leaked++;
                tell("cluster " + cluster + " leaks: it has refcount " + Long.toUnsignedString(count)
                        + " and is referred to " + right + " times");
            }
        });
    }

    /** Sets counts that are too low, or those that are too high; returns whether that took new refcount blocks. */
    private boolean correct(References references, boolean tooLow) throws IOException {
        Refcounts refcounts = new Refcounts(file, Qcow2Header.read(file), new LongSet());
        List<Long> blocks = refcounts.blockOffsets();
        visit(references, refcounts, (cluster, count, right) -> {
            boolean low = Long.compareUnsigned(count, right) < 0;
            if (count != right && low == tooLow) {
                if (header.refcountBits() < Integer.SIZE && right >= 1L << header.refcountBits()) {
                    throw new Qcow2Exception("cluster " + cluster + " is referred to " + right
                            + " times, which does not fit into its refcount");
                }
                refcounts.cover(cluster);
                refcounts.set(cluster, right);
                if (right == 0) {
                    file.release(cluster << header.clusterBits(), header.clusterSize());
                }
            }
            if (refcounts.isFull()) {
                write(refcounts);
            }
        });
        write(refcounts);
        if (refcounts.settleRemoved()) {
            write(refcounts);
        }
        return !blocks.equals(refcounts.blockOffsets());
    }

    private void write(Refcounts refcounts) throws IOException {
        refcounts.writeBlocks();
        file.sync();
        if (refcounts.writeTable()) {
            file.sync();
        }
    }

    /** Looks at, or corrects, bit 63 of the entries of the active L1 table and its L2 tables. */
    private void flags(References references, boolean correct) throws IOException {
        Table l1 = Table.read(file, header.l1Offset(), header.l1Size() * Long.BYTES);
        long end = fileClusters();
        for (int i = 0; i < l1.entries(); i++) {
            long offset = l1.get(i) & Cluster.OFFSET;
            if (offset == 0 || offset % header.clusterSize() != 0 || offset >> header.clusterBits() >= end) {
                continue;
            }
            flag(l1, i, references.get(offset >> header.clusterBits()), "L1");
            Table l2 = Table.read(file, offset, header.clusterSize());
            for (int j = 0; j < l2.entries(); j++) {
                long entry = l2.get(j);
                if ((entry & Cluster.COMPRESSED) == 0 && (entry & Cluster.OFFSET) != 0) {
                    flag(l2, j, references.get((entry & Cluster.OFFSET) >> header.clusterBits()), "L2");
                }
            }
            if (correct) {
                l2.write(file);
            }
        }
        if (correct) {
            l1.write(file);
            file.sync();
        }
    }

    private void flag(Table table, int index, int references, String kind) {
        long entry = table.get(index);
        long right = references == 1 ? entry | Cluster.COPIED : entry & ~Cluster.COPIED;
        if (entry != right) {
            copiedWrong++;
            tell("an " + kind + " entry says of a cluster with " + references + " references that it "
                    + (references == 1 ? "is shared" : "is not shared"));
            table.set(index, right);
        }
    }
}
