package dev.ravel.guest;

import dev.ravel.guest.PackageIndex.Package;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Packages of one suite and all that they need, so that they can be installed together. A suite is consistent in itself,
 * so versions in dependencies are not looked at; of alternatives the first that there is counts, unless another is in the
 * set already.
 */
final class PackageSet {
    private final PackageIndex index;
    /** Who provides a name, the first by name first. */
    private final Map<String, List<Package>> providers = new HashMap<>();

    private final Map<String, Package> chosen = new LinkedHashMap<>();
    private final Deque<Package> open = new ArrayDeque<>();

    /** None of the suite's packages yet. */
    PackageSet(PackageIndex index) {
        this.index = index;
        for (Package p : index.all()) {
            names(p.traits().provides(), ",")
                    .forEach(name -> providers
                            .computeIfAbsent(name, n -> new ArrayList<>(1))
                            .add(p));
        }
    }

    /** Adds packages and what they need. */
    void add(Collection<Package> packages) throws SuiteException {
        packages.forEach(this::choose);
        while (!open.isEmpty()) {
            Package next = open.remove();
            require(next, next.traits().preDepends());
            require(next, next.depends());
        }
    }

    /** Adds the packages without which no system is, and what they need. */
    void addRequired() throws SuiteException {
        add(index.all().stream().filter(p -> p.traits().required()).toList());
    }

    /** All that was added, in the order in which it was. */
    List<Package> packages() {
        return List.copyOf(chosen.values());
    }

    private void choose(Package p) {
        if (chosen.putIfAbsent(p.name(), p) == null) {
            open.add(p);
        }
    }

    private void require(Package from, String dependencies) throws SuiteException {
        for (String dependency : dependencies.split(",")) {
            List<String> alternatives = names(dependency, "\\|");
            if (alternatives.isEmpty() || alternatives.stream().anyMatch(this::isThere)) {
                continue;
            }
            Optional<Package> first = alternatives.stream()
                    .flatMap(name ->
                            index.find(name).or(() -> providers(name).stream().findFirst()).stream())
                    .findFirst();
            choose(first.orElseThrow(() -> new SuiteException("the mirror has no " + dependency.strip() + ", which "
                    + from.name() + " needs: it is half-synchronised")));
        }
    }

    private boolean isThere(String name) {
        return chosen.containsKey(name) || providers(name).stream().anyMatch(p -> chosen.containsKey(p.name()));
    }

    private List<Package> providers(String name) {
        return providers.getOrDefault(name, List.of());
    }

    /** Names without versions and architectures: {@code libc6:any (>= 2.38)} is {@code libc6}. */
    private static List<String> names(String text, String separator) {
        return Arrays.stream(text.split(separator))
                .map(part -> part.strip().split("[\\s:(]", 2)[0])
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
