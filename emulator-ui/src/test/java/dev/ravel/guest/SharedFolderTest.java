package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.machine.config.ShareConfig;
import dev.ravel.session.GuestConsole;
import dev.ravel.session.MachineSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Linux's own 9p client against Ravel's server, in the Debian guest. */
@EnabledOnOs(OS.LINUX)
class SharedFolderTest {
    /** Each line of the result is the outcome of a command of the script. */
    private static final String SCRIPT = """
            cd "/mnt/a share" || exit 1
            {
                mkdir d && echo text >d/f && mv d/f 'd/größer 日本' && ln -s 'größer 日本' d/soft && cat d/soft
                ln d/soft d/hard && readlink d/hard
                chown 12:34 d/gr* && chmod 4711 d/gr* && stat -c '%a %u %g %h' d/gr*
                mkfifo pipe && (echo piped >pipe &) && cat pipe
                printf x | dd of=big bs=1 seek=5368709120 2>/dev/null; stat -c %s big; tail -c 1 big; echo
                i=0; while [ $i -lt 400 ]; do : >d/$i; i=$((i + 1)); done; ls d | wc -l
                # A program is mapped, not read.
                cp /bin/busybox busybox && ./busybox uname -m
                cat outside || echo 'not in the guest'
                rm -r d pipe && ls
                touch /mnt/ro/new || echo 'stays as it is'
                cat /mnt/ro/there
            } >result 2>errors
            """;

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    @SuppressWarnings("try") // The reader ends when its output is closed, before the block does.
    void linuxUsesASharedFolder(@TempDir Path host) throws Exception {
        Guest guest = DebianGuest.require();
        Path shared = Files.createDirectory(host.resolve("shared"));
        Path readOnly = Files.createDirectory(host.resolve("readOnly"));
        Files.writeString(shared.resolve("script"), SCRIPT);
        Files.writeString(readOnly.resolve("there"), "there");
        Files.writeString(host.resolve("secret"), "secret");
        Files.createSymbolicLink(shared.resolve("outside"), host.resolve("secret"));
        GuestConsole console = new GuestConsole();
        try (Machine machine = Machine.builder()
                        .kernel(guest.kernel())
                        .initrd(guest.initrd())
                        .append(guest.commandLine())
                        .add(new ShareConfig(shared, "a share", false))
                        .add(new ShareConfig(readOnly, "ro", true))
                        .console(console)
                        .build();
                GuestConsole.Output output = console.openOutput();
                MachineSession session = new MachineSession("share", machine, console)) {
            Thread reader = Thread.ofVirtual().start(() -> discard(output));
            console.type("sh '/mnt/a share/script'; poweroff -f\n".getBytes(StandardCharsets.US_ASCII));
            session.start();
            assertThat(session.awaitEnd()).isInstanceOf(End.PoweredOff.class);
            output.close();
            reader.join();
        }
        assertThat(Files.readAllLines(shared.resolve("result")))
                .containsExactly(
                        "text",
                        "größer 日本",
                        "4711 12 34 1",
                        "piped",
                        "5368709121",
                        "x",
                        "403",
                        "riscv64",
                        "not in the guest",
                        "big",
                        "busybox",
                        "errors",
                        "outside",
                        "result",
                        "script",
                        "stays as it is",
                        "there");
        assertThat(Files.size(shared.resolve("big"))).isEqualTo(5_368_709_121L);
        assertThat(Files.getAttribute(shared.resolve("busybox"), "unix:mode", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(0100755);
        assertThat(names(readOnly)).containsExactly("there");
        assertThat(names(host)).containsExactly("readOnly", "secret", "shared");
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().collect(Collectors.toList());
        }
    }

    /** A console that nobody reads would hold the guest up. */
    private static void discard(GuestConsole.Output output) {
        byte[] buffer = new byte[8192];
        try {
            while (output.read(buffer) >= 0) {}
        } catch (IOException e) {
            // Closed: nothing more to read.
        }
    }
}
