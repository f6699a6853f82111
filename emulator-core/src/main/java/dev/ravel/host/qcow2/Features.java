package dev.ravel.host.qcow2;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The three sets of feature bits.
 *
 * @param incompatible who does not know one of them must not open the image
 * @param compatible may be ignored
 * @param autoclear who does not know one of them clears it before writing
 */
public record Features(long incompatible, long compatible, long autoclear) {
    /** Incompatible: refcounts may be wrong, and are computed anew before the image is written. */
    public static final long DIRTY = 1;

    /** Incompatible: somebody found damage; the image is not to be written. */
    public static final long CORRUPT = 1 << 1;

    /** Incompatible: data is in another file. */
    static final long EXTERNAL_DATA = 1 << 2;

    /** Incompatible: a field of the header tells how clusters are compressed. */
    static final long COMPRESSION_TYPE = 1 << 3;

    /** Incompatible: clusters have parts of their own. */
    static final long EXTENDED_L2 = 1 << 4;

    /** Compatible: refcounts may be written late. Ravel writes them in time, with this bit and without. */
    public static final long LAZY_REFCOUNTS = 1;

    private static final long KNOWN = DIRTY | CORRUPT | COMPRESSION_TYPE;

    /** Of an image without any. */
    public static final Features NONE = new Features(0, 0, 0);

    /** Whether an incompatible feature is there. */
    public boolean has(long bit) {
        return (incompatible & bit) != 0;
    }

    /** Refuses what is not supported. */
    void check(List<Qcow2Header.Extension> extensions) throws Qcow2Exception {
        long unknown = incompatible & ~KNOWN;
        if (unknown == 0) {
            return;
        }
        List<String> names = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((unknown >>> bit & 1) != 0) {
                names.add(nameOf(bit, extensions));
            }
        }
        throw new Qcow2Exception("the image uses features of qcow2 that are not supported: " + String.join(", ", names)
                + "; convert it with qemu-img to one without them");
    }

    private static String nameOf(int bit, List<Qcow2Header.Extension> extensions) {
        if (1L << bit == EXTERNAL_DATA) {
            return "external data file";
        }
        if (1L << bit == EXTENDED_L2) {
            return "extended L2 entries";
        }
        return extensions.stream()
                .filter(extension -> extension.type() == Qcow2Header.FEATURE_NAMES)
                .findFirst()
                .flatMap(table -> FeatureNames.find(table.data(), bit))
                .orElse("bit " + bit + " (0x" + HexFormat.of().toHexDigits(1L << bit) + ")");
    }
}
