package dev.ravel.cli;

import dev.ravel.disk.Conversion;
import dev.ravel.disk.ImageFormat;
import dev.ravel.disk.ImageInfo;
import dev.ravel.disk.NewDisk;
import dev.ravel.host.qcow2.Qcow2Check;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code ravel disk}: images of disks, without a machine. */
@Command(
        name = "disk",
        mixinStandardHelpOptions = true,
        description = "Make, look at, convert and check images of disks.")
final class DiskCommand implements Runnable {
    /** Only space is lost in an image. {@code qemu-img check} ends with it, too. */
    private static final int EXIT_LEAKS = 3;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: create, info, convert or check");
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> T attempt(Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new CliException(Objects.requireNonNullElse(e.getMessage(), e.toString()), e);
        }
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Make an image. It takes hardly any space until something is written to it.")
    void create(
            @Option(
                            names = {"-f", "--format"},
                            paramLabel = "qcow2|raw",
                            defaultValue = "qcow2",
                            description = "Its format (default: qcow2).")
                    ImageFormat format,
            @Option(
                            names = {"-b", "--backing"},
                            paramLabel = "IMAGE",
                            description =
                                    "The image under it, from its own folder, which is only read: the disk begins as that one is.")
                    Optional<String> backing,
            @Parameters(index = "0", paramLabel = "FILE", description = "The image, which is not there yet.") Path file,
            @Parameters(
                            index = "1",
                            arity = "0..1",
                            paramLabel = "SIZE",
                            description = "Size of the disk, such as 10G; that of the image under it if not given.",
                            converter = Sizes.class)
                    Optional<Long> size) {
        if (size.isEmpty() && backing.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "the size of the disk is missing: write for example 10G");
        }
        OptionalLong bytes = size.isPresent() ? OptionalLong.of(size.get()) : OptionalLong.empty();
        attempt(() -> {
            new NewDisk(file, format, bytes, backing).make();
            return file;
        });
    }

    @Command(name = "info", mixinStandardHelpOptions = true, description = "Print what an image says about itself.")
    void info(
            @Option(
                            names = {"-f", "--format"},
                            paramLabel = "qcow2|raw",
                            description = "Its format, if its first bytes shall not tell.")
                    Optional<ImageFormat> format,
            @Option(names = "--json", description = "Print one JSON object, with the names of qemu-img.") boolean json,
            @Parameters(paramLabel = "FILE", description = "The image.") Path file) {
        ImageInfo info = attempt(() -> ImageInfo.read(file, format));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(DiskText.json(info)));
        } else {
            DiskText.lines(info).forEach(out::println);
        }
        out.flush();
    }

    @Command(
            name = "convert",
            mixinStandardHelpOptions = true,
            description = "Copy a disk into a new image, with what is under it. Zeroes take no space.")
    void convert(
            @Option(
                            names = {"-f", "--format"},
                            paramLabel = "qcow2|raw",
                            description = "The format of the image that is there, if its first bytes shall not tell.")
                    Optional<ImageFormat> from,
            @Option(
                            names = {"-O", "--output-format"},
                            paramLabel = "qcow2|raw",
                            defaultValue = "qcow2",
                            description = "The format of the new image (default: qcow2).")
                    ImageFormat to,
            @Option(
                            names = {"-c", "--compress"},
                            description = "Compress its clusters.")
                    boolean compress,
            @Option(
                            names = "--backing-anywhere",
                            description = "An image under the first one may be anywhere, not only in its folder.")
                    boolean backingAnywhere,
            @Parameters(index = "0", paramLabel = "FROM", description = "The image that is there.") Path source,
            @Parameters(index = "1", paramLabel = "TO", description = "The new image.") Path target) {
        attempt(() -> {
            new Conversion(source, from, target, to, compress, backingAnywhere).run();
            return target;
        });
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = {
                "Look whether a qcow2 image is consistent.",
                "Exit status: 0 if it is, 3 if only space is lost, 1 if it is damaged or cannot be checked."
            })
    int check(
            @Option(names = "--repair", description = "Make refcounts right, and give lost space back.") boolean repair,
            @Parameters(paramLabel = "FILE", description = "The image.") Path file) {
        Qcow2Check.Report report = attempt(() -> ImageInfo.check(file, repair));
        PrintWriter out = spec.commandLine().getOut();
        DiskText.lines(report).forEach(out::println);
        out.flush();
        if (report.corruptions() > 0) {
            return Main.EXIT_ERROR;
        }
        return report.leaks() > 0 ? EXIT_LEAKS : 0;
    }
}
