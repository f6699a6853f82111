package dev.ravel.desktop.inspector;

import java.util.List;
import java.util.Optional;

/**
 * What came of a look at the guest.
 *
 * @param facts what there is to show; with none, what was shown before stays
 * @param notices what is missing or damaged, a line each
 */
record Sampled<S>(Optional<S> facts, List<String> notices) {
    Sampled {
        notices = List.copyOf(notices);
    }

    static <S> Sampled<S> of(S facts) {
        return new Sampled<>(Optional.of(facts), List.of());
    }

    static <S> Sampled<S> of(S facts, List<String> notices) {
        return new Sampled<>(Optional.of(facts), notices);
    }

    static <S> Sampled<S> nothing(String why) {
        return new Sampled<>(Optional.empty(), List.of(why));
    }
}
