package dev.ravel.launch;

/** A file that is made when Ravel is packed, so that a start need not find out what is in it. A service: see {@link java.util.ServiceLoader}. */
public interface ReadyFile {
    /** Where in the JAR it goes: names with slashes between them. */
    String place();

    /** What is in it. */
    byte[] made();
}
