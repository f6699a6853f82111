package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.inspect.linux.KernelSymbol;
import dev.ravel.inspect.linux.KernelSymbols;
import dev.ravel.inspect.linux.LinuxKernel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read from the memory of the Debian guest is what the guest itself says. */
class LinuxFromOutsideTest {
    private static Optional<PausedGuest> guest = Optional.empty();

    @BeforeAll
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    static void boot() throws Exception {
        guest = Optional.of(PausedGuest.after(
                DebianGuest.require(), "awk 'NR % 64 == 1 && !/\\[/' /proc/kallsyms", "cat /proc/version"));
    }

    @AfterAll
    static void switchOff() {
        guest.ifPresent(PausedGuest::close);
    }

    private static List<String> said(int command) {
        return guest.orElseThrow().output(command);
    }

    @Test
    void symbolsAreThoseOfTheGuestsKallsyms() throws Exception {
        LinuxKernel kernel = LinuxKernel.find(guest.orElseThrow().machine());
        KernelSymbols symbols = kernel.image().symbols();
        assertThat(said(0)).hasSizeGreaterThan(1000).allSatisfy(line -> {
            String[] words = line.split(" ");
            long address = Long.parseUnsignedLong(words[0], 16);
            assertThat(symbols.nearest(address)).hasValueSatisfying(nearest -> assertThat(nearest.offset())
                    .isZero());
        });
        for (int i = 0; i < said(0).size(); i++) {
            KernelSymbol symbol = symbols.get(i * 64);
            assertThat(said(0).get(i))
                    .isEqualTo(String.format("%016x %c %s", symbol.address(), symbol.type(), symbol.name()));
        }
        assertThat(kernel.image().banner()).isEqualTo(said(1).getFirst());
    }

    @Test
    void typesFitToWhatIsInMemory() throws Exception {
        LinuxKernel kernel = LinuxKernel.find(guest.orElseThrow().machine());
        assertThat(kernel.variable("task_struct", "init_task").text("comm", 16)).isEqualTo("swapper/0");
        assertThat(kernel.variable("uts_namespace", "init_uts_ns").text("name.nodename", 65))
                .isEqualTo("ravel");
    }
}
