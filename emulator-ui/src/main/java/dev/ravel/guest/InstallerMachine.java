package dev.ravel.guest;

import java.nio.file.Path;

/**
 * Has a machine run an installer to its end.
 *
 * @see RavelInstallerMachine
 */
@FunctionalInterface
interface InstallerMachine {
    /**
     * What the machine is.
     *
     * @param share a folder that it has as {@code install}
     */
    record Setup(Path kernel, Path initrd, String commandLine, Path disk, Path share) {}

    /** Takes what the machine prints, on a thread of the machine's. */
    @FunctionalInterface
    interface Output {
        void accept(byte[] bytes, int offset, int length);
    }

    /**
     * Runs until the guest switches the machine off, or it breaks.
     *
     * @throws GuestException if the host cannot run it
     */
    void run(Setup setup, Output output) throws GuestException;
}
