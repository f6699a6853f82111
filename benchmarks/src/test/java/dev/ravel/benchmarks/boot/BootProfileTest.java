package dev.ravel.benchmarks.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recording of this JVM, with a thread that has a hart's name. */
class BootProfileTest {
    @TempDir
    private Path folder;

    @Test
    void theHartsThreadAndTheCompilersAreFoundInARecording() throws Exception {
        Path file = folder.resolve("boot.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.CPUTimeSample").with("throttle", "1ms");
            recording.enable("jdk.Compilation").withoutThreshold();
            recording.enable("jdk.ClassLoad").withoutThreshold();
            recording.start();
            Thread hart = Thread.ofPlatform().name("hart0").start(BootProfileTest::spin);
            hart.join();
            recording.stop();
            recording.dump(file);
        }
        assertThat(BootProfile.of(file).lines(100))
                .anyMatch(line -> line.startsWith("the hart's thread ") && seconds(line) > 0)
                .anyMatch(line -> line.startsWith("  anything else ") && seconds(line) > 0)
                .anyMatch(line -> line.startsWith("the rest of the time") && seconds(line) < 100)
                .anyMatch(line -> line.startsWith("C") && line.contains("Ravel and the JDK"));
    }

    private static double seconds(String line) {
        return Double.parseDouble(line.substring(40).strip().split(" +")[0]);
    }

    private static void spin() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
        double sum = 0;
        while (System.nanoTime() < end) {
            sum += Math.sqrt(sum + 1);
        }
        assertThat(sum).isPositive();
    }
}
