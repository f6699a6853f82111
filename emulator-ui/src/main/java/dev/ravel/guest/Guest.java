package dev.ravel.guest;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A guest that is ready to boot.
 *
 * @param name what the user calls it: {@code debian}
 * @param suite the release of the distribution that it was made from: {@code trixie}
 * @param kernelVersion what {@code uname -r} says in it
 * @param kernel a kernel that {@link dev.ravel.boot.ImageLoader} reads
 * @param initrd its initramfs
 * @param commandLine what the kernel is told
 * @param disk the disk that it is installed on, the machine's first, if it is
 */
public record Guest(
        String name,
        String suite,
        String kernelVersion,
        Path kernel,
        Path initrd,
        String commandLine,
        Optional<Path> disk) {}
