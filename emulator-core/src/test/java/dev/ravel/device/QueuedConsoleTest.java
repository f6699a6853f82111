package dev.ravel.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class QueuedConsoleTest {
    private final QueuedConsole console = new QueuedConsole(2, (bytes, offset, length) -> {});

    @Test
    void theListenerHearsOfTheFirstByteOnly() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        console.onInput(calls::incrementAndGet);
        console.type(new byte[] {1, 2});
        assertThat(calls).hasValue(1);
        assertThat(console.input()).isEqualTo(1);
        assertThat(console.input()).isEqualTo(2);
        assertThat(console.input()).isEqualTo(ConsolePort.NOTHING);
        console.type(new byte[] {(byte) 0xff});
        assertThat(calls).hasValue(2);
        assertThat(console.input()).isEqualTo(0xff);
    }

    @Test
    void everyListenerHearsTheNewestFirstUntilItIsTakenAway() throws InterruptedException {
        List<String> heard = new ArrayList<>();
        console.onInput(() -> heard.add("first"));
        ConsolePort.Subscription second = console.onInput(() -> heard.add("second"));
        console.type(new byte[] {1});
        assertThat(heard).containsExactly("second", "first");
        second.close();
        second.close();
        heard.clear();
        assertThat(console.input()).isEqualTo(1);
        console.type(new byte[] {2});
        assertThat(heard).containsExactly("first");
    }

    @Test
    void whoTypesWaitsUntilTheGuestTakes() throws InterruptedException {
        Thread typist = Thread.ofVirtual().start(() -> {
            try {
                console.type(new byte[] {1, 2, 3, 4, 5});
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        int next = 1;
        while (next <= 5) {
            int value = console.input();
            if (value == ConsolePort.NOTHING) {
                Thread.sleep(1);
            } else {
                assertThat(value).isEqualTo(next++);
            }
        }
        typist.join();
        assertThat(console.input()).isEqualTo(ConsolePort.NOTHING);
    }

    @Test
    void closingLetsTheTypistGo() throws InterruptedException {
        Thread typist = Thread.ofPlatform().start(() -> {
            try {
                console.type(new byte[10]);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (typist.getState() != Thread.State.WAITING) {
            Thread.sleep(1);
        }
        console.close();
        typist.join();
        assertThat(console.input()).isEqualTo(ConsolePort.NOTHING);
    }
}
