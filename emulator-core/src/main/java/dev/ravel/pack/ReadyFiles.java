package dev.ravel.pack;

import java.util.Map;

/**
 * Files that are made when Ravel is packed, so that no start has to find out what is in them: classes, code, tables. Without them Ravel does the same, later. A service
 * ({@link java.util.ServiceLoader}) of each part that has such files; they are packed with its classes, and not without.
 */
public interface ReadyFiles {
    /** What is in each, by where in the JAR it goes: names with slashes between them. */
    Map<String, byte[]> files();
}
