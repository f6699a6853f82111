package dev.ravel.memory;

import java.util.Set;

/**
 * Whether engines may use the access to memory that the JDK keeps to itself, which checks nothing: on a host that such an access is right on,
 * where the JVM was started with {@code --add-exports java.base/jdk.internal.misc=ALL-UNNAMED}, or with {@code ALL-UNNAMED,dev.ravel.core} if
 * Ravel is on the module path.
 */
public final class DirectAccess {
    private static final String PACKAGE = "jdk.internal.misc";

    /** Hosts that are little-endian and access any address. */
    private static final Set<String> HOSTS = Set.of("amd64", "x86_64", "aarch64");

    /** Whether it is allowed to Ravel's core, and to code that is made at run time, which is in an unnamed module. */
    public static final boolean ALLOWED = HOSTS.contains(System.getProperty("os.arch"))
            && isExportedTo(DirectAccess.class.getModule())
            && isExportedTo(new ClassLoader() {}.getUnnamedModule());

    private DirectAccess() {}

    private static boolean isExportedTo(Module module) {
        return Object.class.getModule().isExported(PACKAGE, module);
    }
}
