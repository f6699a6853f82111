/** What the windows of a user look like from one start to the next: {@link dev.ravel.desktop.settings.SettingsStore}. */
@NullMarked
package dev.ravel.desktop.settings;

import org.jspecify.annotations.NullMarked;
