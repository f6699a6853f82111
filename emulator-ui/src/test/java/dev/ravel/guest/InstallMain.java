package dev.ravel.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process of its own that installs a guest in a machine that never ends: arguments are the folder of all it makes, the
 * mirror and the keyring.
 */
final class InstallMain {
    private InstallMain() {}

    public static void main(String[] args) throws GuestException {
        Path folder = Path.of(args[0]);
        GuestCatalog catalog =
                new GuestCatalog(folder.resolve("cache"), mirror -> FetchMain.settings(args[1], args[2]));
        new GuestInstaller(catalog, new InstalledGuests(folder.resolve("guests")), InstallMain::work)
                .create(
                        new GuestInstaller.Wish("deb", 4L << 30, Optional.empty(), Optional.empty()),
                        new TerminalProgress(System.err, false));
    }

    /** As a machine, it goes on until the process has ended. */
    private static void work(InstallerMachine.Setup setup, InstallerMachine.Output output) throws GuestException {
        try {
            for (int i = 0; ; i++) {
                Files.writeString(setup.share().resolve("file" + i), "");
                if (i == 100) {
                    System.err.println("working");
                }
                Thread.sleep(1);
            }
        } catch (IOException | InterruptedException e) {
            throw new GuestException("the machine failed: " + e, e);
        }
    }
}
