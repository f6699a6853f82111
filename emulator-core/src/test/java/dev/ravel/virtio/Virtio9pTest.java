package dev.ravel.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.SavedState;
import dev.ravel.ninep.FileName;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.WireWriter;
import dev.ravel.share.FolderServer;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.virtio.GuestDriver.Piece;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(30)
class Virtio9pTest {
    private static final int QUEUE_SIZE = 128;
    private static final int ROOM = 8192;

    @TempDir
    private Path folder;

    private final BoundaryQueue events = new BoundaryQueue();
    private final Queue<Runnable> hostWork = new ArrayDeque<>();
    private FolderServer server;
    private GuestDriver driver;
    private GuestDriver.Queue queue;

    @BeforeEach
    void start() throws IOException {
        server = FolderServer.open(folder, false);
        driver = new GuestDriver(new Virtio9p(server, hostWork::add, events, "tag"));
        queue = connect();
    }

    @AfterEach
    void close() {
        driver.close();
        server.close();
    }

    private GuestDriver.Queue connect() {
        assertThat(driver.negotiate(GuestDriver.ALL_RING_FEATURES | 1) & VirtioController.FEATURES_OK)
                .isNotZero();
        GuestDriver.Queue fresh = driver.new Queue(0, QUEUE_SIZE);
        driver.ready();
        return fresh;
    }

    private void settle() {
        do {
            while (!hostWork.isEmpty()) {
                hostWork.remove().run();
            }
        } while (events.runDue(0) > 0 || !hostWork.isEmpty());
    }

    private static byte[] message(int type, Consumer<WireWriter> body) {
        WireWriter out = new WireWriter(64);
        out.u32(0);
        out.u8(type);
        out.u16(77);
        body.accept(out);
        out.setU32(0, out.size());
        return out.toBytes();
    }

    private static byte[] version() {
        return message(MessageType.TVERSION, out -> {
            out.u32(ROOM);
            out.string(FileName.of("9P2000.L"));
        });
    }

    private static byte[] attach() {
        return message(MessageType.TATTACH, out -> {
            out.u32(0);
            out.u32(-1);
            out.string(FileName.of(""));
            out.string(FileName.of(""));
            out.u32(0);
        });
    }

    private static byte[] mkdir(String name) {
        return message(MessageType.TMKDIR, out -> {
            out.u32(0);
            out.string(FileName.of(name));
            out.u32(0755);
            out.u32(0);
        });
    }

    /** Sends a message; returns the answer. */
    private byte[] call(byte[] message) {
        Piece answer = driver.in(ROOM);
        queue.add(driver.out(message), answer);
        queue.kick();
        settle();
        return Arrays.copyOf(driver.get(answer), queue.takeUsed().getLast().length());
    }

    private static int typeOf(byte[] answer) {
        assertThat(ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).getInt(0))
                .isEqualTo(answer.length);
        assertThat(ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).getShort(5))
                .isEqualTo((short) 77);
        return answer[4];
    }

    @Test
    void theTagIsInTheConfigurationSpace() {
        assertThat(driver.read(VirtioMmio.DEVICE_ID)).isEqualTo(9);
        assertThat(driver.read(VirtioMmio.CONFIG)).isEqualTo(3 | 't' << 16 | 'a' << 24);
        assertThat(driver.read(VirtioMmio.CONFIG + 4)).isEqualTo('g');
    }

    @Test
    void messagesAreAnswered() {
        assertThat(typeOf(call(version()))).isEqualTo(MessageType.TVERSION + 1);
        assertThat(typeOf(call(attach()))).isEqualTo(MessageType.TATTACH + 1);
        assertThat(typeOf(call(mkdir("made")))).isEqualTo(MessageType.TMKDIR + 1);
        assertThat(folder.resolve("made")).isDirectory();
        assertThat(driver.wire.asserted).isTrue();
    }

    @Test
    void anAnswerComesAtAnInstructionBoundaryOnly() {
        Piece answer = driver.in(ROOM);
        queue.add(driver.out(version()), answer);
        queue.kick();
        hostWork.remove().run();
        while (!hostWork.isEmpty()) {
            hostWork.remove().run();
        }
        assertThat(queue.takeUsed()).isEmpty();
        events.runDue(0);
        assertThat(queue.takeUsed()).hasSize(1);
    }

    @Test
    void aMessageMayLieInManyPieces() {
        call(version());
        call(attach());
        byte[] message = mkdir("in-pieces");
        Piece[] pieces = new Piece[message.length + 2];
        for (int i = 0; i < message.length; i++) {
            pieces[i] = driver.out(new byte[] {message[i]});
        }
        pieces[message.length] = driver.in(3);
        pieces[message.length + 1] = driver.in(ROOM);
        queue.addIndirect(pieces);
        queue.kick();
        settle();
        assertThat(queue.takeUsed().getFirst().length()).isEqualTo(20);
        assertThat(folder.resolve("in-pieces")).isDirectory();
    }

    @Test
    void moreRequestsThanAreWorkedOnAtOnceAreAllAnsweredInOrder() {
        call(version());
        call(attach());
        for (int i = 0; i < 40; i++) {
            queue.addIndirect(driver.out(mkdir("d" + i)), driver.in(64));
        }
        queue.kick();
        settle();
        assertThat(queue.takeUsed())
                .hasSize(40)
                .allSatisfy(used -> assertThat(used.length()).isEqualTo(20));
        assertThat(folder.toFile().list()).hasSize(40);
    }

    @Test
    void anAnswerThatDoesNotFitIsAnError() throws IOException {
        Files.createSymbolicLink(folder.resolve("l"), Path.of("t".repeat(300)));
        call(version());
        call(attach());
        call(message(MessageType.TWALK, out -> {
            out.u32(0);
            out.u32(1);
            out.u16(1);
            out.string(FileName.of("l"));
        }));
        Piece answer = driver.in(100);
        queue.add(driver.out(message(MessageType.TREADLINK, out -> out.u32(1))), answer);
        queue.kick();
        settle();
        assertThat(queue.takeUsed().getFirst().length()).isEqualTo(11);
        assertThat(driver.get(answer)[4]).isEqualTo((byte) MessageType.RLERROR);
    }

    @Test
    void aRequestWithoutRoomForAnAnswerBreaksTheDeviceUntilItIsReset() {
        queue.add(driver.out(version()), driver.in(10));
        queue.kick();
        assertThat(driver.needsReset()).isTrue();
        queue = connect();
        assertThat(typeOf(call(version()))).isEqualTo(MessageType.TVERSION + 1);
    }

    @Test
    void hostileMessagesAreAnsweredWithErrors() {
        assertThat(typeOf(call(attach()))).as("before a version").isEqualTo(MessageType.RLERROR);
        call(version());
        byte[] liar = mkdir("liar");
        ByteBuffer.wrap(liar).order(ByteOrder.LITTLE_ENDIAN).putInt(0, -1);
        byte[] answer = call(liar);
        assertThat(answer[4]).isEqualTo((byte) MessageType.RLERROR);
        assertThat(call(new byte[] {1, 2, 3})[4]).isEqualTo((byte) MessageType.RLERROR);
        assertThat(call(message(200, out -> {}))[4]).isEqualTo((byte) MessageType.RLERROR);
        byte[] tooLong = message(MessageType.TWRITE, out -> out.raw(new byte[ROOM]));
        assertThat(call(tooLong)[4]).isEqualTo((byte) MessageType.RLERROR);
        assertThat(driver.needsReset()).isFalse();
    }

    @Test
    void whatComesBackAfterAResetIsForgotten() {
        queue.add(driver.out(version()), driver.in(ROOM));
        queue.kick();
        driver.negotiate(GuestDriver.PLAIN_RING);
        settle();
        assertThat(driver.needsReset()).isFalse();
        queue = connect();
        settle();
        assertThat(queue.takeUsed()).isEmpty();
        assertThat(typeOf(call(attach()))).as("the session is over").isEqualTo(MessageType.RLERROR);
    }

    @Test
    void aStormOfRequestsAndResetsGivesTheHostNoMoreWorkThanItsBound() {
        for (int round = 0; round < 1000; round++) {
            driver.recycle();
            queue = connect();
            for (int i = 0; i < 20; i++) {
                queue.add(driver.out(version()), driver.in(ROOM));
            }
            queue.kick();
            assertThat(hostWork).as("requests, and the server's own reset").hasSizeLessThanOrEqualTo(17);
        }
        settle();
        assertThat(queue.takeUsed()).hasSize(20);
    }

    @Test
    void aBrokenDeviceIsSavedThoughItsRequestsWereNotCarriedOut() {
        Deque<Runnable> work = new ArrayDeque<>();
        settle();
        driver.close();
        driver = new GuestDriver(new Virtio9p(
                server,
                task -> {
                    work.add(task);
                    if (driver.needsReset()) {
                        // The snapshot waits for the worker.
                        work.forEach(Runnable::run);
                    }
                },
                events,
                "tag"));
        queue = connect();
        queue.add(driver.out(version()), driver.in(ROOM));
        queue.add(driver.out(version()), driver.in(10));
        queue.kick();
        assertThat(driver.needsReset()).isTrue();
        driver.device.restore(SavedState.of(driver.device));
        assertThat(driver.needsReset()).isTrue();
    }

    @Test
    void theServerForgetsTheOldSessionBeforeTheNewOnesFirstRequest() {
        call(version());
        call(attach());
        queue = connect();
        Piece answer = driver.in(ROOM);
        queue.add(driver.out(mkdir("through-an-old-fid")), answer);
        queue.kick();
        settle();
        assertThat(driver.get(answer)[4]).isEqualTo((byte) MessageType.RLERROR);
        assertThat(folder.resolve("through-an-old-fid")).doesNotExist();
    }

    @Test
    void aSnapshotHoldsAnswersThatTheGuestDoesNotHaveYet() throws IOException {
        settle();
        driver.close();
        driver = new GuestDriver(new Virtio9p(server, Runnable::run, events, "tag"));
        queue = connect();
        call(version());
        call(attach());
        Piece answer = driver.in(ROOM);
        queue.add(driver.out(mkdir("once")), answer);
        queue.kick();
        SavedState state = new SavedState();
        driver.device.save(state);
        assertThat(queue.takeUsed()).isEmpty();

        driver.device.restore(state);
        assertThat(queue.takeUsed()).hasSize(1);
        assertThat(driver.get(answer)[4]).isEqualTo((byte) (MessageType.TMKDIR + 1));
        assertThat(typeOf(call(mkdir("after")))).isEqualTo(MessageType.TMKDIR + 1);
        assertThat(Files.exists(folder.resolve("once"))).isTrue();
    }
}
