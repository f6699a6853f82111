package dev.ravel.host.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.host.BlockBackend;
import dev.ravel.host.HostFile;
import dev.ravel.host.ImageFile;
import dev.ravel.host.RawDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A crash at any moment leaves an image that is good, but for leaks, and that holds what was flushed. Opening it gives those back. */
class Qcow2CrashTest {
    private static final int SIZE = 49_152;
    private static final int ONLY_LEAKS = 3;

    /** Every operation on the file is the last one in some run. */
    @ParameterizedTest
    @CsvSource({"3, 9, 4, false, 1", "3, 9, 6, true, 2", "2, 9, 4, false, 3", "3, 10, 0, true, 4"})
    void aCrashLosesNothingThatWasFlushed(int version, int clusterBits, int order, boolean under, int seed)
            throws IOException {
        byte[] base = new byte[under ? 30_000 : 0];
        new Random(seed).nextBytes(base);
        boolean finished = false;
        int crashes = 0;
        for (int operations = 0; !finished; operations++) {
            FragileFile file = new FragileFile();
            new NewImage(
                            SIZE,
                            version,
                            clusterBits,
                            order,
                            false,
                            under ? Optional.of(new Qcow2Header.Backing("base", Optional.of("raw"))) : Optional.empty())
                    .write(file);
            ModelDisk model = new ModelDisk(Arrays.copyOf(base, SIZE), new Random(seed));
            file.crashAfter(operations);
            try {
                Qcow2Disk disk = open(file, base);
                for (int i = 0; i < 60; i++) {
                    model.step(disk);
                }
                disk.close();
                finished = true;
            } catch (FragileFile.Crash e) {
                crashes++;
            }
            for (int i = 0; i < 4; i++) {
                survived(file.afterCrash(new Random(operations * 31L + i)), base, model);
            }
        }
        assertThat(crashes).isGreaterThan(100);
    }

    /** A few of them, for it is another program for each. */
    @Test
    void qemuOnlyFindsLeaksAndNothingAfterTheNextOpening(@TempDir Path folder)
            throws IOException, InterruptedException {
        QemuImg.needed();
        Path image = folder.resolve("image");
        int leaks = 0;
        for (int operations = 20; operations < 200; operations += 17) {
            FragileFile file = new FragileFile();
            new NewImage(SIZE, 3, 9, 6, false, Optional.empty()).write(file);
            ModelDisk model = new ModelDisk(new byte[SIZE], new Random(5));
            Qcow2Disk disk = open(file, new byte[0]);
            file.crashAfter(operations);
            assertThatThrownBy(() -> {
                        while (true) {
                            model.step(disk);
                        }
                    })
                    .isInstanceOf(FragileFile.Crash.class);
            Files.write(image, file.afterCrash(new Random(operations)));
            QemuImg.Result found = QemuImg.run("check", "-f", "qcow2", image);
            assertThat(found.status()).as(found.output()).isIn(0, ONLY_LEAKS);
            leaks += found.status();
            try (HostFile opened = ImageFile.open(image, false)) {
                Qcow2Disk.open(opened, Qcow2Header.read(opened), Optional.empty());
            }
            QemuImg.succeeds("check", "-f", "qcow2", image);
        }
        assertThat(leaks).isPositive();
    }

    private static Qcow2Disk open(FragileFile file, byte[] base) throws IOException {
        Optional<BlockBackend> backing =
                base.length == 0 ? Optional.empty() : Optional.of(RawDisk.of(new FragileFile(base, true)));
        return Qcow2Disk.open(file, Qcow2Header.read(file), backing);
    }

    private static void survived(byte[] left, byte[] base, ModelDisk model) throws IOException {
        FragileFile file = new FragileFile(left, false);
        Qcow2Check.Report report = Qcow2Check.check(file, Qcow2Header.read(file));
        assertThat(report.corruptions()).as("%s", report.messages()).isZero();
        try (Qcow2Disk disk = open(file, base)) {
            model.allows(disk);
        }
        assertThat(Qcow2Check.check(file, Qcow2Header.read(file)).messages()).isEmpty();
    }
}
