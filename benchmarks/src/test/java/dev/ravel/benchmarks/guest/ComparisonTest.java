package dev.ravel.benchmarks.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ravel.benchmarks.guest.GuestProgram.Length;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ComparisonTest {
    private static final List<String> EMULATORS = List.of("ravel jit", "qemu");

    @Test
    void theMedianIsTheMiddleOfTheSortedTimes() {
        assertThat(Samples.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2.0);
        assertThat(Samples.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3.0);
    }

    @Test
    void aRatioAboveOneSaysThatRavelIsFaster() {
        assertThat(row(GuestProgram.CRC, 0.5, 1.5).ratio()).hasValue(3.0);
    }

    @Test
    void aTimeThatTheStartSwallowedHasNoRatio() {
        assertThat(row(GuestProgram.CRC, -0.001, 1.5).ratio()).isEmpty();
        assertThat(Comparison.line(row(GuestProgram.CRC, -0.001, 1.5)))
                .isEqualTo("crc               -0.001         1.500       -");
    }

    @Test
    void aMeasurementOfRavelAloneHasNeitherRatioNorMean() {
        Row row = new Row(GuestProgram.FIB, List.of(samples("00", 1.25)));
        assertThat(Comparison.line(row)).isEqualTo("fib                1.250");
        assertThat(new Comparison(Place.BARE, Length.SHORT, 1, List.of("ravel jit"), List.of(0.5), List.of(row))
                        .summary())
                .containsExactly("start, subtracted: ravel jit 0.500 s");
    }

    @Test
    void theTableEndsWithTheGeometricMeanOfTheRatios() {
        Comparison comparison = comparison(row(GuestProgram.CRC, 1, 4), row(GuestProgram.SIEVE, 2, 2));
        assertThat(comparison.geometricMean().orElseThrow()).isCloseTo(2, within(1e-12));
        assertThat(Comparison.heading(Place.BARE, Length.SHORT, 3, EMULATORS).lines())
                .containsExactly(
                        "bare metal, short run, seconds (median of 3)",
                        "program        ravel jit          qemu   ratio");
        assertThat(comparison.rows().stream().map(Comparison::line))
                .containsExactly(
                        "crc                1.000         4.000    4.00",
                        "sieve              2.000         2.000    1.00");
        assertThat(comparison.summary())
                .containsExactly(
                        "geometric mean                            2.00",
                        "start, subtracted: ravel jit 0.600 s, qemu 0.050 s");
    }

    @Test
    void systemWorkHasAMeanOfItsOwn() {
        Row crc = row(GuestProgram.CRC, 1, 4);
        Row pipe = row(GuestProgram.PIPE, 4, 1);
        Comparison comparison =
                new Comparison(Place.DEBIAN, Length.SHORT, 3, EMULATORS, List.of(30.0, 20.0), List.of(crc, pipe));
        assertThat(comparison.summary())
                .containsExactly(
                        "geometric mean                            4.00",
                        "geometric mean, system work               0.25",
                        "whole boot and all programs: ravel jit 30.000 s, qemu 20.000 s");
    }

    @Test
    void differentChecksumsAreAComplaintThatNamesTheProgram() {
        Row wrong = new Row(GuestProgram.HASH, List.of(samples("aa", 1), samples("bb", 1)));
        assertThat(comparison(row(GuestProgram.CRC, 1, 1), wrong).complaints())
                .containsExactly("hash: the checksums differ: aa, bb");
    }

    @Test
    void oneRunWithAnotherChecksumIsAComplaintEvenIfTheOthersAgree() {
        Samples unsteady = new Samples(List.of(1.0, 1.0), List.of("aa", "bb"));
        assertThat(new Row(GuestProgram.HASH, List.of(unsteady)).complaint()).isPresent();
    }

    @Test
    void jsonHoldsTheTimeOfEachRun() {
        Row row = new Row(
                GuestProgram.CRC,
                List.of(
                        new Samples(List.of(1.0, 3.0), List.of("aa", "aa")),
                        new Samples(List.of(4.0, 4.0), List.of("aa"))));
        Map<?, ?> json = new JsonMapper().readValue(comparison(row).json(), Map.class);
        assertThat(json.get("emulators")).isEqualTo(EMULATORS);
        assertThat(json.get("geometricMean")).isEqualTo(2.0);
        assertThat(json.get("programs"))
                .isEqualTo(List.of(Map.of(
                        "name",
                        "crc",
                        "rounds",
                        (int) GuestProgram.CRC.rounds(Length.SHORT),
                        "checksums",
                        List.of(List.of("aa"), List.of("aa")),
                        "seconds",
                        List.of(List.of(1.0, 3.0), List.of(4.0, 4.0)),
                        "medianSeconds",
                        List.of(2.0, 4.0),
                        "ratio",
                        2.0)));
    }

    private static Comparison comparison(Row... rows) {
        return new Comparison(Place.BARE, Length.SHORT, 3, EMULATORS, List.of(0.6, 0.05), List.of(rows));
    }

    private static Row row(GuestProgram program, double ravel, double peer) {
        return new Row(program, List.of(samples("00", ravel), samples("00", peer)));
    }

    private static Samples samples(String checksum, double seconds) {
        return new Samples(List.of(seconds), List.of(checksum));
    }
}
