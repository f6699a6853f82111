package dev.ravel.desktop.settings;

import dev.ravel.desktop.settings.WindowSettings.Place;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Settings as JSON: {@code {"version": 1, "theme": "dark", "textSize": 17.5, "machineWindow": {"x": 0, "y": 0, "width": 900,
 * "height": 660, "maximized": false}, "machinesWindow": {...}, "inspector": true, "view": "traps"}}; all but the version and
 * {@code inspector} may be left out.
 */
final class SettingsFormat {
    private static final int VERSION = 1;

    /** Of desktops there may be, in pixels. */
    private static final double FAR = 100_000;

    private static final Set<String> KEYS =
            Set.of("version", "theme", "textSize", "machineWindow", "machinesWindow", "inspector", "view");

    private static final Set<String> PLACE_KEYS = Set.of("x", "y", "width", "height", "maximized");

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private SettingsFormat() {}

    /** A text that is no settings; the message says where and why. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1;

        DamagedException(String message) {
            super(message);
        }
    }

    static String write(WindowSettings settings) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", VERSION);
        settings.dark().ifPresent(dark -> root.put("theme", dark ? "dark" : "light"));
        settings.textSize().ifPresent(size -> root.put("textSize", size));
        settings.machine().ifPresent(place -> root.put("machineWindow", entry(place)));
        settings.manager().ifPresent(place -> root.put("machinesWindow", entry(place)));
        root.put("inspector", settings.inspector());
        settings.view().ifPresent(view -> root.put("view", view));
        return MAPPER.writeValueAsString(root) + "\n";
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
        JsonNode root;
        try {
            root = MAPPER.readTree(text);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new DamagedException((line > 0 ? "line " + line + ": " : "")
                    + e.getOriginalMessage().lines().findFirst().orElse("it is no JSON"));
        }
        if (!root.path("version").isInt() || root.path("version").intValue() != VERSION) {
            throw new DamagedException("its version is not " + VERSION);
        }
        requireKnown(root, KEYS);
        return new WindowSettings(
                theme(root),
                root.has("textSize")
                        ? Optional.of(number(root, "textSize", WindowSettings.LEAST_TEXT, WindowSettings.MOST_TEXT))
                        : Optional.empty(),
                place(root, "machineWindow"),
                place(root, "machinesWindow"),
                flag(root, "inspector"),
                text(root, "view"));
    }

    private static void requireKnown(JsonNode entry, Set<String> keys) throws DamagedException {
        for (String key : entry.propertyNames()) {
            if (!keys.contains(key)) {
                throw new DamagedException("'" + key + "' is not known");
            }
        }
    }

    private static Optional<Boolean> theme(JsonNode root) throws DamagedException {
        Optional<String> theme = text(root, "theme");
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
            requireKnown(entry, PLACE_KEYS);
            return Optional.of(new Place(
                    number(entry, "x", -FAR, FAR),
                    number(entry, "y", -FAR, FAR),
                    number(entry, "width", 1, FAR),
                    number(entry, "height", 1, FAR),
                    flag(entry, "maximized")));
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

    private static boolean flag(JsonNode entry, String key) throws DamagedException {
        if (!entry.path(key).isBoolean()) {
            throw new DamagedException(key + " is neither true nor false");
        }
        return entry.path(key).booleanValue();
    }

    private static Optional<String> text(JsonNode entry, String key) throws DamagedException {
        JsonNode value = entry.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new DamagedException(key + " is no text");
        }
        return Optional.of(value.stringValue());
    }
}
