package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Bytes;
import dev.ravel.display.Picture;
import dev.ravel.display.Size;
import dev.ravel.input.InputKind;
import dev.ravel.input.Key;
import dev.ravel.input.Keyboard;
import dev.ravel.machine.config.DisplayConfig;
import dev.ravel.machine.config.InputConfig;
import dev.ravel.machine.config.VirtioBus;
import dev.ravel.virtio.VirtioGpu;
import dev.ravel.virtio.VirtioInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Linux's own virtio_gpu driver and its console on the display, in the Debian guest. */
class DisplayTest {
    private static final int CELL_WIDTH = 8;
    private static final int CELL_HEIGHT = 16;
    private static final int COLUMNS = 80;
    private static final int ROWS = 30;

    /** The colours of a VGA, by the numbers in a cell's attribute. */
    private static final int[] COLOURS = {
        0x000000, 0x0000aa, 0x00aa00, 0x00aaaa, 0xaa0000, 0xaa00aa, 0xaa5500, 0xaaaaaa,
        0x555555, 0x5555ff, 0x55ff55, 0x55ffff, 0xff5555, 0xff55ff, 0xffff55, 0xffffff
    };

    /** The letter A of the font of a VGA: the kernel's font of 8 by 16 pixels is around it. */
    private static final byte[] LETTER_A = {
        0,
        0,
        0x10,
        0x38,
        0x6c,
        (byte) 0xc6,
        (byte) 0xc6,
        (byte) 0xfe,
        (byte) 0xc6,
        (byte) 0xc6,
        (byte) 0xc6,
        (byte) 0xc6,
        0,
        0,
        0,
        0
    };

    /**
     * What Linux says is on its console, in letters and attributes, drawn with the font out of the kernel's file, is what the
     * display shows: the end of the boot, a shell, what is typed there, and colours.
     */
    @ParameterizedTest
    @EnumSource
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void theDisplayShowsTheConsoleThatLinuxHas(VirtioBus bus) throws Exception {
        Guest debian = DebianGuest.require();
        byte[] font = fontOf(debian.kernel());
        try (ShellGuest guest = new ShellGuest(ShellGuest.debian()
                .append("console=tty0 " + debian.commandLine())
                .virtioBus(bus)
                .add(new DisplayConfig(640, 480))
                .add(new InputConfig(InputKind.KEYBOARD)))) {
            guest.run(
                    "dmesg -n 1; i=0; until grep -q 'root@ravel' /dev/vcs1 || [ $i = 60 ]; do sleep 1; i=$((i+1)); done");
            Keyboard keyboard = new Keyboard(
                    guest.machine().virtio(VirtioInput.class).orElseThrow().sink());
            for (Key key : List.of(Key.E, Key.C, Key.H, Key.O, Key.SPACE, Key.D, Key.DIGIT_4, Key.DIGIT_2, Key.ENTER)) {
                keyboard.chord(key);
            }
            guest.run("i=0; until grep -q 'd42.*d42' /dev/vcs1 || [ $i = 60 ]; do sleep 1; i=$((i+1)); done");
            // Its cursor blinks.
            guest.run(
                    "printf '\\033[?25l\\033[1;33;44m Ravel \\033[7m in colours \\033[0;31m red' >/dev/tty1; sleep 1");
            byte[] cells = hex(guest.run("od -An -v -t x1 -w160 /dev/vcsa1"));
            String text = text(cells);
            assertThat(text)
                    .contains("echo d42")
                    .contains("root@ravel:~#")
                    .contains(" Ravel  in colours  red")
                    .contains("Ravel Keyboard");
            VirtioGpu gpu = guest.machine().virtio(VirtioGpu.class).orElseThrow();
            assertThat(gpu.screen().picture()).contains(drawn(cells, font));

            // The console can be smaller than its frame buffer, not larger.
            gpu.setSize(new Size(320, 240));
            guest.run(
                    "i=0; until grep -q 320x240 /sys/class/drm/card0-Virtual-1/modes || [ $i = 60 ]; do sleep 1; i=$((i+1));"
                            + " done; sleep 1");
            assertThat(gpu.screen().picture().orElseThrow().width()).isEqualTo(320);
        }
    }

    private static byte[] fontOf(Path kernel) throws IOException {
        byte[] file = Files.readAllBytes(kernel);
        int at = Bytes.indexOf(file, LETTER_A) - 'A' * CELL_HEIGHT;
        assertThat(at).as("the font in " + kernel).isPositive();
        return Arrays.copyOfRange(file, at, at + 256 * CELL_HEIGHT);
    }

    private static byte[] hex(List<String> lines) {
        String[] bytes = String.join(" ", lines).strip().split("\\s+");
        byte[] out = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            out[i] = (byte) Integer.parseInt(bytes[i], 16);
        }
        return out;
    }

    private static String text(byte[] cells) {
        StringBuilder text = new StringBuilder();
        for (int i = 4; i < cells.length; i += 2) {
            text.append((char) (cells[i] & 0xff));
        }
        return text.toString();
    }

    /** The picture of a file of {@code vcsa}: rows, columns, where the cursor is, then letter and attribute of each cell. */
    private static Picture drawn(byte[] cells, byte[] font) {
        assertThat(cells).startsWith(ROWS, COLUMNS).hasSize(4 + 2 * ROWS * COLUMNS);
        int width = COLUMNS * CELL_WIDTH;
        int[] pixels = new int[width * ROWS * CELL_HEIGHT];
        for (int i = 0; i < pixels.length; i++) {
            int x = i % width;
            int y = i / width;
            int cell = 4 + 2 * (y / CELL_HEIGHT * COLUMNS + x / CELL_WIDTH);
            int bits = font[(cells[cell] & 0xff) * CELL_HEIGHT + y % CELL_HEIGHT];
            int attribute = cells[cell + 1];
            boolean foreground = (bits >>> 7 - x % CELL_WIDTH & 1) != 0;
            pixels[i] = 0xff00_0000 | COLOURS[(foreground ? attribute : attribute >>> 4) & (foreground ? 15 : 7)];
        }
        return new Picture(width, ROWS * CELL_HEIGHT, pixels);
    }
}
