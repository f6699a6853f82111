package dev.ravel.desktop.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.desktop.settings.WindowSettings.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of what windows look like. */
class SettingsStoreTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");
    private SettingsStore store = new SettingsStore(file);

    @BeforeEach
    void open() {
        file = folder.resolve("ravel").resolve("windows.json");
        store = new SettingsStore(file);
    }

    @Test
    void whatIsKeptIsThereAgain() {
        assertThat(store.load().settings()).isEqualTo(WindowSettings.DEFAULT);
        WindowSettings all = WindowSettings.DEFAULT
                .withDark(true)
                .withTextSize(17.5)
                .withMachine(new Place(-3, 4.5, 900, 660, false))
                .withManager(new Place(0, 0, 800, 600, true))
                .withInspector(true)
                .withView("traps");
        for (WindowSettings settings : new WindowSettings[] {all, WindowSettings.DEFAULT, all.withDark(false)}) {
            assertThat(store.save(settings)).isEmpty();
            assertThat(new SettingsStore(file).load())
                    .isEqualTo(new SettingsStore.Contents(settings, Optional.empty()));
        }
        assertThat(file).content().startsWith("{").contains("\"theme\" : \"light\"", "\"view\" : \"traps\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"version": 1,~"inspector": tru       | line 2: Unrecognized token
            ''                                    | its version is not 1
            []                                    | its version is not 1
            {"version": 2, "inspector": true}     | its version is not 1
            {"version": 1}                        | inspector is neither true nor false
            {"version": 1, "inspector": false, "thme": "dark"}                      | 'thme' is not known
            {"version": 1, "inspector": false, "theme": "blue"}                     | theme is neither dark nor light
            {"version": 1, "inspector": false, "textSize": 1e9}                     | textSize is no number from 6 to 64
            {"version": 1, "inspector": false, "textSize": "14"}                    | textSize is no number from 6 to 64
            {"version": 1, "inspector": false, "view": 7}                           | view is no text
            {"version": 1, "inspector": false, "machineWindow": 7}                  | machineWindow is no place
            {"version": 1, "inspector": false, "machineWindow": {"x": 1, "z": 2}}   | machineWindow: 'z' is not known
            {"version": 1, "inspector": false, "machinesWindow": {"x": 1, "y": 2}}  | machinesWindow: width is no number
            """)
    void aDamagedFileIsKeptAsideSaidInOneLineAndWindowsLookAsAtTheFirstStart(String content, String why)
            throws Exception {
        String text = content.replace('~', '\n');
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        SettingsStore.Contents contents = store.load();
        assertThat(contents.settings()).isEqualTo(WindowSettings.DEFAULT);
        assertThat(contents.notice().orElseThrow())
                .startsWith(file + " is damaged (")
                .contains(why, "kept as windows.json.damaged-1, and windows look as at the first start")
                .doesNotContain("\n");
        assertThat(file.resolveSibling("windows.json.damaged-1")).hasContent(text);
        assertThat(store.load().notice()).as("said once").isEmpty();
    }

    @Test
    void bytesThatAreNoTextAreDamageToo() throws Exception {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {'{', (byte) 0xff, '}'});
        assertThat(store.load().notice().orElseThrow()).contains("it is no UTF-8");
    }

    @Test
    void whereNothingCanBeWrittenOneLineSaysSo() throws Exception {
        Files.writeString(folder.resolve("ravel"), "a file where the folder should be");
        assertThat(store.load().settings()).isEqualTo(WindowSettings.DEFAULT);
        assertThat(store.save(WindowSettings.DEFAULT).orElseThrow())
                .startsWith(file + ": cannot be read or written: ")
                .doesNotContain("\n");
    }

    @Test
    void itIsInTheUsersConfigurationFolder() {
        SettingsStore.ofUser(Map.of("XDG_CONFIG_HOME", folder.toString())).save(WindowSettings.DEFAULT);
        assertThat(file).exists();
    }
}
