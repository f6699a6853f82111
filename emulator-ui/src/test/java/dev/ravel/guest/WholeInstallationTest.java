package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.machine.config.NetworkConfig;
import dev.ravel.session.GuestConsole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Debian installs itself from the host's mirror, boots from its disk, and installs a package. Takes many minutes. */
@EnabledIfSystemProperty(named = "ravel.install", matches = "true")
class WholeInstallationTest {
    @TempDir
    private Path dir;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void debianInstallsItselfBootsToALoginAndInstallsAPackage() throws Exception {
        GuestCatalog catalog = new GuestCatalog(
                GuestCache.ofUser(Map.of()), mirror -> HostApt.current().settings(mirror));
        GuestInstaller installer =
                new GuestInstaller(catalog, new InstalledGuests(dir.resolve("guests")), new RavelInstallerMachine());
        Guest guest = installer.create(
                new GuestInstaller.Wish("whole", 4L << 30, Optional.empty(), Optional.empty()), FetchProgress.NONE);
        GuestConsole console = new GuestConsole();
        StringBuilder printed = new StringBuilder();
        try (GuestConsole.Output output = console.openOutput();
                Machine machine = Machine.builder()
                        .kernel(guest.kernel())
                        .initrd(guest.initrd())
                        .append(guest.commandLine())
                        .add(new DiskConfig(guest.disk().orElseThrow(), false))
                        .add(NetworkConfig.user())
                        .console(console)
                        .build()) {
            machine.start();
            await(output, printed, "whole login: ");
            console.type("root\n".getBytes(StandardCharsets.US_ASCII));
            await(output, printed, "root@whole:~# ");
            console.type(
                    "systemctl is-system-running --wait; apt-get update && apt-get install -y hello; hello; poweroff\n"
                            .getBytes(StandardCharsets.US_ASCII));
            await(output, printed, "Hello, world!");
            assertThat(machine.end().get(10, TimeUnit.MINUTES)).isInstanceOf(End.PoweredOff.class);
        }
    }

    /** Reads until the guest has printed a text. */
    private static void await(GuestConsole.Output output, StringBuilder printed, String text) throws IOException {
        byte[] buffer = new byte[8192];
        while (printed.indexOf(text) < 0) {
            int count = output.read(buffer);
            assertThat(count)
                    .as("the console ended before '" + text + "' in: " + printed)
                    .isPositive();
            printed.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
        printed.setLength(0);
    }
}
