package dev.ravel.fp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.fp.FloatOperations.FloatOperation;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation in every rounding mode against vectors that Berkeley TestFloat generates. Not part of the normal
 * run: it needs the program {@code testfloat_gen}, built over SoftFloat's RISC-V specialization.
 *
 * <pre>{@code
 * make -C berkeley-softfloat-3/build/Linux-x86_64-GCC SPECIALIZE_TYPE=RISCV
 * make -C berkeley-testfloat-3/build/Linux-x86_64-GCC testfloat_gen
 * mvn -pl emulator-core test -Dtest=TestFloatVectorsTest \
 *     -Dravel.testfloat=berkeley-testfloat-3/build/Linux-x86_64-GCC/testfloat_gen -Dravel.testfloat.cases=250000
 * }</pre>
 *
 * <p>{@code ravel.testfloat.cases} is the number of cases for each operation and rounding mode; {@code mulAdd} takes
 * TestFloat's level 1, which is 6,133,248. Each case runs twice: with no flag accrued, and with NX accrued already.
 */
@EnabledIfSystemProperty(named = "ravel.testfloat", matches = ".+")
class TestFloatVectorsTest {
    private static final List<String> ROUNDING_OPTIONS =
            List.of("-rnear_even", "-rminMag", "-rmin", "-rmax", "-rnear_maxMag");

    static Collection<FloatOperation> operations() {
        return FloatOperations.all().values();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void resultsAndFlagsAreThoseOfTestFloat(FloatOperation operation) throws IOException, InterruptedException {
        long cases = 0;
        for (int rm = 0; rm < ROUNDING_OPTIONS.size(); rm++) {
            cases += compare(operation, rm);
        }
        assertThat(cases).isGreaterThan(5 * 600L);
    }

    private static long compare(FloatOperation operation, int rm) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(System.getProperty("ravel.testfloat"), "-tininessafter", "-exact", ROUNDING_OPTIONS.get(rm)));
        if (operation.operands() < 3) {
            command.addAll(List.of("-n", System.getProperty("ravel.testfloat.cases", "250000")));
        }
        command.add(operation.name());
        Process generator = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long cases;
        try (InputStream output = new BufferedInputStream(generator.getInputStream(), 1 << 16)) {
            cases = compareAll(operation, rm, output);
        } finally {
            generator.destroy();
        }
        assertThat(generator.waitFor()).as("exit status of %s", command).isZero();
        return cases;
    }

    private static long compareAll(FloatOperation operation, int rm, InputStream output) throws IOException {
        long mask = switch (operation.resultType()) {
            case "bool" -> 1L;
            case "f16" -> 0xffffL;
            case "f32", "i32", "ui32" -> 0xffff_ffffL;
            default -> -1L;
        };
        FloatStatus status = new FloatStatus();
        long[] fields = new long[operation.operands() + 2];
        long cases = 0;
        while (readLine(output, fields)) {
            long a = fields[0];
            long b = operation.operands() > 1 ? fields[1] : 0;
            long c = operation.operands() > 2 ? fields[2] : 0;
            long expected = fields[fields.length - 2];
            int expectedFlags = (int) fields[fields.length - 1];
            for (int accrued = 0; accrued <= FloatStatus.NX; accrued++) {
                status.flags = accrued;
                long result = operation.meaning().apply(status, a, b, c, rm) & mask;
                if (result != expected || status.flags != (expectedFlags | accrued)) {
                    throw new AssertionError(String.format(
                            "%s(%x, %x, %x) rm %d: %x flags %x, expected %x flags %x",
                            operation, a, b, c, rm, result, status.flags, expected, expectedFlags | accrued));
                }
            }
            cases++;
        }
        return cases;
    }

    /** Reads a line of hexadecimal fields; false at the end. */
    private static boolean readLine(InputStream input, long[] fields) throws IOException {
        int next = input.read();
        if (next < 0) {
            return false;
        }
        for (int i = 0; i < fields.length; i++) {
            long value = 0;
            while (next > ' ') {
                value = value << 4 | Character.digit(next, 16);
                next = input.read();
            }
            fields[i] = value;
            if (i < fields.length - 1) {
                next = input.read();
            }
        }
        return true;
    }
}
