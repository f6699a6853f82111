package dev.ravel.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The translator is set by system properties; what cannot be is refused in a line that names the property. */
class JitSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "ravel.jit.threshold,300,a whole number from 1 to 254",
        "ravel.jit.threshold,0,a whole number from 1 to 254",
        "ravel.jit.threshold,soon,a whole number from 1 to 254",
        "ravel.jit.unit,4294967297,a whole number from 1 to 2048",
        "ravel.jit.budget,-1,a whole number from 1 to 9223372036854775807",
        "ravel.jit.code,24k,a whole number from 1 to 65535",
        "ravel.jit.background,yes,true or false",
        "ravel.jit.store,/,'the name of a file, in a folder that exists'",
        "ravel.jit.store,.,'the name of a file, in a folder that exists'",
        "ravel.jit.store,no/such/folder/units,'the name of a file, in a folder that exists'"
    })
    void valuesThatCannotBeAreRefused(String property, String value, String expected) {
        String before = System.getProperty(property);
        System.setProperty(property, value);
        try {
            assertThatThrownBy(JitSettings::fromProperties)
                    .isInstanceOf(SettingException.class)
                    .hasMessage("the property %s is \"%s\", not %s", property, value, expected);
        } finally {
            restore(property, before);
        }
    }

    @Test
    void valuesThatCanBeAreTaken() {
        String before = System.getProperty("ravel.jit.budget");
        System.setProperty("ravel.jit.budget", "5000000000");
        try {
            assertThat(JitSettings.fromProperties().budget()).isEqualTo(5_000_000_000L);
        } finally {
            restore("ravel.jit.budget", before);
        }
    }

    private static void restore(String property, String before) {
        if (before == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, before);
        }
    }
}
