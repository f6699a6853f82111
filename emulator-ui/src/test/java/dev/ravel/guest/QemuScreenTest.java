package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.display.Picture;
import dev.ravel.machine.config.DisplayConfig;
import dev.ravel.virtio.VirtioGpu;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The display of a guest against that of the same guest in QEMU, which takes a minute: with {@code -Dravel.display.qemu=true}, where
 * {@code qemu-system-riscv64} is installed.
 */
@EnabledIfSystemProperty(named = "ravel.display.qemu", matches = "true")
class QemuScreenTest {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final long QEMU_SECONDS = 240;

    /** Once the display's shell has said what it says, a screen that has no cursor. */
    private static final String PAINT =
            "dmesg -n 1; i=0; until grep -q root@ravel /dev/vcs1 || [ $i = 60 ]; do sleep 1; i=$((i+1)); done; sleep 1;"
                    + " printf '\\033[2J\\033[H\\033[?25l\\033[1;33;44m Ravel \\033[7m in colours \\033[0;31m red\\033[0m\\r\\n' >/dev/tty1;"
                    + " i=0; while [ $i -lt 24 ]; do echo \"line $i, and (some) more [text] ~!@#%^&*\" >/dev/tty1;"
                    + " i=$((i+1)); done; sleep 2";

    @Test
    void theDisplayShowsWhatItShowsInQemu(@TempDir Path folder) throws Exception {
        Guest debian = DebianGuest.require();
        String commandLine = "console=tty0 " + debian.commandLine();
        try (ShellGuest guest =
                new ShellGuest(ShellGuest.debian().append(commandLine).add(new DisplayConfig(WIDTH, HEIGHT)))) {
            guest.run(PAINT);
            VirtioGpu gpu = guest.machine().virtio(VirtioGpu.class).orElseThrow();
            assertThat(gpu.screen().picture()).contains(inQemu(debian, commandLine, folder));
        }
    }

    private static Picture inQemu(Guest guest, String commandLine, Path folder) throws Exception {
        Path socket = folder.resolve("qmp");
        Path dump = folder.resolve("screen.ppm");
        Process qemu = new ProcessBuilder(
                        "qemu-system-riscv64",
                        "-M",
                        "virt",
                        "-m",
                        "512M",
                        "-display",
                        "none",
                        "-serial",
                        "stdio",
                        "-monitor",
                        "none",
                        "-kernel",
                        guest.kernel().toString(),
                        "-initrd",
                        guest.initrd().toString(),
                        "-append",
                        commandLine,
                        "-global",
                        "virtio-mmio.force-legacy=false",
                        "-device",
                        "virtio-gpu-device,xres=" + WIDTH + ",yres=" + HEIGHT,
                        "-qmp",
                        "unix:" + socket + ",server=on,wait=off")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        CompletableFuture.delayedExecutor(QEMU_SECONDS, TimeUnit.SECONDS).execute(qemu::destroyForcibly);
        try {
            await(qemu.getInputStream(), "root@ravel:~#");
            qemu.outputWriter().append(PAINT).append("; echo fin''ished\n").flush();
            await(qemu.getInputStream(), "\nfinished");
            try (SocketChannel qmp = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                qmp.connect(UnixDomainSocketAddress.of(socket));
                command(qmp, "{\"execute\": \"qmp_capabilities\"}");
                command(qmp, "{\"execute\": \"screendump\", \"arguments\": {\"filename\": \"" + dump + "\"}}");
            }
        } finally {
            qemu.destroyForcibly().waitFor();
        }
        return picture(Files.readAllBytes(dump));
    }

    private static void await(InputStream in, String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(text, Math.max(0, seen.length() - text.length())) < 0) {
            int next = in.read();
            assertThat(next).as("QEMU's guest said '%s'", seen).isNotNegative();
            seen.append((char) next);
        }
    }

    private static void command(SocketChannel qmp, String text) throws IOException {
        qmp.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
        await(Channels.newInputStream(qmp), "\"return\"");
    }

    /** A portable pixmap of one byte a colour. */
    private static Picture picture(byte[] ppm) {
        String header = "P6\n" + WIDTH + " " + HEIGHT + "\n255\n";
        assertThat(new String(ppm, 0, header.length(), StandardCharsets.US_ASCII))
                .isEqualTo(header);
        int[] pixels = new int[WIDTH * HEIGHT];
        for (int i = 0; i < pixels.length; i++) {
            int at = header.length() + 3 * i;
            pixels[i] = 0xff00_0000 | (ppm[at] & 0xff) << 16 | (ppm[at + 1] & 0xff) << 8 | ppm[at + 2] & 0xff;
        }
        return new Picture(WIDTH, HEIGHT, pixels);
    }
}
