package dev.ravel.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.manager.MachineDefinition.Boot;
import dev.ravel.manager.MachineForm.Entry;
import dev.ravel.manager.MachineForm.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineFormTest {
    @TempDir
    private Path folder;

    private static Map<Entry, String> problems(MachineForm form) {
        Verdict verdict = form.check(List.of("taken"));
        assertThat(verdict).isInstanceOf(Verdict.Bad.class);
        return ((Verdict.Bad) verdict).problems();
    }

    @Test
    void theBlankFormMakesAMachine() {
        assertThat(MachineForm.blank("new").check(List.of("taken"))).isInstanceOf(Verdict.Good.class);
    }

    @Test
    void aFormOfAMachineMakesTheSameMachine() throws Exception {
        Path kernel = Files.writeString(folder.resolve("Image"), "k");
        Path initrd = Files.writeString(folder.resolve("initrd"), "i");
        Path disk = Files.writeString(folder.resolve("disk"), "d");
        MachineDefinition machine = new MachineDefinition(
                "m",
                new Boot.Files(kernel, Optional.of(initrd), Optional.of("quiet")),
                Optional.of(disk),
                2,
                1L << 30,
                "interp",
                false);
        assertThat(MachineForm.of(machine).check(List.of())).isEqualTo(new Verdict.Good(machine));
    }

    @Test
    void eachWrongEntryHasItsOwnLine() {
        MachineForm form = new MachineForm(
                "taken", "", "/no/kernel", "/no/initrd", "", folder.toString(), "many", "half a gig", "warp", false);
        Map<Entry, String> problems = problems(form);
        assertThat(problems)
                .containsEntry(Entry.NAME, "there is a machine 'taken' already")
                .containsEntry(Entry.KERNEL, "there is no file /no/kernel")
                .containsEntry(Entry.INITRD, "there is no file /no/initrd")
                .containsEntry(Entry.DISK, folder + " is a folder")
                .containsEntry(Entry.CPUS, "'many' is no number of CPUs")
                .containsEntry(Entry.MEMORY, "'half a gig' is not a size: write for example 512M or 2G");
        assertThat(problems.get(Entry.ENGINE)).startsWith("there is no engine warp");
        assertThat(problems.values()).allSatisfy(line -> assertThat(line).doesNotContain("\n"));
    }

    @Test
    void limitsAreThoseOfTheMachine() {
        assertThat(problems(new MachineForm("a", "hello", "", "", "", "", "65", "1000", "interp", false)))
                .containsEntry(Entry.CPUS, "65: a machine has 1 to 64 harts")
                .containsEntry(Entry.MEMORY, "1000: RAM must be a multiple of 4 KiB from 1M to 256G");
        assertThat(problems(new MachineForm("a", "hello", "", "", "", "", "2", "64M", "compare", false)))
                .containsEntry(Entry.ENGINE, "compare runs at most 1 CPU");
    }

    @Test
    void aMachineThatCanBeSteppedBackHasOneCpu() {
        MachineForm form = new MachineForm("a", "hello", "", "", "", "", "2", "64M", "interp", true);
        assertThat(problems(form))
                .containsOnly(Map.entry(Entry.CPUS, "2: a machine that can be stepped back has one CPU"));
        MachineDefinition machine =
                new MachineDefinition("a", new Boot.Guest("hello"), Optional.empty(), 1, 64L << 20, "interp", true);
        assertThat(MachineForm.of(machine).check(List.of())).isEqualTo(new Verdict.Good(machine));
    }

    @Test
    void withoutAGuestAKernelIsWanted() {
        assertThat(problems(new MachineForm(" ", "", "", "", "", "", "1", "64M", "interp", false)))
                .containsOnly(
                        Map.entry(Entry.NAME, "a name is missing"),
                        Map.entry(Entry.KERNEL, "a guest or a kernel's file is missing"));
    }
}
