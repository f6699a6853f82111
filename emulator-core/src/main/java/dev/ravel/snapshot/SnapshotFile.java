package dev.ravel.snapshot;

import dev.ravel.memory.Ram;
import dev.ravel.state.StateTree;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A snapshot as a file. All numbers are big-endian.
 *
 * <pre>{@code
 * file    = "RavelSnp" version:u32 section* section("end")
 * section = length(name):u16 name length(content):u32 content crc32c(all of the section before):u32
 * }</pre>
 *
 * <p>The sections, in this order: {@code machine}, what makes machines alike; {@code part NAME} for each hart and device;
 * {@code memory}, how many pages RAM has; {@code pages N}, up to 256 pages that are not zero, deflated: their count, their
 * numbers, their bytes; {@code end}, so that a file that is cut off is known as such.
 */
final class SnapshotFile {
    private static final byte[] MAGIC = "RavelSnp".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;

    private static final int LONGEST_NAME = 200;

    /** Bytes of a section at most: what a shared folder knows of a guest is the longest. */
    private static final int LONGEST_SECTION = 64 << 20;

    private static final String MACHINE = "machine";
    private static final String PART = "part ";
    private static final String MEMORY = "memory";
    private static final String PAGES = "pages ";
    private static final String END = "end";

    /** RAM is 256 GiB at most. */
    private static final int MOST_PAGES = 1 << 26;

    private static final int MOST_PARTS = 1 << 16;

    private SnapshotFile() {}

    // Writing

    /** Writes a file, or leaves what was there. */
    static void write(Snapshot snapshot, Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path unfinished = Files.createTempFile(folder, file.getFileName() + ".", ".new");
        try {
            try (DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 16))) {
                new Writer(out).write(snapshot);
            }
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static final class Writer {
        private final DataOutputStream out;
        private int batches;

        Writer(DataOutputStream out) {
            this.out = out;
        }

        void write(Snapshot snapshot) throws IOException {
            out.write(MAGIC);
            out.writeInt(VERSION);
            section(MACHINE, content -> {
                content.writeInt(snapshot.machine().size());
                for (Map.Entry<String, String> property : snapshot.machine().entrySet()) {
                    content.writeUTF(property.getKey());
                    content.writeUTF(property.getValue());
                }
            });
            for (Map.Entry<String, StateTree> part : snapshot.parts().entrySet()) {
                section(PART + part.getKey(), content -> part.getValue().write(content));
            }
            section(MEMORY, content -> content.writeInt(snapshot.memory().pages()));
            List<Integer> numbers = new ArrayList<>();
            snapshot.memory().forEach((number, bytes) -> numbers.add(number));
            for (int first = 0; first < numbers.size(); first += MemoryImage.BLOCK) {
                List<Integer> some = numbers.subList(first, Math.min(first + MemoryImage.BLOCK, numbers.size()));
                section(PAGES + batches++, content -> content.write(deflate(snapshot.memory(), some)));
            }
            section(END, content -> {});
        }

        private void section(String name, Content content) throws IOException {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            DataOutputStream section = new DataOutputStream(whole);
            byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            content.writeTo(new DataOutputStream(bytes));
            if (nameBytes.length > LONGEST_NAME || bytes.size() > LONGEST_SECTION) {
                throw new IOException(
                        "section " + name + " of a snapshot has " + bytes.size() + " bytes: that is too much");
            }
            section.writeShort(nameBytes.length);
            section.write(nameBytes);
            section.writeInt(bytes.size());
            bytes.writeTo(section);
            CRC32C sum = new CRC32C();
            sum.update(whole.toByteArray());
            section.writeInt((int) sum.getValue());
            whole.writeTo(out);
        }

        private static byte[] deflate(MemoryImage image, List<Integer> numbers) throws IOException {
            ByteArrayOutputStream plain = new ByteArrayOutputStream(numbers.size() * (Ram.PAGE_SIZE + Integer.BYTES));
            DataOutputStream data = new DataOutputStream(plain);
            data.writeInt(numbers.size());
            for (int number : numbers) {
                data.writeInt(number);
            }
            for (int number : numbers) {
                data.write(image.bytes(number).toArray(ValueLayout.JAVA_BYTE));
            }
            Deflater deflater = new Deflater(Deflater.BEST_SPEED);
            try {
                deflater.setInput(plain.toByteArray());
                deflater.finish();
                ByteArrayOutputStream deflated = new ByteArrayOutputStream();
                byte[] some = new byte[1 << 14];
                while (!deflater.finished()) {
                    deflated.write(some, 0, deflater.deflate(some));
                }
                return deflated.toByteArray();
            } finally {
                deflater.end();
            }
        }
    }

    /** Writes what is in a section. */
    @FunctionalInterface
    private interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    // Reading

    /**
     * Reads a file.
     *
     * @throws SnapshotException if it is no snapshot, one of another version, or damaged
     */
    static Snapshot read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            return new Reader(file, in).read();
        }
    }

    private static final class Reader {
        private final Path file;
        private final DataInputStream in;
        private String section = "";
        private long position;

        Reader(Path file, DataInputStream in) {
            this.file = file;
            this.in = in;
        }

        Snapshot read() throws IOException {
            byte[] start = in.readNBytes(MAGIC.length + Integer.BYTES);
            if (start.length < MAGIC.length || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                throw new SnapshotException(file + ": this is no snapshot of Ravel");
            }
            if (start.length < MAGIC.length + Integer.BYTES) {
                throw cutOff();
            }
            position = start.length;
            int version = new DataInputStream(new ByteArrayInputStream(start, MAGIC.length, Integer.BYTES)).readInt();
            if (version != VERSION) {
                throw new SnapshotException(file + ": this is a snapshot of version "
                        + Integer.toUnsignedString(version) + "; this Ravel reads version " + VERSION);
            }
            Map<String, String> machine = machine(expect(MACHINE));
            StateTree state = new StateTree();
            byte[] content = next();
            for (int parts = 0; section.startsWith(PART) && parts < MOST_PARTS; parts++) {
                DataInputStream data = data(content);
                StateTree part = state.section(section.substring(PART.length()));
                understand(() -> part.read(data));
                content = next();
            }
            MemoryImage.Loader memory = memory(content);
            content = next();
            for (int batch = 0; section.equals(PAGES + batch); batch++) {
                pages(content, memory);
                content = next();
            }
            if (!section.equals(END)) {
                throw senseless("section " + END + " is missing before it");
            }
            if (in.read() >= 0) {
                throw senseless("the file goes on behind it");
            }
            return new Snapshot(machine, state, memory.image());
        }

        private byte[] expect(String name) throws IOException {
            byte[] content = next();
            if (!section.equals(name)) {
                throw senseless("section " + name + " is missing before it");
            }
            return content;
        }

        private Map<String, String> machine(byte[] content) throws IOException {
            Map<String, String> machine = new LinkedHashMap<>();
            understand(() -> {
                DataInputStream data = data(content);
                for (int left = data.readInt(); left > 0; left--) {
                    machine.put(data.readUTF(), data.readUTF());
                }
            });
            return machine;
        }

        private MemoryImage.Loader memory(byte[] content) throws IOException {
            if (!section.equals(MEMORY)) {
                throw senseless("section " + MEMORY + " is missing before it");
            }
            int pages = content.length == Integer.BYTES ? data(content).readInt() : -1;
            if (pages < 1 || pages > MOST_PAGES) {
                throw senseless("it has no size of RAM");
            }
            return new MemoryImage.Loader(pages);
        }

        private void pages(byte[] content, MemoryImage.Loader memory) throws IOException {
            byte[] plain = inflate(content);
            understand(() -> {
                DataInputStream data = data(plain);
                int count = data.readInt();
                if (count < 1 || plain.length != Integer.BYTES + count * (long) (Integer.BYTES + Ram.PAGE_SIZE)) {
                    throw new IllegalArgumentException("it has not the size of " + count + " pages");
                }
                int[] numbers = new int[count];
                for (int i = 0; i < count; i++) {
                    numbers[i] = data.readInt();
                }
                memory.add(numbers, MemorySegment.ofArray(plain).asSlice(Integer.BYTES * (1L + count)));
            });
        }

        private byte[] inflate(byte[] content) {
            Inflater inflater = new Inflater();
            try {
                inflater.setInput(content);
                byte[] plain = new byte[Integer.BYTES + MemoryImage.BLOCK * (Integer.BYTES + Ram.PAGE_SIZE)];
                int length = 0;
                while (!inflater.finished()) {
                    int some = inflater.inflate(plain, length, plain.length - length);
                    length += some;
                    if (some == 0 && !inflater.finished()) {
                        throw senseless("its pages end too early, or are too many");
                    }
                }
                return Arrays.copyOf(plain, length);
            } catch (DataFormatException e) {
                throw senseless("its pages are not deflated");
            } finally {
                inflater.end();
            }
        }

        /** Reads a section, whose name is {@link #section} then. */
        private byte[] next() throws IOException {
            String before = section;
            section = before.isEmpty() ? "the first section" : "the section after " + before;
            byte[] lengthOfName = exactly(2);
            int length = (lengthOfName[0] & 0xff) << 8 | lengthOfName[1] & 0xff;
            if (length < 1 || length > LONGEST_NAME) {
                throw damaged();
            }
            byte[] name = exactly(length);
            String called = new String(name, StandardCharsets.UTF_8);
            byte[] lengthOfContent = exactly(Integer.BYTES);
            int size = data(lengthOfContent).readInt();
            if (size < 0 || size > LONGEST_SECTION) {
                throw damaged();
            }
            byte[] content = exactly(size);
            int sum = data(exactly(Integer.BYTES)).readInt();
            CRC32C actual = new CRC32C();
            actual.update(lengthOfName);
            actual.update(name);
            actual.update(lengthOfContent);
            actual.update(content);
            if ((int) actual.getValue() != sum) {
                throw damaged();
            }
            section = called;
            return content;
        }

        private byte[] exactly(int count) throws IOException {
            byte[] bytes = in.readNBytes(count);
            position += bytes.length;
            if (bytes.length < count) {
                throw cutOff();
            }
            return bytes;
        }

        private static DataInputStream data(byte[] bytes) {
            return new DataInputStream(new ByteArrayInputStream(bytes));
        }

        /** Something that reads a section whose checksum is right. */
        @FunctionalInterface
        private interface Understanding {
            void run() throws IOException;
        }

        private void understand(Understanding reading) throws IOException {
            try {
                reading.run();
            } catch (EOFException e) {
                throw senseless("it ends too early");
            } catch (IOException | IllegalArgumentException | IllegalStateException e) {
                throw senseless(String.valueOf(e.getMessage()));
            }
        }

        private SnapshotException cutOff() {
            return new SnapshotException(file + ": the file ends at byte " + position + ", in the middle of "
                    + (section.isEmpty() ? "its first bytes" : section));
        }

        private SnapshotException damaged() {
            return new SnapshotException(file + ": the file is damaged before byte " + position + ", in " + section);
        }

        private SnapshotException senseless(String why) {
            return new SnapshotException(file + ": section " + section + " makes no sense: " + why);
        }
    }
}
