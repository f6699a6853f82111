package dev.ravel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines in lockstep from the command line, in a process of its own. */
class LockstepRunTest {
    @TempDir
    private Path folder;

    @Test
    void aDifferenceIsReportedAndEndsTheRunWithStatusOne() throws Exception {
        assertThat(ravel("run", "hello", "--headless", "--memory", "64M", "--engine", WrongLockstep.NAME))
                .isEqualTo(1);
        assertThat(errors())
                .matches(
                        "(?s)ravel: interp and wrong differ after \\d+ instructions, at pc 0x\\w+; the last ones of interp:\n"
                                + "(    0x\\w+: [^\n]*\n){15}    0x\\w+: divu a0,a0,t1\nx10 +interp 0x\\w+, wrong 0x\\w+\n");
    }

    @Test
    void equalEnginesRunAGuestToItsEnd() throws Exception {
        assertThat(ravel(
                        "run",
                        "hello",
                        "--headless",
                        "--memory",
                        "64M",
                        "--engine",
                        "compare",
                        "--exit-on",
                        "memory: 64 MiB"))
                .isZero();
        assertThat(errors()).isEmpty();
    }

    @Test
    void severalHartsAreRefusedInOneLine() throws Exception {
        assertThat(ravel("run", "hello", "--headless", "--engine", "compare", "--cpus", "2"))
                .isEqualTo(1);
        assertThat(errors()).isEqualTo("ravel: --cpus 2: engine compare runs at most 1 hart\n");
    }

    private int ravel(String... arguments) throws IOException, InterruptedException {
        return new RavelProcess(folder).run(arguments);
    }

    private String errors() throws IOException {
        return new RavelProcess(folder).errors();
    }
}
