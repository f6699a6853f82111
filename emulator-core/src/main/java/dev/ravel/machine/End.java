package dev.ravel.machine;

/** How the life of a machine ended. */
public sealed interface End {

    /** The guest switched the machine off. */
    record PoweredOff() implements End {}

    /**
     * The guest reported failure through the test finisher or HTIF.
     *
     * @param code the whole of the guest's code: 0 to 65535 from the test finisher, any number but 0 from HTIF
     */
    record Failed(long code) implements End {}

    /** Whoever runs the machine stopped or closed it. */
    record Stopped() implements End {}

    /** The machine itself broke: a bug in Ravel or a host error that no guest can cause. */
    record Broken(Throwable cause) implements End {}
}
