package dev.ravel.desktop.settings;

import dev.ravel.desktop.settings.WindowSettings.Place;
import dev.ravel.manager.UserJson;
import dev.ravel.manager.UserJson.DamagedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Settings as JSON: {@code {"version": 1, "theme": "dark", "textSize": 17.5, "machineWindow": {"x": 0, "y": 0, "width": 900,
 * "height": 660, "maximized": false}, "machinesWindow": {...}, "inspector": true, "view": "traps"}}; all but the version and
 * {@code inspector} may be left out.
 */
final class SettingsFormat {
    /** Of desktops there may be, in pixels. */
    private static final double FAR = 100_000;

    private static final Set<String> KEYS =
            Set.of("version", "theme", "textSize", "machineWindow", "machinesWindow", "inspector", "view");

    private static final Set<String> PLACE_KEYS = Set.of("x", "y", "width", "height", "maximized");

    private SettingsFormat() {}

    static String write(WindowSettings settings) {
        Map<String, Object> root = new LinkedHashMap<>();
        settings.dark().ifPresent(dark -> root.put("theme", dark ? "dark" : "light"));
        settings.textSize().ifPresent(size -> root.put("textSize", size));
        settings.machine().ifPresent(place -> root.put("machineWindow", entry(place)));
        settings.manager().ifPresent(place -> root.put("machinesWindow", entry(place)));
        root.put("inspector", settings.inspector());
        settings.view().ifPresent(view -> root.put("view", view));
        return UserJson.write(root);
    }

    private static Map<String, Object> entry(Place place) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("x", place.x());
        entry.put("y", place.y());
        entry.put("width", place.width());
        entry.put("height", place.height());
        entry.put("maximized", place.maximized());
        return entry;
    }

    static WindowSettings read(String text) throws DamagedException {
        JsonNode root = UserJson.read(text);
        UserJson.requireKnown(root, KEYS);
        return new WindowSettings(
                theme(root),
                root.has("textSize")
                        ? Optional.of(number(root, "textSize", WindowSettings.LEAST_TEXT, WindowSettings.MOST_TEXT))
                        : Optional.empty(),
                place(root, "machineWindow"),
                place(root, "machinesWindow"),
                UserJson.flag(root, "inspector"),
                UserJson.text(root, "view"));
    }

    private static Optional<Boolean> theme(JsonNode root) throws DamagedException {
        Optional<String> theme = UserJson.text(root, "theme");
        if (theme.filter(name -> !name.equals("dark") && !name.equals("light")).isPresent()) {
            throw new DamagedException("theme is neither dark nor light");
        }
        return theme.map("dark"::equals);
    }

    private static Optional<Place> place(JsonNode root, String key) throws DamagedException {
        JsonNode entry = root.path(key);
        if (entry.isMissingNode()) {
            return Optional.empty();
        }
        if (!entry.isObject()) {
            throw new DamagedException(key + " is no place");
        }
        try {
            UserJson.requireKnown(entry, PLACE_KEYS);
            return Optional.of(new Place(
                    number(entry, "x", -FAR, FAR),
                    number(entry, "y", -FAR, FAR),
                    number(entry, "width", 1, FAR),
                    number(entry, "height", 1, FAR),
                    UserJson.flag(entry, "maximized")));
        } catch (DamagedException e) {
            throw new DamagedException(key + ": " + e.getMessage());
        }
    }

    private static double number(JsonNode entry, String key, double least, double most) throws DamagedException {
        JsonNode value = entry.path(key);
        if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
            throw new DamagedException(key + " is no number from " + Math.round(least) + " to " + Math.round(most));
        }
        return value.doubleValue();
    }
}
