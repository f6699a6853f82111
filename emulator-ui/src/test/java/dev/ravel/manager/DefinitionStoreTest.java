package dev.ravel.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.manager.MachineDefinition.Boot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionStoreTest {
    private static final MachineDefinition FULL = new MachineDefinition(
            "näme \"1\"",
            new Boot.Files(Path.of("/k/Image"), Optional.of(Path.of("/k/initrd")), Optional.of("console=ttyS0 quiet")),
            Optional.of(Path.of("/d/disk.img")),
            4,
            (1L << 30) + 4096,
            "interp",
            false);

    @TempDir
    private Path folder;

    private Path file;
    private DefinitionStore store;

    @BeforeEach
    void openStore() {
        file = folder.resolve("ravel").resolve("machines.json");
        store = new DefinitionStore(file);
    }

    private static MachineDefinition hello(String name) {
        return new MachineDefinition(name, new Boot.Guest("hello"), Optional.empty(), 1, 64L << 20, "jit", false);
    }

    private static List<String> names(DefinitionStore.Contents contents) {
        return contents.machines().stream().map(MachineDefinition::name).toList();
    }

    @Test
    void withoutAFileThereAreTheUsualMachinesAndNoFileIsMade() {
        assertThat(names(store.load())).containsExactly("debian", "hello");
        assertThat(store.load().notice()).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatWasWrittenIsReadByTheNextStore() throws Exception {
        store.update(machines -> List.of(FULL, hello("b")));
        DefinitionStore.Contents contents = new DefinitionStore(file).load();
        assertThat(contents.machines()).containsExactly(FULL, hello("b"));
        assertThat(Files.readString(file)).doesNotContain("deterministic");
        assertThat(contents.notice()).isEmpty();
    }

    @Test
    void aMachineThatCanBeSteppedBackIsThatForTheNextStoreToo() throws Exception {
        MachineDefinition machine =
                new MachineDefinition("a", new Boot.Guest("hello"), Optional.empty(), 1, 64L << 20, "jit", true);
        store.update(machines -> List.of(machine));
        assertThat(new DefinitionStore(file).load().machines()).containsExactly(machine);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"version\": 1,~ \"machines\": [ { | line 2",
                "`` | its version is not 1",
                "[] | its version is not 1",
                "{\"version\": 2, \"machines\": []} | its version is not 1",
                "{\"version\": 1} | it has no list of machines",
                "{\"version\": 1, \"machines\": [7]} | machine 1: it wants either a guest or a kernel",
                "{\"version\": 1, \"machines\": [{\"name\": \"a\", \"guest\": \"hello\", \"cpus\": 0, \"memory\": \"64M\","
                        + " \"engine\": \"jit\"}]} | machine 1: harts 0: a machine has 1 to 64 harts",
                "{\"version\": 1, \"machines\": [{\"name\": \"a\", \"guest\": \"hello\", \"cpus\": 1, \"memory\": \"64X\","
                        + " \"engine\": \"jit\"}]} | machine 1: '64X' is not a size",
                "{\"version\": 1, \"machines\": [{\"name\": \" \", \"guest\": \"hello\", \"cpus\": 1, \"memory\": \"64M\","
                        + " \"engine\": \"jit\"}]} | machine 1: a name is missing",
                "{\"version\": 1, \"machines\": [{\"name\": \"a\", \"guest\": \"hello\", \"cpus\": 2, \"memory\": \"64M\","
                        + " \"engine\": \"jit\", \"deterministic\": true}]}"
                        + " | machine 1: 2: a machine that can be stepped back has one CPU",
                "{\"version\": 1, \"machines\": [{\"name\": \"a\", \"guest\": \"hello\", \"cpus\": 1, \"memory\": \"64M\","
                        + " \"engine\": \"jit\", \"deterministic\": 1}]} | machine 1: deterministic is neither true nor false",
                "{\"version\": 1, \"machines\": [{\"nmae\": \"a\"}]} | machine 1: 'nmae' is not known",
            })
    void aDamagedFileIsKeptAsideSaidInOneLineAndTheUsualMachinesAreTaken(String content, String why) throws Exception {
        String text = content.replace('~', '\n');
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        DefinitionStore.Contents contents = store.load();
        assertThat(names(contents)).containsExactly("debian", "hello");
        assertThat(contents.notice().orElseThrow())
                .startsWith(file + " is damaged (")
                .contains(why, "kept as machines.json.damaged-1")
                .doesNotContain("\n");
        assertThat(file.resolveSibling("machines.json.damaged-1")).hasContent(text);
        assertThat(file).doesNotExist();
        assertThat(store.load().notice()).as("said once").isEmpty();
    }

    @Test
    void bytesThatAreNoTextAreDamageTooAndNothingKeptEarlierIsOverwritten() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file.resolveSibling("machines.json.damaged-1"), "the first");
        Files.write(file, "{\"version\": 1, \"machines\": \"\377\"".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(store.load().notice().orElseThrow()).contains("it is no UTF-8", "damaged-2");
        assertThat(file.resolveSibling("machines.json.damaged-1")).hasContent("the first");
    }

    @Test
    void twoMachinesOfOneNameAreDamage() throws Exception {
        store.update(machines -> List.of(hello("a"), hello("a")));
        assertThat(store.load().notice().orElseThrow()).contains("machine 2: another is called 'a' too");
    }

    @Test
    void changesMadeAtOnceByManyAreAllKept() throws Exception {
        store.update(machines -> List.of());
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 40; i++) {
                String name = "m" + i;
                all.add(executor.submit(() -> new DefinitionStore(file)
                        .update(machines -> Stream.concat(machines.stream(), Stream.of(hello(name)))
                                .toList())));
                all.add(executor.submit(() -> assertThat(store.load().notice()).isEmpty()));
            }
        }
        for (Future<?> one : all) {
            one.get();
        }
        assertThat(names(store.load())).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void aRefusedChangeLeavesTheFileAsItWas() throws Exception {
        store.update(machines -> List.of(hello("a")));
        String before = Files.readString(file);
        assertThatThrownBy(() -> store.update(machines -> {
                    throw new ManagerException("no");
                }))
                .isInstanceOf(ManagerException.class);
        assertThat(file).hasContent(before);
    }

    @Test
    void aFileBehindASymbolicLinkStaysThere() throws Exception {
        Path elsewhere = folder.resolve("dotfiles.json");
        store.update(machines -> List.of());
        Files.move(file, elsewhere);
        Files.createSymbolicLink(file, elsewhere);
        store.update(machines -> List.of(hello("a")));
        assertThat(file).isSymbolicLink();
        assertThat(names(new DefinitionStore(elsewhere).load())).containsExactly("a");
    }

    @Test
    void whereNothingCanBeWrittenOneLineSaysSo() throws Exception {
        Files.writeString(folder.resolve("ravel"), "a file where the folder should be");
        assertThat(names(store.load())).containsExactly("debian", "hello");
        assertThatThrownBy(() -> store.update(machines -> List.of(hello("a"))))
                .isInstanceOf(ManagerException.class)
                .hasMessageStartingWith(file + ": cannot be read or written: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void itIsInTheUsersConfigurationFolder() throws Exception {
        DefinitionStore users = DefinitionStore.ofUser(Map.of("XDG_CONFIG_HOME", folder.toString()));
        users.update(machines -> List.of(hello("mine")));
        assertThat(names(store.load())).containsExactly("mine");
    }
}
