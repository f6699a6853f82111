package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.ReplyWriter;
import dev.ravel.ninep.RequestParser;
import dev.ravel.share.FolderServer;
import dev.ravel.share.FolderSessions;
import dev.ravel.share.GuardedFolder;
import dev.ravel.time.BoundaryQueue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever messages are in a shared folder's queue, however they are laid out, each is answered as far as there is room, and nothing
 * outside the folder is read or changed. The normal run takes the seeds; a long one is {@code JAZZER_FUZZ=1 mvn -pl emulator-core test
 * -Dtest=Virtio9pFuzzTest}.
 */
@EnabledOnOs(OS.LINUX)
class Virtio9pFuzzTest {
    private static final int ROOM = 8192;
    private static final int LENGTH = 0xfff;
    private static final int RAW = 1 << 14;
    private static final int LITTLE_ROOM = 1 << 15;

    /**
     * Input: messages, each with two bytes before it: twelve bits for its length, two for how it is laid out, one that its size is not
     * to be put right, one that a byte for the answer's room follows.
     */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyMessageIsAnsweredAndNothingOutsideIsReadOrChanged(byte[] input) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        BoundaryQueue events = new BoundaryQueue();
        try (GuardedFolder folder = new GuardedFolder();
                FolderServer server = FolderServer.open(folder.path(), false);
                WatchfulDriver driver = new WatchfulDriver(
                        new Virtio9p(server, Runnable::run, events, "tag"), GuestDriver.newRam(), events)) {
            driver.start(GuestDriver.ALL_RING_FEATURES);
            while (in.remaining() >= Short.BYTES) {
                int head = in.getShort();
                int room = (head & LITTLE_ROOM) != 0 && in.hasRemaining() ? in.get() & 0xff : ROOM;
                byte[] message = new byte[Math.min(head & LENGTH, in.remaining())];
                in.get(message);
                if ((head & RAW) == 0 && message.length >= RequestParser.HEADER_SIZE) {
                    ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).putInt(0, message.length);
                } else {
                    driver.saveAndRestore();
                }
                if (driver.offer(0, message, room, head >> 12 & 3 | head >> 10 & 4)) {
                    check(folder, driver, message, room);
                }
            }
            driver.start(GuestDriver.PLAIN_RING);
            byte[] version = Arrays.copyOfRange(FolderSessions.all().getFirst(), Short.BYTES, 21 + Short.BYTES);
            driver.offer(0, version, ROOM, 1);
            assertThat(driver.takeUsed(0).getFirst()[4]).isEqualTo((byte) (MessageType.TVERSION + 1));
        }
    }

    private static void check(GuardedFolder folder, WatchfulDriver driver, byte[] message, int room) {
        assertThat(driver.driver.needsReset()).isEqualTo(room < ReplyWriter.ERROR_SIZE);
        if (driver.driver.needsReset()) {
            driver.start(GuestDriver.ALL_RING_FEATURES);
            return;
        }
        List<byte[]> answers = driver.takeUsed(0);
        assertThat(answers).hasSize(1);
        byte[] answer = answers.getFirst();
        folder.checkAnswer(answer);
        ByteBuffer out = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(out.getInt(0)).isEqualTo(answer.length).isLessThanOrEqualTo(room);
        if (message.length >= RequestParser.HEADER_SIZE) {
            assertThat(Arrays.copyOfRange(answer, 5, 7)).isEqualTo(Arrays.copyOfRange(message, 5, 7));
            assertThat(answer[4]).isIn((byte) MessageType.RLERROR, (byte) (message[4] + 1));
        }
    }

    /** Good sessions and bad ones, and the same with bytes changed at random. */
    static Stream<Arguments> seeds() {
        return FolderSessions.changed(12, 3).map(Arguments::of);
    }
}
