package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.input.InputKind;
import dev.ravel.input.Key;
import dev.ravel.input.Keyboard;
import dev.ravel.input.Led;
import dev.ravel.input.Pointer;
import dev.ravel.input.PointerButton;
import dev.ravel.machine.config.InputConfig;
import dev.ravel.machine.config.VirtioBus;
import dev.ravel.virtio.VirtioInput;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Linux's own virtio-input driver and evdev, in the Debian guest. */
class InputTest {
    /** Prints so many events as type, code and value, after the time of 16 bytes; the files are open from the start on. */
    private static final String PRINT = "dd bs=24 count=%d <&%d 2>/dev/null | od -An -v -t x1 -w24 | cut -d ' ' -f 18-";

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void linuxSeesKeysPointerAndWheelAndLightsALamp(VirtioBus bus) throws Exception {
        try (ShellGuest guest = new ShellGuest(ShellGuest.debian()
                .virtioBus(bus)
                .add(new InputConfig(InputKind.KEYBOARD))
                .add(new InputConfig(InputKind.TABLET)))) {
            assertThat(guest.run("cat /proc/bus/input/devices"))
                    .contains("N: Name=\"Ravel Keyboard\"", "N: Name=\"Ravel Tablet\"");
            List<VirtioInput> devices = guest.machine().virtios(VirtioInput.class);
            Keyboard keyboard = new Keyboard(devices.get(0).sink());
            Pointer pointer = new Pointer(devices.get(1).sink());
            guest.run("exec 3</dev/input/event0 4</dev/input/event1");
            keyboard.press(Key.A);
            keyboard.release(Key.A);
            pointer.moveTo(0.25, 1);
            pointer.press(PointerButton.RIGHT);
            pointer.release(PointerButton.RIGHT);
            pointer.wheel(0, -1);
            assertThat(guest.run(PRINT.formatted(4, 3)))
                    .containsExactly(
                            "01 00 1e 00 01 00 00 00",
                            "00 00 00 00 00 00 00 00",
                            "01 00 1e 00 00 00 00 00",
                            "00 00 00 00 00 00 00 00");
            assertThat(guest.run(PRINT.formatted(9, 4)))
                    .containsExactly(
                            "03 00 00 00 00 20 00 00",
                            "03 00 01 00 ff 7f 00 00",
                            "00 00 00 00 00 00 00 00",
                            "01 00 11 01 01 00 00 00",
                            "00 00 00 00 00 00 00 00",
                            "01 00 11 01 00 00 00 00",
                            "00 00 00 00 00 00 00 00",
                            "02 00 08 00 ff ff ff ff",
                            "00 00 00 00 00 00 00 00");
            guest.run("echo 1 >/sys/class/leds/input0::capslock/brightness");
            assertThat(devices.get(0).leds()).containsExactly(Led.CAPS_LOCK);
        }
    }
}
