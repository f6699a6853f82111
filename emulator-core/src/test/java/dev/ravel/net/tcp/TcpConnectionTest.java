package dev.ravel.net.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.net.tcp.TcpConnection.State;
import dev.ravel.net.tcp.TcpSegment.Options;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A connection with a peer whose every segment is written by the test, and a clock in the test's hands. Both ends start
 * just before their sequence numbers wrap.
 */
class TcpConnectionTest {
    private static final int ACK = TcpSegment.ACK;
    private static final int FIN = TcpSegment.FIN;
    private static final int RST = TcpSegment.RST;
    private static final int SYN = TcpSegment.SYN;
    private static final int PEER_START = 0xffff_fffd;
    private static final int OUR_START = 0xffff_fffa;
    private static final int WINDOW = 60_000;
    private static final int CAPACITY = 1 << 14;
    private static final long SECOND = 1_000_000_000;

    private final Link link = new Link();
    private long now = 5 * SECOND;
    private TcpConnection connection = TcpConnection.accept(link, syn(OptionalInt.of(1000)), OUR_START, CAPACITY, now);
    /** Octets that the peer has sent and has got; 0 is the SYN. */
    private int peerSent = 1;

    private int peerGot;

    private static final class Link implements TcpConnection.Wire {
        private final List<TcpSegment> sent = new ArrayList<>();
        private int room = Integer.MAX_VALUE;
        private long count;
        private boolean stuck;
        private boolean large;

        @Override
        public boolean hasRoom() {
            return room > 0;
        }

        @Override
        public void send(TcpSegment segment, int segmentSize) {
            room--;
            count++;
            sent.add(segment);
        }

        @Override
        public boolean takesLarge() {
            return large;
        }

        @Override
        public long ticket() {
            return count;
        }

        @Override
        public boolean reached(long ticket) {
            return !stuck;
        }
    }

    private static TcpSegment syn(OptionalInt segmentSize) {
        return new TcpSegment(
                4000, 80, PEER_START, 0, SYN, WINDOW, new Options(segmentSize, OptionalInt.empty()), new byte[0]);
    }

    private TcpSegment peer(int flags, int sent, int got, int window, String text) {
        return new TcpSegment(4000, 80, PEER_START + sent, OUR_START + got, flags, window, Options.NONE, bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes the segments that were sent since. */
    private List<TcpSegment> sent() {
        connection.output(now);
        List<TcpSegment> all = List.copyOf(link.sent);
        link.sent.clear();
        return all;
    }

    private TcpSegment onlySent() {
        List<TcpSegment> all = sent();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private static int ourPosition(TcpSegment segment) {
        return segment.sequence() - OUR_START;
    }

    private static int acknowledged(TcpSegment segment) {
        return segment.acknowledgment() - PEER_START;
    }

    private void receive(TcpSegment segment) {
        connection.receive(segment, now);
    }

    private void establish() {
        assertThat(onlySent().flags()).isEqualTo(SYN | ACK);
        peerGot = 1;
        receive(peer(ACK, 1, 1, WINDOW, ""));
        assertThat(connection.state()).isEqualTo(State.ESTABLISHED);
        assertThat(sent()).isEmpty();
    }

    private void peerSends(String text) {
        receive(peer(ACK, peerSent, peerGot, WINDOW, text));
        peerSent += text.length();
    }

    private void peerAcknowledges(int got) {
        peerGot = got;
        receive(peer(ACK, peerSent, got, WINDOW, ""));
    }

    private void write(String text) {
        connection.write(ByteBuffer.wrap(bytes(text)));
    }

    private String take() {
        ByteBuffer into = ByteBuffer.allocate(connection.available());
        connection.peek(into);
        connection.consumed(into.position());
        return new String(into.array(), StandardCharsets.US_ASCII);
    }

    private void pass(long nanos) {
        now += nanos;
        connection.timeout(now);
    }

    @Test
    void theHandshakeTellsSegmentSizeAndScalesWindowsOnlyIfThePeerDoes() {
        TcpSegment answer = onlySent();
        assertThat(answer.flags()).isEqualTo(SYN | ACK);
        assertThat(answer.sequence()).isEqualTo(OUR_START);
        assertThat(acknowledged(answer)).isEqualTo(1);
        assertThat(answer.options()).isEqualTo(new Options(OptionalInt.of(1460), OptionalInt.empty()));

        TcpSegment scaling = new TcpSegment(
                4000, 80, 1, 0, SYN, 100, new Options(OptionalInt.of(1460), OptionalInt.of(7)), new byte[0]);
        connection = TcpConnection.accept(link, scaling, 0, 1 << 18, now);
        assertThat(onlySent().options()).isEqualTo(new Options(OptionalInt.of(1460), OptionalInt.of(3)));
        connection.receive(new TcpSegment(4000, 80, 2, 1, ACK, 10, Options.NONE, new byte[0]), now);
        connection.write(ByteBuffer.wrap(new byte[5000]));
        assertThat(sent().stream().mapToInt(TcpSegment::length).sum())
                .as("a window of 10, shifted by 7")
                .isEqualTo(1280);
    }

    @Test
    void aSynThatComesTwiceIsAnsweredTwice() {
        sent();
        receive(syn(OptionalInt.of(1000)));
        assertThat(onlySent().flags()).isEqualTo(SYN | ACK);
    }

    @Test
    void anAcknowledgmentOfWhatWasNeverSentDoesNotOpenAConnection() {
        sent();
        receive(peer(ACK, 1, 77, WINDOW, ""));
        assertThat(connection.state()).isEqualTo(State.SYN_RECEIVED);
        TcpSegment reset = onlySent();
        assertThat(reset.flags()).isEqualTo(RST);
        assertThat(ourPosition(reset)).isEqualTo(77);
    }

    @Test
    void aConnectionIsOpenedFromThisEndToo() {
        connection = TcpConnection.open(link, 80, 4000, OUR_START, CAPACITY, now);
        TcpSegment asked = onlySent();
        assertThat(asked.flags()).isEqualTo(SYN);
        assertThat(asked.options().windowScale()).hasValue(0);
        receive(peer(RST | ACK, 0, 9, 0, ""));
        assertThat(connection.state()).as("a forged refusal").isEqualTo(State.SYN_SENT);
        receive(new TcpSegment(4000, 80, PEER_START, OUR_START + 1, SYN | ACK, WINDOW, Options.NONE, new byte[0]));
        assertThat(connection.state()).isEqualTo(State.ESTABLISHED);
        assertThat(acknowledged(onlySent())).isEqualTo(1);
    }

    @Test
    void aRefusedConnectionIsClosed() {
        connection = TcpConnection.open(link, 80, 4000, OUR_START, CAPACITY, now);
        sent();
        receive(peer(RST | ACK, 0, 1, 0, ""));
        assertThat(connection.state()).isEqualTo(State.CLOSED);
        assertThat(connection.wasReset()).isTrue();
    }

    @Test
    void bothEndsMayAskAtOnce() {
        connection = TcpConnection.open(link, 80, 4000, OUR_START, CAPACITY, now);
        sent();
        receive(syn(OptionalInt.of(1000)));
        assertThat(onlySent().flags()).isEqualTo(SYN | ACK);
        receive(new TcpSegment(4000, 80, PEER_START + 1, OUR_START + 1, ACK, WINDOW, Options.NONE, new byte[0]));
        assertThat(connection.state()).isEqualTo(State.ESTABLISHED);
    }

    @Test
    void dataIsCutIntoSegmentsOfThePeersSizeAndNoMoreThanItsWindow() {
        establish();
        receive(peer(ACK, 1, 1, 2500, ""));
        write("x".repeat(4000));
        assertThat(sent()).extracting(TcpSegment::length).containsExactly(1000, 1000);
        receive(peer(ACK, 1, 2001, 2500, ""));
        assertThat(sent()).extracting(TcpSegment::length).containsExactly(1000, 1000);
    }

    @Test
    void aWireThatCutsTakesWholeSegmentsAtOnceAndTheRestInTheEnd() {
        link.large = true;
        establish();
        receive(peer(ACK, 1, 1, 5500, ""));
        write("x".repeat(8500));
        assertThat(sent()).extracting(TcpSegment::length).containsExactly(5000);
        receive(peer(ACK, 1, 5001, 5500, ""));
        assertThat(sent()).extracting(TcpSegment::length).containsExactly(3500);
        pass(SECOND);
        assertThat(sent()).extracting(TcpSegment::length).as("but one again").containsExactly(1000);
    }

    @Test
    void severalSegmentsAreAcknowledgedAsOneAcrossTheWrap() {
        establish();
        peerSends("one ");
        peerSends("two ");
        peerSends("three");
        TcpSegment answer = onlySent();
        assertThat(acknowledged(answer)).isEqualTo(14);
        assertThat(PEER_START + 14).as("the numbers have wrapped").isPositive();
        assertThat(take()).isEqualTo("one two three");
    }

    @Test
    void piecesOutOfOrderTwiceAndOverlappingMakeTheStream() {
        establish();
        receive(peer(ACK, 7, 1, WINDOW, "ghi"));
        receive(peer(ACK, 5, 1, WINDOW, "efg"));
        receive(peer(ACK, 13, 1, WINDOW, "m"));
        assertThat(sent())
                .extracting(TcpConnectionTest::acknowledged)
                .as("each asks for what is missing")
                .containsExactly(1, 1, 1);
        assertThat(connection.available()).isZero();
        receive(peer(ACK, 1, 1, WINDOW, "abcdefgh"));
        receive(peer(ACK, 1, 1, WINDOW, "abc"));
        assertThat(take()).isEqualTo("abcdefghi");
        receive(peer(ACK, 10, 1, WINDOW, "jklm"));
        assertThat(take()).isEqualTo("jklm");
        assertThat(acknowledged(sent().getLast())).isEqualTo(14);
    }

    @Test
    void threeDuplicatesBringTheMissingSegmentAtOnceAndAPartialAcknowledgmentTheNext() {
        establish();
        write("x".repeat(6000));
        assertThat(sent()).hasSize(6);
        for (int i = 0; i < 2; i++) {
            peerAcknowledges(1);
            assertThat(sent()).isEmpty();
        }
        peerAcknowledges(1);
        assertThat(sent()).extracting(TcpConnectionTest::ourPosition).containsExactly(1);
        peerAcknowledges(1);
        assertThat(sent()).isEmpty();
        peerAcknowledges(3001);
        assertThat(sent()).extracting(TcpConnectionTest::ourPosition).containsExactly(3001);
        peerAcknowledges(6001);
        assertThat(sent()).isEmpty();
        assertThat(connection.deadline())
                .as("only to ask whether it is still there")
                .isGreaterThan(now + 60 * SECOND);
    }

    @Test
    void whatIsNotAcknowledgedIsSentAgainAfterOneTwoAndFourSecondsOneSegmentAtATime() {
        establish();
        write("x".repeat(3000));
        assertThat(sent()).hasSize(3);
        for (int seconds = 1; seconds <= 4; seconds *= 2) {
            pass(seconds * SECOND - 1);
            assertThat(sent()).isEmpty();
            pass(1);
            assertThat(sent()).extracting(TcpConnectionTest::ourPosition).containsExactly(1);
        }
        peerAcknowledges(1001);
        assertThat(sent()).extracting(TcpConnectionTest::ourPosition).containsExactly(1001, 2001);
        peerAcknowledges(3001);
        assertThat(sent()).isEmpty();
    }

    @Test
    void aPeerThatNeverAnswersIsGivenUpAndToldSo() {
        establish();
        write("x");
        sent();
        int again = 0;
        while (connection.state() != State.CLOSED && again < 100) {
            now = connection.deadline();
            connection.timeout(now);
            again += sent().size();
        }
        assertThat(again).as("8 times, and the reset").isEqualTo(9);
        assertThat(connection.wasReset()).isTrue();
    }

    @Test
    void aMachineThatStandsStillLosesNoConnection() {
        establish();
        write("x");
        sent();
        link.stuck = true;
        for (int i = 0; i < 1000; i++) {
            now = connection.deadline();
            connection.timeout(now);
            assertThat(sent()).isEmpty();
        }
        link.stuck = false;
        pass(SECOND);
        assertThat(onlySent().length()).isOne();
        peerAcknowledges(2);
        link.stuck = true;
        for (int i = 0; i < 1000; i++) {
            now = connection.deadline();
            connection.timeout(now);
            assertThat(sent()).isEmpty();
        }
        assertThat(connection.state()).isEqualTo(State.ESTABLISHED);
    }

    @Test
    void aClosedWindowIsProbedUntilItOpensAndNothingIsLost() {
        establish();
        receive(peer(ACK, 1, 1, 0, ""));
        write("abc");
        assertThat(sent()).isEmpty();
        for (int i = 0; i < 50; i++) {
            now = connection.deadline();
            connection.timeout(now);
            TcpSegment probe = onlySent();
            assertThat(new String(probe.payload(), StandardCharsets.US_ASCII)).isEqualTo("a");
            receive(peer(ACK, 1, 1, 0, ""));
        }
        assertThat(connection.state())
                .as("it may be closed for as long as the peer likes")
                .isEqualTo(State.ESTABLISHED);
        receive(peer(ACK, 1, 1, WINDOW, ""));
        assertThat(new String(onlySent().payload(), StandardCharsets.US_ASCII)).isEqualTo("abc");
    }

    @Test
    void aSmallWindowIsNotFilledWithSmallSegmentsAtOnce() {
        establish();
        receive(peer(ACK, 1, 1, 10, ""));
        write("x".repeat(3000));
        assertThat(sent()).isEmpty();
        pass(SECOND);
        assertThat(onlySent().length()).as("but in the end").isEqualTo(10);
    }

    @Test
    void theWindowShrinksWhileNobodyTakesAndItsEdgeNeverGoesBack() {
        establish();
        int edge = 0;
        int window = CAPACITY;
        for (int i = 0; i < 100 && window >= 1000; i++) {
            peerSends("y".repeat(1000));
            TcpSegment answer = onlySent();
            window = answer.window();
            assertThat(acknowledged(answer) + window).isGreaterThanOrEqualTo(edge);
            edge = acknowledged(answer) + window;
        }
        peerSends("y".repeat(window));
        assertThat(onlySent().window()).isZero();
        receive(peer(ACK, peerSent, peerGot, WINDOW, "z"));
        TcpSegment refused = onlySent();
        assertThat(acknowledged(refused))
                .as("what is beyond the window is not taken")
                .isEqualTo(peerSent);
        assertThat(connection.available()).isLessThanOrEqualTo(CAPACITY);
        connection.consumed(1000);
        assertThat(sent()).as("too little to talk of").isEmpty();
        connection.consumed(1000);
        assertThat(onlySent().window()).isEqualTo(2000);
        receive(peer(ACK, peerSent, peerGot, WINDOW, "z"));
        take();
        assertThat(sent().getLast().window()).isGreaterThan(CAPACITY - 100);
    }

    @Test
    void acknowledgmentsAreTakenWhileOurWindowIsShut() {
        establish();
        write("abc");
        sent();
        for (int i = 0; i < 40 && connection.available() < CAPACITY - 1; i++) {
            peerSends("y".repeat(Math.min(1000, CAPACITY - 1 - connection.available())));
        }
        assertThat(sent().getLast().window()).isZero();
        peerAcknowledges(4);
        pass(10 * SECOND);
        assertThat(sent()).as("nothing to send again").isEmpty();
    }

    @Test
    void thePeerEndsFirstAndStillGetsTheRest() {
        establish();
        receive(peer(ACK | FIN, 1, 1, WINDOW, "bye"));
        assertThat(connection.state()).isEqualTo(State.CLOSE_WAIT);
        assertThat(acknowledged(onlySent())).as("the FIN too").isEqualTo(5);
        assertThat(connection.inputEnded()).isFalse();
        assertThat(take()).isEqualTo("bye");
        assertThat(connection.inputEnded()).isTrue();
        write("rest");
        connection.finish();
        TcpSegment last = onlySent();
        assertThat(last.has(FIN)).isTrue();
        assertThat(connection.state()).isEqualTo(State.LAST_ACK);
        receive(peer(ACK, 5, 6, WINDOW, ""));
        assertThat(connection.state()).isEqualTo(State.CLOSED);
        assertThat(connection.wasReset()).isFalse();
    }

    @Test
    void thisEndEndsFirstAndStillGetsTheRestThenWaits() {
        establish();
        connection.finish();
        assertThat(onlySent().has(FIN)).isTrue();
        peerAcknowledges(2);
        assertThat(connection.state()).isEqualTo(State.FIN_WAIT_2);
        peerSends("rest");
        assertThat(take()).isEqualTo("rest");
        sent();
        receive(peer(ACK | FIN, 5, 2, WINDOW, ""));
        assertThat(connection.state()).isEqualTo(State.TIME_WAIT);
        assertThat(acknowledged(onlySent())).isEqualTo(6);
        pass(9 * SECOND);
        receive(peer(ACK | FIN, 5, 2, WINDOW, ""));
        assertThat(acknowledged(onlySent())).as("our answer was lost").isEqualTo(6);
        pass(9 * SECOND);
        assertThat(connection.state()).isEqualTo(State.TIME_WAIT);
        assertThat(connection.isSucceededBy(peer(SYN, 5, 0, WINDOW, ""))).isFalse();
        assertThat(connection.isSucceededBy(peer(SYN, 7000, 0, WINDOW, ""))).isTrue();
        pass(SECOND);
        assertThat(connection.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void bothEndsMayEndAtOnce() {
        establish();
        connection.finish();
        sent();
        receive(peer(ACK | FIN, 1, 1, WINDOW, ""));
        assertThat(connection.state()).isEqualTo(State.CLOSING);
        receive(peer(ACK, 2, 2, WINDOW, ""));
        assertThat(connection.state()).isEqualTo(State.TIME_WAIT);
    }

    @Test
    void aFinThatComesBeforeTheDataWaitsForItAndALostOneIsSentAgain() {
        establish();
        receive(peer(ACK | FIN, 4, 1, WINDOW, ""));
        assertThat(connection.state()).isEqualTo(State.ESTABLISHED);
        receive(peer(ACK, 1, 1, WINDOW, "abc and what comes after the end"));
        assertThat(connection.state()).isEqualTo(State.CLOSE_WAIT);
        assertThat(take()).isEqualTo("abc");
        connection.finish();
        sent();
        pass(SECOND);
        assertThat(onlySent().has(FIN)).isTrue();
    }

    @Test
    void onlyTheExactResetEndsAConnectionAndASynNever() {
        establish();
        receive(peer(RST, 2, 1, 0, ""));
        receive(peer(SYN, 2, 1, 0, ""));
        assertThat(sent()).extracting(TcpConnectionTest::acknowledged).containsExactly(1, 1);
        receive(peer(RST, 1 << 20, 1, 0, ""));
        assertThat(sent()).isEmpty();
        assertThat(connection.state()).isEqualTo(State.ESTABLISHED);
        receive(peer(RST, 1, 1, 0, ""));
        assertThat(connection.state()).isEqualTo(State.CLOSED);
        assertThat(connection.wasReset()).isTrue();
    }

    @Test
    void anAcknowledgmentOfTheFutureIsAnsweredAndItsDataNotTaken() {
        establish();
        receive(peer(ACK, 1, 99, WINDOW, "forged"));
        assertThat(acknowledged(onlySent())).isEqualTo(1);
        assertThat(connection.available()).isZero();
    }

    @Test
    void anAbortTellsThePeer() {
        establish();
        write("abc");
        sent();
        connection.abort();
        TcpSegment reset = onlySent();
        assertThat(reset.flags()).isEqualTo(RST | ACK);
        assertThat(ourPosition(reset)).isEqualTo(4);
        receive(peer(ACK, 1, 1, WINDOW, "late"));
        assertThat(onlySent().flags()).isEqualTo(RST);
    }

    @Test
    void aSilentPeerIsAskedWhetherItIsStillThere() {
        establish();
        now = connection.deadline();
        connection.timeout(now);
        TcpSegment question = onlySent();
        assertThat(ourPosition(question)).as("a number that it has").isZero();
        peerAcknowledges(1);
        assertThat(connection.deadline() - now).as("it is").isEqualTo(600 * SECOND);
        int asked = 0;
        while (connection.state() != State.CLOSED && asked < 100) {
            now = connection.deadline();
            connection.timeout(now);
            asked += sent().size();
        }
        assertThat(asked).isEqualTo(9);
    }

    /** Two connections over a wire that loses, doubles and reorders, which take and give in fits and starts. */
    @Test
    void whateverTheWireDoesBothStreamsArriveWhole() {
        for (int seed = 0; seed < 30; seed++) {
            new Storm(seed).run();
        }
    }

    private static final class Storm {
        private final Random random;
        private final int seed;
        private final Link there = new Link();
        private final Link back = new Link();
        private final TcpConnection client;
        private TcpConnection server;
        private long time = SECOND;

        Storm(int seed) {
            this.seed = seed;
            random = new Random(seed);
            there.large = random.nextBoolean();
            back.large = random.nextBoolean();
            client = TcpConnection.open(there, 4000, 80, random.nextInt(), 1 << 13, time);
            client.output(time);
            server = TcpConnection.accept(back, there.sent.removeFirst(), random.nextInt(), 1 << 17, time);
        }

        void run() {
            Stream up = new Stream(client, server);
            Stream down = new Stream(server, client);
            for (int step = 0; step < 200_000 && !(up.done() && down.done()); step++) {
                time += random.nextInt(20_000_000);
                up.step();
                down.step();
                carry(there, server);
                carry(back, client);
                client.timeout(time);
                server.timeout(time);
                client.output(time);
                server.output(time);
            }
            up.check();
            down.check();
        }

        private void carry(Link link, TcpConnection to) {
            int many = random.nextInt(8);
            for (int i = 0; i < many && !link.sent.isEmpty(); i++) {
                TcpSegment segment = link.sent.remove(random.nextInt(Math.min(3, link.sent.size())));
                int fate = random.nextInt(20);
                if (fate == 0) {
                    continue;
                }
                if (fate == 1) {
                    link.sent.add(segment);
                }
                to.receive(segment, time);
            }
        }

        private final class Stream {
            private final TcpConnection from;
            private final TcpConnection to;
            private final byte[] data = new byte[150_000];
            private final ByteArrayOutputStream got = new ByteArrayOutputStream();
            private int written;

            Stream(TcpConnection from, TcpConnection to) {
                this.from = from;
                this.to = to;
                random.nextBytes(data);
            }

            void step() {
                int count = Math.min(Math.min(from.room(), random.nextInt(5000)), data.length - written);
                from.write(ByteBuffer.wrap(data, written, count));
                written += count;
                if (written == data.length) {
                    from.finish();
                }
                if (random.nextInt(4) == 0) {
                    ByteBuffer into = ByteBuffer.allocate(random.nextInt(20_000));
                    to.peek(into);
                    to.consumed(into.position());
                    got.write(into.array(), 0, into.position());
                }
            }

            boolean done() {
                return to.inputEnded()
                        && written == data.length
                        && (from.state() == State.TIME_WAIT || from.state() == State.CLOSED);
            }

            void check() {
                assertThat(to.inputEnded())
                        .as("seed " + seed + ", " + from.state() + " to " + to.state())
                        .isTrue();
                assertThat(Arrays.equals(got.toByteArray(), data))
                        .as("seed " + seed)
                        .isTrue();
            }
        }
    }

    @Test
    void whateverThePeerSendsNothingIsThrownAndAnswersAreBounded() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            link.sent.clear();
            connection = round % 2 == 0
                    ? TcpConnection.accept(link, syn(OptionalInt.of(random.nextInt(65_536))), OUR_START, 4096, now)
                    : TcpConnection.open(link, 80, 4000, OUR_START, 4096, now);
            for (int i = 0; i < 300; i++) {
                int flags = random.nextInt(8) == 0 ? random.nextInt(64) : ACK | (i == 0 ? SYN : 0);
                receive(new TcpSegment(
                        4000,
                        80,
                        PEER_START + (random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(6000)),
                        OUR_START + (random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(100)),
                        flags,
                        random.nextInt(3) == 0 ? 0 : random.nextInt(65_536),
                        Options.NONE,
                        new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(3000)]));
                int count = Math.min(connection.room(), random.nextInt(3000));
                connection.write(ByteBuffer.allocate(count));
                if (random.nextInt(3) == 0) {
                    take();
                }
                if (random.nextInt(50) == 0) {
                    connection.finish();
                }
                now += random.nextInt(1_000_000_000);
                connection.timeout(now);
                assertThat(sent().size()).isLessThanOrEqualTo(4096 / 88 + 4);
                assertThat(connection.available()).isLessThanOrEqualTo(4096);
            }
        }
    }
}
