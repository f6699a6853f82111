package dev.ravel.cli;

import dev.ravel.disk.ImageInfo;
import dev.ravel.host.qcow2.Qcow2Check;
import dev.ravel.host.qcow2.Qcow2Header;
import dev.ravel.session.MemorySize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is known about images of disks, as text and for scripts. */
final class DiskText {
    private DiskText() {}

    static List<String> lines(ImageInfo info) {
        List<String> lines = new ArrayList<>();
        lines.add("image: " + info.file());
        lines.add("format: " + info.format().label());
        lines.add("size: " + bytes(info.size()));
        info.space().ifPresent(space -> lines.add("on the host: " + bytes(space)));
        info.qcow2().ifPresent(qcow2 -> addTo(lines, qcow2));
        return lines;
    }

    private static void addTo(List<String> lines, ImageInfo.Qcow2 qcow2) {
        Qcow2Header header = qcow2.header();
        lines.add("version: " + header.version());
        lines.add("cluster size: " + bytes(header.clusterSize()));
        lines.add("refcount bits: " + header.refcountBits() + (qcow2.lazyRefcounts() ? ", lazy" : ""));
        lines.add("compression: " + compression(header));
        header.backing()
                .ifPresent(backing -> lines.add("under it: " + printable(backing.name())
                        + backing.format()
                                .map(format -> " (" + printable(format) + ")")
                                .orElse("")));
        if (!qcow2.snapshots().isEmpty()) {
            lines.add("snapshots: " + printable(String.join(", ", qcow2.snapshots())));
        }
        if (qcow2.isDirty()) {
            lines.add("not closed: its refcounts are computed anew when it is written the next time");
        }
        if (qcow2.isCorrupt()) {
            lines.add("marked as damaged: check it");
        }
    }

    static Object json(ImageInfo info) {
        Map<String, Object> image = new LinkedHashMap<>();
        image.put("filename", info.file().toString());
        image.put("format", info.format().label());
        image.put("virtual-size", info.size());
        info.space().ifPresent(space -> image.put("actual-size", space));
        info.qcow2().ifPresent(qcow2 -> addTo(image, qcow2));
        return image;
    }

    private static void addTo(Map<String, Object> image, ImageInfo.Qcow2 qcow2) {
        Qcow2Header header = qcow2.header();
        image.put("cluster-size", header.clusterSize());
        image.put("dirty-flag", qcow2.isDirty());
        header.backing().ifPresent(backing -> {
            image.put("backing-filename", backing.name());
            Optional<String> format = backing.format();
            format.ifPresent(label -> image.put("backing-filename-format", label));
        });
        image.put("snapshots", qcow2.snapshots());
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("compat", header.version() == 2 ? "0.10" : "1.1");
        data.put("compression-type", compression(header));
        data.put("lazy-refcounts", qcow2.lazyRefcounts());
        data.put("refcount-bits", header.refcountBits());
        data.put("corrupt", qcow2.isCorrupt());
        image.put("format-specific", Map.of("type", "qcow2", "data", data));
    }

    static List<String> lines(Qcow2Check.Report report) {
        List<String> lines = new ArrayList<>(report.messages());
        lines.add(report.clusters() + " clusters, " + report.dataClusters() + " with data"
                + (report.compressedClusters() > 0 ? ", " + report.compressedClusters() + " compressed" : ""));
        if (report.isClean()) {
            lines.add("the image is good");
            return lines;
        }
        if (report.corruptions() > 0) {
            lines.add("damaged at " + report.corruptions() + (report.corruptions() == 1 ? " place" : " places")
                    + (report.repairable() ? "; --repair makes that right" : "; that cannot be repaired"));
        }
        if (report.leaks() > 0) {
            lines.add(report.leaks() + (report.leaks() == 1 ? " cluster takes" : " clusters take")
                    + " space for nothing; --repair gives it back");
        }
        return lines;
    }

    private static String compression(Qcow2Header header) {
        return header.compression().name().toLowerCase(Locale.ROOT);
    }

    private static String bytes(long bytes) {
        String text = MemorySize.text(bytes);
        return text.equals(String.valueOf(bytes)) ? bytes + " bytes" : text + " (" + bytes + " bytes)";
    }

    /** A text out of an image, without anything in it that could harm a terminal. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
