package dev.ravel.manager;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What the JSON of {@link UserFile}s has in common: a version, and that nothing in it is unknown. */
public final class UserJson {
    private static final int VERSION = 1;

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private UserJson() {}

    /** A text that is not what it should be; the message says where and why. */
    public static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1;

        /** With that message. */
        public DamagedException(String message) {
            super(message);
        }
    }

    /** The text of an object, to which the version is added in front. */
    public static String write(Map<String, Object> content) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", VERSION);
        root.putAll(content);
        return MAPPER.writeValueAsString(root) + "\n";
    }

    /** The object that a text is, whose version was looked at. */
    public static JsonNode read(String text) throws DamagedException {
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
        return root;
    }

    /** Looks that an object has no other keys. */
    public static void requireKnown(JsonNode entry, Set<String> keys) throws DamagedException {
        for (String key : entry.propertyNames()) {
            if (!keys.contains(key)) {
                throw new DamagedException("'" + key + "' is not known");
            }
        }
    }

    /** The value of that key, which is true or false. */
    public static boolean flag(JsonNode entry, String key) throws DamagedException {
        if (!entry.path(key).isBoolean()) {
            throw new DamagedException(key + " is neither true nor false");
        }
        return entry.path(key).booleanValue();
    }

    /** The text of that key, if it is there. */
    public static Optional<String> text(JsonNode entry, String key) throws DamagedException {
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
