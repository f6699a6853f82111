package dev.ravel.benchmarks.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ravel.benchmarks.disk.ProcessorTimes.ThreadTime;
import dev.ravel.benchmarks.guest.Emulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SharesTest {
    private static final Emulator RAVEL = new Emulator.Ravel("ravel", Path.of("ravel"), "jit");
    private static final Emulator QEMU = new Emulator.Qemu("qemu", Path.of("qemu"));

    @Test
    void whatThreadsTookBetweenTwoMomentsIsAddedUpByWhatTheyAreFor() {
        ProcessorTimes before = new ProcessorTimes(
                5_000, Map.of("1", new ThreadTime("hart-0", 700), "2", new ThreadTime("disk-disk.raw-0", 100)));
        ProcessorTimes after = new ProcessorTimes(
                6_000,
                Map.of(
                        "1", new ThreadTime("hart-0", 1_200),
                        "2", new ThreadTime("disk-disk.raw-0", 150),
                        "3", new ThreadTime("disk-disk.raw-1", 200),
                        "4", new ThreadTime("C2 CompilerThre", 125)));

        assertThat(Shares.between(before, after, RAVEL)).isEqualTo(new Shares(0.5, 0.25, 0.125));
    }

    @Test
    void allOfQemusThreadsBesideItsHartsWorkForTheDisk() {
        ProcessorTimes before = new ProcessorTimes(0, Map.of());
        ProcessorTimes after = new ProcessorTimes(
                1_000,
                Map.of(
                        "1", new ThreadTime("qemu-system-ris", 125),
                        "2", new ThreadTime("CPU 0/TCG", 750),
                        "3", new ThreadTime("worker", 125)));

        assertThat(Shares.between(before, after, QEMU)).isEqualTo(new Shares(0.75, 0.25, 0));
    }

    @Test
    void theMedianIsThatOfEachPart() {
        List<Shares> runs = List.of(new Shares(1, 6, 7), new Shares(2, 4, 9), new Shares(3, 5, 8));

        assertThat(Shares.median(runs)).isEqualTo(new Shares(2, 5, 8));
    }

    @Test
    void aThreadIsFoundByItsNameOnALinuxThatCounts() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/schedstat")), "the host does not tell");
        CountDownLatch found = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().daemon().name("hart-4711").start(() -> {
            started.countDown();
            try {
                found.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            started.await();
            ProcessorTimes times =
                    ProcessorTimes.of(ProcessHandle.current().pid()).orElseThrow();
            assertThat(times.threads().values())
                    .extracting(ThreadTime::name)
                    .filteredOn(RAVEL::isHart)
                    .contains("hart-4711");
        } finally {
            found.countDown();
            thread.join();
        }
    }
}
