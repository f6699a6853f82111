package dev.ravel.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Text with facts in it, each written {@code {{like this}}}. */
public record Template(List<Piece> pieces) {
    /** What it is made of. */
    public sealed interface Piece {
        /** As it stands. */
        record Literal(String text) implements Piece {}

        /** What the live machine says. */
        record Live(Fact fact) implements Piece {}
    }

    /** Says what a fact is now. */
    @FunctionalInterface
    public interface Source {
        /**
         * The fact as text.
         *
         * @throws LessonException if the machine cannot tell
         */
        String value(Fact fact) throws LessonException;
    }

    /**
     * Reads text with facts.
     *
     * @param kept names that facts may have besides their own
     * @throws IllegalArgumentException if a fact is unknown or not closed; the message says so
     */
    static Template parse(String text, Set<String> kept) {
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        while (true) {
            int open = text.indexOf("{{", at);
            if (open < 0) {
                pieces.add(new Piece.Literal(text.substring(at)));
                return new Template(List.copyOf(pieces));
            }
            int close = text.indexOf("}}", open);
            if (close < 0) {
                throw new IllegalArgumentException("'{{' without '}}'");
            }
            pieces.add(new Piece.Literal(text.substring(at, open)));
            pieces.add(new Piece.Live(FactParser.parse(text.substring(open + 2, close), kept)));
            at = close + 2;
        }
    }

    /** The text as the machine is now. */
    public String fill(Source source) throws LessonException {
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            text.append(
                    switch (piece) {
                        case Piece.Literal literal -> literal.text();
                        case Piece.Live live -> source.value(live.fact());
                    });
        }
        return text.toString();
    }

    /** Whether it is this fact alone. */
    boolean is(Fact fact) {
        return pieces.stream().allMatch(piece -> switch (piece) {
            case Piece.Literal literal -> literal.text().isEmpty();
            case Piece.Live live -> live.fact().equals(fact);
        });
    }
}
