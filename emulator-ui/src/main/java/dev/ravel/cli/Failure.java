package dev.ravel.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Words for what the host's file system refuses. */
final class Failure {
    private Failure() {}

    static String reason(IOException error) {
        return switch (error) {
            case NoSuchFileException e -> "no such file or folder";
            case AccessDeniedException e -> "permission denied";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default ->
                Objects.requireNonNullElse(error.getMessage(), error.getClass().getSimpleName());
        };
    }
}
