package dev.ravel.boot;

import java.util.Objects;
import java.util.Optional;

/**
 * A file that cannot be started, or that has no place in RAM. The message is one line for the user: which file,
 * what is wrong, what to do.
 */
public final class ImageException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Optional<BootLayout.Piece> piece;

    /** An exception with the line for the user. */
    public ImageException(String message) {
        super(message);
        this.piece = Optional.empty();
    }

    /** An exception of an image that has no place in RAM, with the line for the user. */
    public ImageException(BootLayout.Piece piece, String message) {
        super(message);
        this.piece = Optional.of(piece);
    }

    /** An exception with the line for the user and what led to it. */
    public ImageException(String message, Throwable cause) {
        super(message, cause);
        this.piece = Optional.empty();
    }

    /** What it is that has no place in RAM; empty if a file is at fault for itself. */
    public Optional<BootLayout.Piece> piece() {
        return piece;
    }

    /** Never without one. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
