package dev.ravel.guest;

import dev.ravel.guest.Release.SignedFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packages of a suite for one architecture: Debian's {@code Packages} file. */
final class PackageIndex {
    /** "name (= version)", also with an architecture qualifier: a dependency on exactly one build. */
    private static final Pattern EXACT =
            Pattern.compile("([a-z0-9][a-z0-9.+-]+)(?::\\S+)?\\s*\\(\\s*=\\s*([^)\\s]+)\\s*\\)");

    private final String suite;
    private final Map<String, List<Package>> packages = new HashMap<>();

    /**
     * A package.
     *
     * @param version as Debian writes it
     * @param depends what has to be configured before it, as it stands in the index
     * @param path of the {@code .deb} below the mirror's address
     * @param file the size and hash of the {@code .deb}
     */
    record Package(String name, String version, String depends, Traits traits, String path, SignedFile file) {
        /** Under what name apt keeps the {@code .deb}. */
        String fileName() {
            return name + "_" + version.replace(":", "%3a") + "_" + traits.architecture + ".deb";
        }
    }

    /**
     * What matters when a system is put together.
     *
     * @param preDepends what has to be configured before it is even unpacked
     * @param provides names under which others may depend on it
     * @param required whether no system is without it
     * @param installedSize bytes that its files take, about
     */
    record Traits(String architecture, String preDepends, String provides, boolean required, long installedSize) {}

    private PackageIndex(String suite) {
        this.suite = suite;
    }

    /** Reads an index; paragraphs without a usable file are left out. */
    static PackageIndex read(String suite, BufferedReader in) throws IOException {
        PackageIndex index = new PackageIndex(suite);
        Map<String, String> fields = new HashMap<>();
        for (String line = in.readLine(); ; line = in.readLine()) {
            if (line == null || line.isEmpty()) {
                index.add(fields);
                fields.clear();
                if (line == null) {
                    return index;
                }
                continue;
            }
            int colon = line.indexOf(": ");
            if (colon > 0 && line.charAt(0) != ' ') {
                fields.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
    }

    private void add(Map<String, String> fields) {
        String name = fields.getOrDefault("Package", "");
        String path = fields.getOrDefault("Filename", "");
        String sha256 = fields.getOrDefault("SHA256", "");
        String size = fields.getOrDefault("Size", "");
        boolean inside = !path.startsWith("/") && !List.of(path.split("/")).contains("..");
        if (!name.isEmpty() && inside && sha256.matches("[0-9a-f]{64}") && size.matches("[0-9]{1,15}")) {
            packages.computeIfAbsent(name, n -> new ArrayList<>(1))
                    .add(new Package(
                            name,
                            fields.getOrDefault("Version", ""),
                            fields.getOrDefault("Depends", ""),
                            traits(fields),
                            path,
                            new SignedFile(sha256, Long.parseLong(size))));
        }
    }

    private static Traits traits(Map<String, String> fields) {
        String kilobytes = fields.getOrDefault("Installed-Size", "");
        return new Traits(
                fields.getOrDefault("Architecture", ""),
                fields.getOrDefault("Pre-Depends", ""),
                fields.getOrDefault("Provides", ""),
                fields.getOrDefault("Priority", "").equals("required")
                        || fields.getOrDefault("Essential", "").equals("yes"),
                kilobytes.matches("[0-9]{1,12}") ? Long.parseLong(kilobytes) << 10 : 0);
    }

    /** The newest version of a package, if there is one of that name. */
    Optional<Package> find(String name) {
        return packages.getOrDefault(name, List.of()).stream()
                .max(Comparator.comparing(p -> DebianVersion.parse(p.version())));
    }

    /** The newest version of each package, by name. */
    List<Package> all() {
        return packages.keySet().stream()
                .sorted()
                .flatMap(name -> find(name).stream())
                .toList();
    }

    /** The newest version of a package. */
    Package newest(String name) throws SuiteException {
        return find(name).orElseThrow(() -> new SuiteException("the suite " + suite + " has no package " + name));
    }

    /**
     * A package and all that it is inseparable from: the dependencies that ask for exactly one version, and theirs. So
     * a kernel's meta package leads to the kernel, whatever the pieces are that the distribution cuts it into, and to
     * none of the tools that install it.
     */
    List<Package> withExactDependencies(String name) throws SuiteException {
        Map<String, Package> found = new LinkedHashMap<>();
        follow(newest(name), found);
        return List.copyOf(found.values());
    }

    private void follow(Package from, Map<String, Package> found) throws SuiteException {
        if (found.putIfAbsent(from.name(), from) != null) {
            return;
        }
        for (String dependency : from.depends().split(",")) {
            Matcher exact = EXACT.matcher(dependency.strip());
            if (exact.matches()) {
                follow(exactly(from, exact.group(1), exact.group(2)), found);
            }
        }
    }

    private Package exactly(Package from, String name, String version) throws SuiteException {
        Optional<Package> match = packages.getOrDefault(name, List.of()).stream()
                .filter(p -> p.version().equals(version))
                .findFirst();
        return match.orElseThrow(() -> new SuiteException("the suite " + suite + " has no " + name + " " + version
                + ", which " + from.name() + " needs: the mirror is half-synchronised"));
    }
}
