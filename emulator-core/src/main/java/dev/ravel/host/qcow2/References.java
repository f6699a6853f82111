package dev.ravel.host.qcow2;

import java.io.IOException;
import java.util.NavigableMap;
import java.util.TreeMap;

/** How often clusters of a file are referred to, as counted. Memory is only taken for clusters that are. */
final class References {
    private static final int PIECE = 64;
    private static final int BYTES_OF_PIECE = PIECE * Integer.BYTES + 100;

    private final NavigableMap<Long, int[]> pieces = new TreeMap<>();
    private final long most = Runtime.getRuntime().maxMemory() / 4 / BYTES_OF_PIECE;

    void add(long cluster, int count) throws IOException {
        int[] piece = pieces.get(cluster / PIECE);
        if (piece == null) {
            if (pieces.size() >= most) {
                throw new IOException("the image is too large to be checked with so little memory");
            }
            piece = new int[PIECE];
            pieces.put(cluster / PIECE, piece);
        }
        int index = (int) (cluster % PIECE);
        piece[index] = (int) Math.min(Integer.MAX_VALUE, (long) piece[index] + count);
    }

    /** The first cluster from one on that may be referred to; {@code Long.MAX_VALUE}: there is none. */
    long next(long cluster) {
        Long piece = pieces.ceilingKey(cluster / PIECE);
        return piece == null ? Long.MAX_VALUE : Math.max(cluster, piece * PIECE);
    }

    int get(long cluster) {
        int[] piece = pieces.get(cluster / PIECE);
        return piece == null ? 0 : piece[(int) (cluster % PIECE)];
    }
}
