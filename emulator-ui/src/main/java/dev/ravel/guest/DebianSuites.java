package dev.ravel.guest;

import dev.ravel.guest.PackageIndex.Package;
import dev.ravel.guest.Release.SignedFile;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The suites of Debian's mirrors: the signed {@code InRelease}, and the index of packages for riscv64 that it vouches for.
 * Every file is checked before anything looks into it.
 */
final class DebianSuites {
    private static final String INDEX = "main/binary-riscv64/Packages";

    private final FetchSettings settings;
    private final Path downloads;
    private final FetchProgress progress;

    /** Those of some mirrors; {@code downloads} is where files are kept, and nobody else changes it. */
    DebianSuites(FetchSettings settings, Path downloads, FetchProgress progress) {
        this.settings = settings;
        this.downloads = downloads;
        this.progress = progress;
    }

    /**
     * A suite, whose index has been checked.
     *
     * @param address of the mirror that has it
     * @param indexFile where the index is
     */
    record Suite(Mirror mirror, URI address, String name, PackageIndex index, Path indexFile, String indexName) {
        /** Fetches packages, or finds them where earlier ones have put them. */
        List<Path> fetch(Collection<Package> packages) throws GuestException {
            List<Path> files = new ArrayList<>();
            for (Package p : packages) {
                files.add(mirror.fetch(p.path().substring(p.path().lastIndexOf('/') + 1), p.file(), p.path()));
            }
            return files;
        }

        /** The paragraphs of some packages, as they stand in the index. */
        String paragraphs(Collection<Package> packages) throws GuestException {
            Set<String> wanted = packages.stream().map(Package::path).collect(Collectors.toSet());
            StringBuilder found = new StringBuilder();
            try (BufferedReader reader = open(indexFile, indexName)) {
                List<String> paragraph = new ArrayList<>();
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    paragraph.add(line);
                    if (line.isEmpty()) {
                        boolean is = paragraph.stream()
                                .anyMatch(field ->
                                        field.startsWith("Filename: ") && wanted.contains(field.substring(10)));
                        found.append(is ? String.join("\n", paragraph) + "\n" : "");
                        paragraph.clear();
                    }
                }
                return found.toString();
            } catch (IOException | UncheckedIOException e) {
                throw unreadable(indexFile, e);
            }
        }
    }

    /** What one suite on one mirror gives. */
    interface Use<T> {
        T of(Suite suite) throws GuestException;
    }

    /**
     * Does something with the first suite that a mirror can give whole. What is wrong with the suites before it is told
     * as a step; what is wrong with all of them is the exception.
     */
    <T> T withFirstWhole(Use<T> use) throws GuestException {
        List<String> failures = new ArrayList<>();
        for (URI address : settings.mirrors()) {
            Mirror mirror = new Mirror(address, downloads, settings.proxies(), progress);
            for (String suite : settings.suites()) {
                try {
                    return use.of(check(mirror, address, suite));
                } catch (SuiteException e) {
                    progress.step(mirror.name() + ": " + e.getMessage());
                    failures.add(mirror.name() + ": " + e.getMessage());
                }
            }
        }
        throw new GuestException(String.join("; ", failures) + "; try again later, or name another with --mirror");
    }

    /**
     * What apt in a system of a suite is to fetch from, a line for each of its sources: the suite, and the updates of it that
     * the mirror can give whole. What it cannot is told as a step.
     */
    List<String> sources(Suite suite) {
        List<String> lines = new ArrayList<>();
        lines.add(sourceLine(suite.mirror, suite.name));
        addUpdates(lines, suite.address, suite.name + "-updates");
        // Debian keeps them beside the others, as an archive of their own.
        String security = suite.mirror.name() + "-security";
        addUpdates(lines, URI.create(security), suite.name + "-security");
        return lines;
    }

    private void addUpdates(List<String> lines, URI address, String suite) {
        Mirror mirror = new Mirror(address, downloads, settings.proxies(), progress);
        try {
            check(mirror, address, suite);
            lines.add(sourceLine(mirror, suite));
        } catch (SuiteException e) {
            progress.step(mirror.name() + ": " + e.getMessage() + "; the guest's apt goes without " + suite);
        } catch (GuestException e) {
            progress.step(e.getMessage() + "; the guest's apt goes without " + suite);
        }
    }

    private static String sourceLine(Mirror mirror, String suite) {
        return "deb " + mirror.name() + " " + suite + " main";
    }

    private Suite check(Mirror mirror, URI address, String suite) throws GuestException {
        progress.step("checking Debian " + suite);
        String directory = "dists/" + suite + "/";
        byte[] signed = mirror.read(directory + "InRelease")
                .orElseThrow(() -> new SuiteException("the mirror has no suite " + suite));
        String name = mirror.name() + "/" + directory + "InRelease";
        Release release = Release.parse(
                name,
                Clearsigned.verify(
                        name, signed, settings.keyrings(), settings.now().get()));
        if (!release.codename().equals(suite)) {
            throw new GuestException(name + ": is that of \"" + release.codename() + "\"; use another mirror");
        }
        if (settings.checkValidUntil()
                && release.validUntil().isPresent()
                && release.validUntil().get().isBefore(settings.now().get())) {
            throw new SuiteException("the suite " + suite + " on the mirror was valid until "
                    + release.validUntil().get() + " only (host's clock: "
                    + settings.now().get() + ")");
        }
        for (String path : List.of(INDEX + ".xz", INDEX + ".gz")) {
            SignedFile file = release.files().get(path);
            if (file != null) {
                Path fetched = fetchIndex(mirror, directory + path, suite, file, release.byHash());
                try (BufferedReader reader = open(fetched, path)) {
                    return new Suite(mirror, address, suite, PackageIndex.read(suite, reader), fetched, path);
                } catch (IOException e) {
                    throw unreadable(fetched, e);
                }
            }
        }
        throw new SuiteException("the suite " + suite + " has no packages for riscv64");
    }

    private static Path fetchIndex(Mirror mirror, String plain, String suite, SignedFile file, boolean hasByHash)
            throws GuestException {
        String byHash = plain.substring(0, plain.lastIndexOf('/')) + "/by-hash/SHA256/" + file.sha256();
        return mirror.fetch(
                "the package index of " + suite, file, hasByHash ? new String[] {byHash, plain} : new String[] {plain});
    }

    private static BufferedReader open(Path index, String name) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(index), 1 << 16);
        return new BufferedReader(new InputStreamReader(Deb.decompress(name, in), StandardCharsets.UTF_8), 1 << 16);
    }

    private static GuestException unreadable(Path index, Exception e) {
        return new GuestException(index + ": cannot be read: " + e.getMessage(), e);
    }
}
