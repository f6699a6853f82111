package dev.ravel.desktop.settings;

import dev.ravel.manager.UserFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The file that a user's {@link WindowSettings} are kept in. May be used by several threads and processes: the last one is right. */
public final class SettingsStore {
    private final UserFile file;

    /**
     * What the file says.
     *
     * @param notice a line for the user, if the settings are not those that he left there
     */
    public record Contents(WindowSettings settings, Optional<String> notice) {}

    /** A store in a file, which need not exist yet. */
    public SettingsStore(Path file) {
        this(new UserFile(file));
    }

    private SettingsStore(UserFile file) {
        this.file = file;
    }

    /** {@code $XDG_CONFIG_HOME/ravel/windows.json}, or below {@code ~/.config} where that variable is no absolute path. */
    public static SettingsStore ofUser(Map<String, String> environment) {
        return new SettingsStore(UserFile.ofUser(environment, "windows.json"));
    }

    /** The settings. Without a file they are the usual ones; a file that makes no sense is kept under another name, and then too. */
    public Contents load() {
        if (!file.exists()) {
            return usual(Optional.empty());
        }
        try {
            return file.locked(this::read);
        } catch (IOException e) {
            return usual(Optional.of(file.complaint(e)));
        }
    }

    private Contents read() throws IOException {
        UserFile.Contents<WindowSettings> contents =
                file.read(SettingsFormat::read, WindowSettings.DEFAULT, "windows look as at the first start");
        return new Contents(contents.value(), contents.notice());
    }

    private static Contents usual(Optional<String> notice) {
        return new Contents(WindowSettings.DEFAULT, notice);
    }

    /**
     * Keeps settings.
     *
     * @return why that cannot be done, in one line, if it cannot
     */
    public Optional<String> save(WindowSettings settings) {
        try {
            return file.locked(() -> {
                file.write(SettingsFormat.write(settings));
                return Optional.empty();
            });
        } catch (IOException e) {
            return Optional.of(file.complaint(e));
        }
    }
}
