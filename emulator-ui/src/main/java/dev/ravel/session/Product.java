package dev.ravel.session;

/** What this program is called. */
public final class Product {
    /** Its name. */
    public static final String NAME = "Ravel";

    /** Its version. */
    public static final String VERSION = "0.1.0";

    private Product() {}
}
