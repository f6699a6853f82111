package dev.ravel.benchmarks.guest;

import dev.ravel.benchmarks.BenchException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An emulator that is measured: how a fresh process of it runs a guest. All get the same board and as much memory. */
public sealed interface Emulator {
    /** The executable of QEMU. */
    String QEMU = "qemu-system-riscv64";

    /** The name in tables. */
    String name();

    /** The command that runs a bare-metal program in M-mode until that powers off. */
    List<String> bareMetal(Path elf);

    /** The command that boots Linux until that powers off. */
    List<String> linux(Path kernel, Path initrd, String commandLine);

    /** What is added to a command for a disk, in the image format of that name. */
    List<String> disk(Path image, String format);

    /** Whether a thread of that name is a hart. */
    boolean isHart(String thread);

    /** Whether a thread of that name works for disks. */
    boolean isDisk(String thread);

    /** Ravel, started by its launcher. */
    record Ravel(String name, Path launcher, String engine) implements Emulator {
        @Override
        public List<String> bareMetal(Path elf) {
            return List.of(
                    launcher.toString(),
                    "run",
                    "--headless",
                    "--engine",
                    engine,
                    "--memory",
                    "128M",
                    "--bios",
                    "none",
                    "--kernel",
                    elf.toString());
        }

        @Override
        public List<String> linux(Path kernel, Path initrd, String commandLine) {
            return List.of(
                    launcher.toString(),
                    "run",
                    "--headless",
                    "--engine",
                    engine,
                    "--memory",
                    "512M",
                    "--kernel",
                    kernel.toString(),
                    "--initrd",
                    initrd.toString(),
                    "--append",
                    commandLine);
        }

        @Override
        public List<String> disk(Path image, String format) {
            return List.of("--disk", image + ",format=" + format);
        }

        @Override
        public boolean isHart(String thread) {
            return thread.startsWith("hart-");
        }

        @Override
        public boolean isDisk(String thread) {
            return thread.startsWith("disk-");
        }
    }

    /** QEMU with its translator, and OpenSBI where a kernel is booted. */
    record Qemu(String name, Path binary) implements Emulator {
        private static final Pattern VERSION = Pattern.compile("QEMU emulator version ([0-9.]+)");

        /**
         * That QEMU, which has its version in its name: they differ.
         *
         * @throws BenchException if it does not say its version
         */
        static Qemu at(Path binary) {
            String said = Programs.run(
                            List.of(binary.toString(), "--version"),
                            Path.of("").toAbsolutePath(),
                            Duration.ofMinutes(1))
                    .output();
            Matcher version = VERSION.matcher(said);
            if (!version.find()) {
                throw new BenchException(binary + " --version: QEMU's version was expected, not "
                        + said.lines().findFirst().orElse("nothing"));
            }
            return new Qemu("qemu " + version.group(1), binary);
        }

        @Override
        public List<String> bareMetal(Path elf) {
            return List.of(
                    binary.toString(),
                    "-M",
                    "virt",
                    "-m",
                    "128M",
                    "-nographic",
                    "-bios",
                    "none",
                    "-kernel",
                    elf.toString());
        }

        @Override
        public List<String> linux(Path kernel, Path initrd, String commandLine) {
            return List.of(
                    binary.toString(),
                    "-M",
                    "virt",
                    "-m",
                    "512M",
                    "-nographic",
                    "-no-reboot",
                    "-kernel",
                    kernel.toString(),
                    "-initrd",
                    initrd.toString(),
                    "-append",
                    commandLine);
        }

        /** With a modern device as Ravel's is, and threads that have names. */
        @Override
        public List<String> disk(Path image, String format) {
            return List.of(
                    "-name",
                    "debug-threads=on",
                    "-global",
                    "virtio-mmio.force-legacy=false",
                    "-drive",
                    "file=" + image + ",format=" + format + ",if=none,id=disk",
                    "-device",
                    "virtio-blk-device,drive=disk");
        }

        @Override
        public boolean isHart(String thread) {
            return thread.startsWith("CPU ");
        }

        /** Its main loop takes the requests, its pool carries them out, and there is nothing else to do. */
        @Override
        public boolean isDisk(String thread) {
            return !isHart(thread);
        }
    }

    /** No emulator: the same program, built for the host. It boots no guest: whoever would ask for that refuses it by name. */
    record Native() implements Emulator {
        @Override
        public String name() {
            return "native";
        }

        @Override
        public List<String> bareMetal(Path elf) {
            return List.of(HostCompiler.executable(elf).toString());
        }

        @Override
        public List<String> linux(Path kernel, Path initrd, String commandLine) {
            throw new UnsupportedOperationException("the host boots no guest");
        }

        @Override
        public List<String> disk(Path image, String format) {
            throw new UnsupportedOperationException("the host has no disk of a guest");
        }

        @Override
        public boolean isHart(String thread) {
            return true;
        }

        @Override
        public boolean isDisk(String thread) {
            return false;
        }
    }

    /**
     * This Ravel.
     *
     * @throws BenchException if it was not started by its launcher
     */
    static Emulator thisRavel(String engine) {
        return Optional.ofNullable(System.getProperty("ravel.launcher"))
                .<Emulator>map(launcher -> new Ravel("ravel " + engine, Path.of(launcher), engine))
                .orElseThrow(() -> new BenchException(
                        "fresh processes are measured: start this by the launcher, ./ravel bench guest"));
    }

    /**
     * What {@code --against} names: {@code qemu}, the file of a QEMU whose name begins as QEMU's does, or the launcher of another Ravel.
     *
     * @throws BenchException if that is not there
     */
    static Emulator peer(String name, String engine) {
        if (name.equals("qemu")) {
            return Programs.onPath(QEMU)
                    .map(Qemu::at)
                    .orElseThrow(() -> new BenchException("--against qemu: " + QEMU
                            + " was not found: install it, for example Debian's package qemu-system-misc"));
        }
        Path file = Path.of(name).toAbsolutePath();
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            throw new BenchException(
                    "--against " + name + ": neither qemu, nor a " + QEMU + ", nor the launcher of another Ravel");
        }
        if (file.getFileName().toString().startsWith(QEMU)) {
            return Qemu.at(file);
        }
        return new Ravel("other " + engine, file, engine);
    }
}
