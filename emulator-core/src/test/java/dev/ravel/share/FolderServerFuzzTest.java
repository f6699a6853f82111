package dev.ravel.share;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ravel.ninep.MessageType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever messages come, each has an answer, and nothing outside the folder is read or changed. The normal run takes the seeds; a long
 * one is {@code JAZZER_FUZZ=1 mvn -pl emulator-core test -Dtest=FolderServerFuzzTest}.
 */
@EnabledOnOs(OS.LINUX)
class FolderServerFuzzTest {
    private static final int HEADER = 7;

    /** Input: messages, each with two bytes for its length before it; size and tag of a message are put right. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void everyMessageIsAnsweredAndNothingOutsideIsReadOrChanged(byte[] input) throws IOException {
        try (GuardedFolder folder = new GuardedFolder();
                FolderServer server = FolderServer.open(folder.path(), false)) {
            send(folder, server, input);
            byte[] saved = server.save();
            server.restore(saved);
        }
    }

    private static void send(GuardedFolder folder, FolderServer server, byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        while (in.remaining() >= Short.BYTES) {
            byte[] message = new byte[Math.min(in.getShort() & 0xffff, in.remaining())];
            in.get(message);
            if (message.length >= HEADER) {
                ByteBuffer.wrap(message)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0, message.length)
                        .putShort(5, (short) 7);
            }
            byte[] answer = server.answer(message, Client.ROOM);
            folder.checkAnswer(answer);
            ByteBuffer out = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(out.getInt(0)).isEqualTo(answer.length);
            if (message.length >= HEADER) {
                assertThat(out.getShort(5)).isEqualTo((short) 7);
                assertThat(answer[4]).isIn((byte) MessageType.RLERROR, (byte) (message[4] + 1));
            }
        }
    }

    /** Sessions that use every message. */
    static Stream<Arguments> seeds() {
        return FolderSessions.all().stream().map(Arguments::of);
    }
}
