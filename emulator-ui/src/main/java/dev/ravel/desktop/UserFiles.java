package dev.ravel.desktop;

import dev.ravel.desktop.settings.SettingsStore;
import dev.ravel.manager.DefinitionStore;
import java.util.Map;

/**
 * What the desktop keeps of a user from one start to the next.
 *
 * @param machines the machines
 * @param settings what windows look like
 */
public record UserFiles(DefinitionStore machines, SettingsStore settings) {
    /** Those in the user's configuration folder. */
    public static UserFiles ofUser(Map<String, String> environment) {
        return new UserFiles(DefinitionStore.ofUser(environment), SettingsStore.ofUser(environment));
    }
}
