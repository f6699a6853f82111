package dev.ravel.testroms.random;

import dev.ravel.isa.Extension;
import dev.ravel.isa.Instruction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code qemu-system-riscv64} as the machine that batches of programs run on; what it cannot do is left out, by name. */
final class QemuOracle {
    private static final String QEMU = "qemu-system-riscv64";
    private static final String CPU = "rv64";

    /** What QEMU has without a property of that name. */
    private static final Set<Extension> ALWAYS = EnumSet.of(
            Extension.I,
            Extension.M,
            Extension.A,
            Extension.F,
            Extension.D,
            Extension.C,
            Extension.ZICSR,
            Extension.ZIFENCEI,
            Extension.PRIVILEGED,
            // Hints, which are other instructions without effect where they are not known.
            Extension.ZIHINTPAUSE,
            Extension.ZIHINTNTL,
            Extension.ZICBOP);

    /** Instructions that QEMU gets wrong, each with what it does. */
    private static final Map<String, String> WRONG = Map.of(
            "ctzw", "QEMU 7.2 counts in all 64 bits: it says 63 for 1 << 63, not 32",
            "Svinval",
                    "QEMU 7.2 lets user mode execute sfence.w.inval and sfence.inval.ir; its mtval for sinval.vma is 0");

    /**
     * Which CSRs there are is its own business, the lowest bit of sepc can be set, and mtval is 0 after ebreak. It reports
     * atomic instructions that fault as loads, not as stores, and the address of a misaligned access that faults rounded
     * down. It may finish a block that a store in the same block has changed. A conditional store succeeds on it when the
     * address is that of the reservation and the value is what was loaded, whatever the widths.
     */
    static final ImplementationDefined LIBERTIES = new ImplementationDefined(false, false, false, false, false);

    private final Set<String> properties;
    private final Map<String, String> excluded = new TreeMap<>();

    private QemuOracle(Set<String> properties) {
        this.properties = properties;
        for (Extension extension : Extension.values()) {
            if (!ALWAYS.contains(extension) && property(extension).isEmpty()) {
                excluded.put(extension.specName(), "this QEMU has no property of that name");
            }
        }
        excluded.putAll(WRONG);
    }

    /** The QEMU that is installed, if one is. */
    static Optional<QemuOracle> find() throws IOException, InterruptedException {
        Optional<String> answer = run(List.of(QEMU, "-machine", "virt", "-device", CPU + "-riscv-cpu,help"), 30);
        Matcher names = Pattern.compile("(?m)^ +(\\w+)=<bool>").matcher(answer.orElse(""));
        Set<String> properties = new TreeSet<>();
        while (names.find()) {
            properties.add(names.group(1));
        }
        return properties.isEmpty() ? Optional.empty() : Optional.of(new QemuOracle(properties));
    }

    /** What is left out and why, by name of extension or instruction. */
    Map<String, String> excluded() {
        return excluded;
    }

    boolean knows(Instruction instruction) {
        return !excluded.containsKey(instruction.extension().specName())
                && !excluded.containsKey(instruction.mnemonic());
    }

    /** Runs a batch in one start; answers the memory that it leaves, from {@link Layout#BASE} on. */
    byte[] run(Batch batch, Path folder) throws IOException, InterruptedException {
        Path memory = folder.resolve("memory");
        Files.write(memory, batch.image());
        Optional<String> answer = run(command(memory), 300);
        if (answer.isEmpty() || !answer.get().isEmpty()) {
            throw new IllegalStateException("QEMU did not end well: " + answer);
        }
        return Files.readAllBytes(memory);
    }

    private List<String> command(Path memory) {
        StringBuilder cpu = new StringBuilder(CPU + ",h=false");
        for (Extension extension : Extension.values()) {
            property(extension)
                    .filter(p -> !ALWAYS.contains(extension))
                    .ifPresent(p -> cpu.append(",").append(p).append("=true"));
        }
        int size = Layout.BATCH_SIZE >> 20;
        return List.of(
                QEMU,
                "-machine",
                "virt,memory-backend=ram",
                "-object",
                "memory-backend-file,id=ram,share=on,size=" + size + "M,mem-path=" + memory,
                "-m",
                size + "M",
                "-cpu",
                cpu.toString(),
                "-bios",
                "none",
                "-display",
                "none",
                "-serial",
                "none",
                "-monitor",
                "none");
    }

    private Optional<String> property(Extension extension) {
        String name = extension.specName().toLowerCase(Locale.ROOT);
        return properties.stream()
                .filter(p -> p.toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }

    /** What a program wrote to its outputs; nothing if it is not there, failed or took too long. */
    private static Optional<String> run(List<String> command, int seconds) throws IOException, InterruptedException {
        Path output = Files.createTempFile("ravel-oracle", ".txt");
        try {
            Process process;
            try {
                process = new ProcessBuilder(new ArrayList<>(command))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
            } catch (IOException e) {
                return Optional.empty();
            }
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return Optional.empty();
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            return process.exitValue() == 0
                    ? Optional.of(text)
                    : Optional.of("status " + process.exitValue() + ": " + text);
        } finally {
            Files.delete(output);
        }
    }
}
