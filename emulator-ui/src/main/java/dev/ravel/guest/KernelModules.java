package dev.ravel.guest;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The modules of a kernel package and what they depend on. The package has no {@code modules.dep} (it is made where it
 * is installed), so dependencies are read from the modules themselves, as depmod does.
 *
 * <p>A package holds thousands of modules, a hundred megabytes, of which a guest wants few; which ones shows only while
 * dependencies are followed. So all of them are spooled to one scratch file and read from there.
 */
final class KernelModules implements AutoCloseable {
    private static final String SIGNATURE_MARK = "~Module signature appended~\n";
    private static final int SIGNATURE_INFO_SIZE = 12;

    private final Path spool;
    private final OutputStream out;
    private long written;
    private final Map<String, Spooled> available = new HashMap<>();
    private final Set<String> builtIn = new HashSet<>();

    private record Spooled(String fileName, long offset, int size) {}

    /**
     * A module ready to be loaded.
     *
     * @param content not compressed and, see {@link #withoutSignature}, not signed
     * @param depends the modules that must be there first
     */
    record Module(String name, byte[] content, List<String> depends) {}

    /** No modules yet; the scratch file is {@code spool}. */
    KernelModules(Path spool) throws IOException {
        this.spool = spool;
        this.out = Files.newOutputStream(spool);
    }

    /** Whether a file of a package is one for {@link #add}. */
    static boolean isModuleFile(String path) {
        return path.matches(".*/lib/modules/[^/]+/kernel/.+\\.ko(\\.xz|\\.zst|\\.gz)?|lib/modules/.+\\.ko(\\.\\w+)?");
    }

    /** Adds a module file. */
    void add(String path, InputStream content) throws IOException {
        String fileName = path.substring(path.lastIndexOf('/') + 1);
        long size = content.transferTo(out);
        available.put(canonical(fileName), new Spooled(fileName, written, Math.toIntExact(size)));
        written += size;
    }

    /** Adds the list of modules that are part of the kernel itself ({@code modules.builtin}). */
    void addBuiltIn(InputStream list) throws IOException {
        new String(list.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> builtIn.add(canonical(line.substring(line.lastIndexOf('/') + 1))));
    }

    /** Modules are named with '_' and '-' in turn: by file {@code virtio-rng.ko}, by the kernel {@code virtio_rng}. */
    private static String canonical(String fileName) {
        return fileName.replaceFirst("\\.ko(\\.\\w+)?$", "").replace('-', '_');
    }

    /**
     * Modules and all that they depend on, each after its dependencies, without those that are built in.
     *
     * @throws GuestException if one is neither in the package nor built in
     */
    List<Module> inOrder(List<String> wanted) throws IOException, GuestException {
        out.flush();
        Map<String, Module> loaded = new LinkedHashMap<>();
        for (String name : wanted) {
            load(name, loaded, new HashSet<>());
        }
        return List.copyOf(loaded.values());
    }

    /** Loads a module after its dependencies; {@code dependents} are those that wait for it. */
    private void load(String name, Map<String, Module> loaded, Set<String> dependents)
            throws IOException, GuestException {
        String key = canonical(name);
        if (builtIn.contains(key) || loaded.containsKey(key)) {
            return;
        }
        Spooled spooled = available.get(key);
        if (spooled == null) {
            throw new GuestException("the kernel package has no module " + name + "; try another suite or mirror");
        }
        if (!dependents.add(key)) {
            throw new GuestException(
                    "the kernel's modules depend on each other: " + dependents + "; try another suite");
        }
        byte[] content = withoutSignature(read(spooled));
        Map<String, List<String>> info = moduleInfo(content);
        List<String> depends = new ArrayList<>();
        for (String soft : info.getOrDefault("softdep", List.of())) {
            softDependencies(soft).forEach(depends::add);
        }
        for (String hard : info.getOrDefault("depends", List.of())) {
            for (String dependency : hard.split(",")) {
                if (!dependency.isBlank()) {
                    depends.add(canonical(dependency));
                }
            }
        }
        depends.removeIf(builtIn::contains);
        for (String dependency : depends) {
            load(dependency, loaded, dependents);
        }
        dependents.remove(key);
        loaded.put(key, new Module(key, content, List.copyOf(depends)));
    }

    private byte[] read(Spooled spooled) throws IOException {
        ByteBuffer raw = ByteBuffer.allocate(spooled.size);
        try (FileChannel channel = FileChannel.open(spool)) {
            while (raw.hasRemaining() && channel.read(raw, spooled.offset + raw.position()) >= 0) {}
        }
        try (InputStream in =
                Deb.decompress(spooled.fileName, new BufferedInputStream(new ByteArrayInputStream(raw.array())))) {
            return in.readAllBytes();
        }
    }

    /**
     * "pre: crypto-crc32c post: x" of {@code softdep}: what is good to have first. Often an alias, which only an index
     * of all modules could resolve; the generic implementation of an algorithm is named after it.
     */
    private List<String> softDependencies(String text) {
        List<String> found = new ArrayList<>();
        boolean pre = false;
        for (String word : text.strip().split("\\s+")) {
            if (word.endsWith(":")) {
                pre = word.equals("pre:");
            } else if (pre) {
                String name = canonical(word.replaceFirst("^crypto-", ""));
                Optional.of(name)
                        .filter(available::containsKey)
                        .or(() -> Optional.of(name + "_generic").filter(available::containsKey))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    /**
     * A module without the signature that follows its ELF file. Debian's kernel does not ask for one, but checks one
     * that is there, with elliptic curves in portable C: on an emulated processor that is more work than the rest of
     * the boot. The package was checked against its signed hash.
     */
    static byte[] withoutSignature(byte[] module) {
        byte[] mark = SIGNATURE_MARK.getBytes(StandardCharsets.US_ASCII);
        int info = module.length - mark.length - SIGNATURE_INFO_SIZE;
        if (info < 0 || !Arrays.equals(module, module.length - mark.length, module.length, mark, 0, mark.length)) {
            return module;
        }
        // struct module_signature: its last field is the length of the signature, big-endian.
        long signature = ByteBuffer.wrap(module).getInt(info + SIGNATURE_INFO_SIZE - 4) & 0xffff_ffffL;
        return signature > info ? module : Arrays.copyOf(module, (int) (info - signature));
    }

    /** The {@code key=value} strings of the section {@code .modinfo} of an ELF64 file. */
    static Map<String, List<String>> moduleInfo(byte[] module) throws IOException {
        ByteBuffer elf = ByteBuffer.wrap(module).order(ByteOrder.LITTLE_ENDIAN);
        try {
            int sections = Math.toIntExact(elf.getLong(40));
            int size = elf.getShort(58) & 0xffff;
            int names = section(elf, sections + size * (elf.getShort(62) & 0xffff))[0];
            for (int i = 0; i < (elf.getShort(60) & 0xffff); i++) {
                int header = sections + size * i;
                if (string(module, names + elf.getInt(header)).equals(".modinfo")) {
                    int[] range = section(elf, header);
                    return parseInfo(new String(module, range[0], range[1], StandardCharsets.UTF_8));
                }
            }
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new IOException("a module is damaged", e);
        }
        throw new IOException("a module is damaged: it has no .modinfo");
    }

    private static int[] section(ByteBuffer elf, int header) {
        return new int[] {Math.toIntExact(elf.getLong(header + 24)), Math.toIntExact(elf.getLong(header + 32))};
    }

    private static String string(byte[] module, int from) {
        int end = from;
        while (module[end] != 0) {
            end++;
        }
        return new String(module, from, end - from, StandardCharsets.UTF_8);
    }

    private static Map<String, List<String>> parseInfo(String text) {
        Map<String, List<String>> info = new HashMap<>();
        for (String line : text.split("\0+")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                info.computeIfAbsent(line.substring(0, equals), key -> new ArrayList<>())
                        .add(line.substring(equals + 1));
            }
        }
        return info;
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(spool);
    }
}
