package dev.ravel.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.machine.Machine;
import dev.ravel.machine.config.Bios;
import dev.ravel.state.StateTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SnapshotFileTest {
    private static final int HEADER = 12;

    @TempDir
    private Path folder;

    private Machine machine;
    private Path file;
    private byte[] bytes;

    private static Machine machine() {
        return Machine.builder()
                .memory(8 << 20)
                .bios(new Bios.None())
                .kernel(EverythingProgram.image("""
                        _start:
                            lla t0, page
                        1:  addi s0, s0, 1
                            add t1, t0, s0
                            sb s0, (t1)
                            j 1b
                            .data
                            .balign 4096
                        page: .space 4096
                        """))
                .deterministic()
                .build();
    }

    @BeforeEach
    void write() throws IOException {
        machine = machine();
        machine.step(5000);
        file = folder.resolve("machine.snapshot");
        machine.snapshot().write(file);
        bytes = Files.readAllBytes(file);
    }

    @AfterEach
    void close() {
        machine.close();
    }

    /** Where each section begins. */
    private Map<String, Integer> sections() {
        Map<String, Integer> sections = new LinkedHashMap<>();
        ByteBuffer in = ByteBuffer.wrap(bytes).position(HEADER);
        while (in.hasRemaining()) {
            int start = in.position();
            byte[] name = new byte[in.getShort()];
            in.get(name);
            sections.put(new String(name, StandardCharsets.UTF_8), start);
            in.position(in.position() + Integer.BYTES + in.getInt(in.position()) + Integer.BYTES);
        }
        return sections;
    }

    private static List<String> all(Snapshot snapshot) {
        List<String> lines = new ArrayList<>(snapshot.lines());
        snapshot.memory()
                .forEach((number, page) ->
                        lines.add(number + " " + Arrays.hashCode(page.toArray(ValueLayout.JAVA_BYTE))));
        // It may look for input once too often.
        lines.removeIf(line -> line.contains("inputQueued"));
        return lines;
    }

    @Test
    void aMachineGoesOnFromAFileInAnotherMachine() throws IOException {
        Snapshot read = Snapshot.read(file);
        assertThat(all(read)).isEqualTo(all(machine.snapshot()));
        machine.step(3000);
        try (Machine other = machine()) {
            other.restore(read);
            other.step(3000);
            assertThat(all(other.snapshot())).isEqualTo(all(machine.snapshot()));
        }
        assertThat(bytes.length).as("a file is sparse").isLessThan(60_000);
        assertThat(sections().keySet())
                .contains(
                        "machine", "part hart0", "part uart@10000000", "part plic@c000000", "memory", "pages 0", "end");
    }

    @Test
    void aFlippedBitInAnySectionIsFoundAndTheMachineIsWhatItWas() throws IOException {
        List<String> before = all(machine.snapshot());
        Map<String, Integer> sections = sections();
        List<Integer> ends = new ArrayList<>(sections.values());
        ends.add(bytes.length);
        int index = 0;
        for (Map.Entry<String, Integer> section : sections.entrySet()) {
            int end = ends.get(++index);
            for (int at = section.getValue(); at < end; at += Math.max(1, (end - section.getValue()) / 9)) {
                byte[] damaged = bytes.clone();
                damaged[at] ^= 0x10;
                Files.write(file, damaged);
                assertThatThrownBy(() -> machine.restore(Snapshot.read(file)))
                        .as("byte %d in %s", at, section.getKey())
                        .isInstanceOf(SnapshotException.class)
                        .satisfies(e -> assertThat(e.getMessage())
                                .startsWith(file + ": ")
                                .containsPattern("is damaged before byte [0-9]+, in|ends at byte [0-9]+")
                                .doesNotContain("\n"));
            }
        }
        assertThat(all(machine.snapshot())).isEqualTo(before);
    }

    @Test
    void aFileThatIsCutOffAnywhereSaysWhereItEnds() throws IOException {
        for (int length = 0; length < bytes.length; length += length < 100 ? 1 : 197) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> Snapshot.read(file))
                    .as("%d bytes", length)
                    .isInstanceOf(SnapshotException.class)
                    .hasMessageContaining(length < 8 ? "no snapshot of Ravel" : "ends at byte");
        }
    }

    @Test
    void foreignFilesAndOtherVersionsAreNamed() throws IOException {
        Files.writeString(file, "#!/bin/sh\necho hello, this is something else\n");
        assertThatThrownBy(() -> Snapshot.read(file)).hasMessage(file + ": this is no snapshot of Ravel");
        byte[] later = bytes.clone();
        later[11] = 7;
        Files.write(file, later);
        assertThatThrownBy(() -> Snapshot.read(file))
                .hasMessage(file + ": this is a snapshot of version 7; this Ravel reads version 1");
        Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
        assertThatThrownBy(() -> Snapshot.read(file)).hasMessageContaining("section end makes no sense");
    }

    @Test
    void whatHasTheRightChecksumAndMakesNoSenseIsRefusedToo() throws IOException {
        int sectionSize = sections().values().stream().skip(1).findFirst().orElseThrow() - HEADER;
        // The first section without its last byte of content, summed up anew.
        byte[] name = "machine".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(bytes.length - 1);
        out.put(bytes, 0, HEADER);
        int content = sectionSize - 2 - name.length - 8;
        out.put(bytes, HEADER, 2 + name.length).putInt(content - 1);
        out.put(bytes, HEADER + 2 + name.length + 4, content - 1);
        CRC32C sum = new CRC32C();
        sum.update(out.array(), HEADER, out.position() - HEADER);
        out.putInt((int) sum.getValue());
        out.put(bytes, HEADER + sectionSize, bytes.length - HEADER - sectionSize);
        Files.write(file, out.array());
        assertThatThrownBy(() -> Snapshot.read(file))
                .hasMessage(file + ": section machine makes no sense: it ends too early");
    }

    @Test
    void aStateThatDevicesCannotTakeLeavesTheMachineAsItWas() {
        Snapshot good = machine.snapshot();
        StateTree state = new StateTree();
        good.parts().forEach((name, part) -> {
            if (!name.startsWith("uart")) {
                try {
                    ByteArrayOutputStream copy = new ByteArrayOutputStream();
                    part.write(new DataOutputStream(copy));
                    state.section(name).read(new DataInputStream(new ByteArrayInputStream(copy.toByteArray())));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        Snapshot bad = new Snapshot(
                good.machine(), state, MemoryImage.zero(good.memory().pages()));
        machine.step(777);
        List<String> before = all(machine.snapshot());
        assertThatThrownBy(() -> machine.restore(bad))
                .isInstanceOf(SnapshotException.class)
                .hasMessage("the snapshot cannot be put back: it has no part uart@10000000");
        assertThat(all(machine.snapshot())).isEqualTo(before);
        machine.restore(good);
        machine.step(777);
        assertThat(all(machine.snapshot())).isEqualTo(before);
    }

    @Test
    void aFileThatCannotBeWrittenLeavesWhatWasThere() throws IOException {
        assertThatThrownBy(
                        () -> machine.snapshot().write(folder.resolve("missing").resolve("s")))
                .isInstanceOf(IOException.class);
        machine.step(10);
        machine.snapshot().write(file);
        assertThat(Snapshot.read(file).retired(0)).isEqualTo(5010);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
