package dev.ravel.machine;

/** How the life of a machine ended. */
public sealed interface End {

    /** The guest switched the machine off. */
    record PoweredOff() implements End {}

    /**
     * The guest reported failure through the test finisher or HTIF.
     *
     * @param code the guest's code, not 0
     */
    record Failed(int code) implements End {}

    /** Whoever runs the machine stopped or closed it. */
    record Stopped() implements End {}

    /** The machine itself broke: a bug in Ravel or a host error that no guest can cause. */
    record Broken(Throwable cause) implements End {}
}
