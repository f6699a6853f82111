package dev.ravel.desktop.settings;

import java.util.Optional;

/**
 * What windows look like.
 *
 * @param dark whether the theme is the dark one, if the user has chosen one
 * @param textSize of the font in pixels, if the user has chosen it: {@link #LEAST_TEXT} to {@link #MOST_TEXT}
 * @param machine where the window of a machine is
 * @param manager where the page of all machines is
 * @param inspector whether a machine's window shows the inspector
 * @param view the id of the inspector's tab that was opened last
 */
public record WindowSettings(
        Optional<Boolean> dark,
        Optional<Double> textSize,
        Optional<Place> machine,
        Optional<Place> manager,
        boolean inspector,
        Optional<String> view) {
    /** The smallest text, in pixels. */
    public static final double LEAST_TEXT = 6;

    /** The largest. */
    public static final double MOST_TEXT = 64;

    /** How it is at the first start. */
    public static final WindowSettings DEFAULT = new WindowSettings(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false, Optional.empty());

    /**
     * Where a window is, in pixels of the desktop.
     *
     * @param maximized whether it fills a screen; the rest is what it comes back to
     */
    public record Place(double x, double y, double width, double height, boolean maximized) {}

    /** With that theme. */
    public WindowSettings withDark(boolean chosen) {
        return new WindowSettings(Optional.of(chosen), textSize, machine, manager, inspector, view);
    }

    /** With that size of text. */
    public WindowSettings withTextSize(double pixels) {
        return new WindowSettings(dark, Optional.of(pixels), machine, manager, inspector, view);
    }

    /** With the window of a machine there. */
    public WindowSettings withMachine(Place place) {
        return new WindowSettings(dark, textSize, Optional.of(place), manager, inspector, view);
    }

    /** With the page of all machines there. */
    public WindowSettings withManager(Place place) {
        return new WindowSettings(dark, textSize, machine, Optional.of(place), inspector, view);
    }

    /** With the inspector, or without it. */
    public WindowSettings withInspector(boolean open) {
        return new WindowSettings(dark, textSize, machine, manager, open, view);
    }

    /** With that tab. */
    public WindowSettings withView(String id) {
        return new WindowSettings(dark, textSize, machine, manager, inspector, Optional.of(id));
    }
}
