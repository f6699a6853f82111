package dev.ravel.learn;

import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** Ravel as its host sees it: a process beside others. */
final class HostProcess {
    /** On Linux, a directory for each thread of this process, also those that the JVM has for itself. */
    private static final Path THREADS = Path.of("/proc/self/task");

    private HostProcess() {}

    /** What the host, or the JVM in its place, says now. */
    static String value(Fact.Host.Field field, int hart) throws LessonException {
        ProcessHandle process = ProcessHandle.current();
        return switch (field) {
            case PID -> Long.toString(process.pid());
            case COMMAND ->
                process.info()
                        .command()
                        .map(command ->
                                command.substring(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1))
                        .orElseThrow(() -> new LessonException("this host does not tell the names of its processes"));
            case PROCESSES -> Long.toString(ProcessHandle.allProcesses().count());
            case THREADS -> Long.toString(threads());
            case HART_THREAD -> hartThread(hart);
            case CPU_MILLISECONDS ->
                Long.toString(process.info()
                        .totalCpuDuration()
                        .map(Duration::toMillis)
                        .orElseThrow(() -> new LessonException("this host does not tell what its processes take")));
            case COMPILING_MILLISECONDS -> Long.toString(compilingMillis());
        };
    }

    private static long compilingMillis() throws LessonException {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        if (compiler == null || !compiler.isCompilationTimeMonitoringSupported()) {
            throw new LessonException("this JVM does not tell how long it compiles");
        }
        return compiler.getTotalCompilationTime();
    }

    private static long threads() {
        try (Stream<Path> threads = Files.list(THREADS)) {
            return threads.count();
        } catch (IOException e) {
            // Not Linux. Then without the JVM's own.
            return ManagementFactory.getThreadMXBean().getThreadCount();
        }
    }

    private static String hartThread(int hart) throws LessonException {
        String name = "hart-" + hart;
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name::equals)
                .findFirst()
                .orElseThrow(() -> new LessonException("no thread runs hart " + hart));
    }
}
