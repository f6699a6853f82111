package dev.ravel.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Lines that are carried out one after the other, up to the first one that cannot be. */
final class StepScript {
    /** Between two attempts to end what takes too long: one between two movements is of no effect. */
    private static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(100);

    private final List<String> lines;
    private final List<StepLine> wanted = new ArrayList<>();

    /**
     * What became of a line.
     *
     * @param answer none, if it named something that there is not
     * @param complaint why it was not carried out, if it was not
     */
    record Done(String line, Optional<StepSession.Answer> answer, Optional<String> complaint) {}

    /**
     * A script of these lines.
     *
     * @throws CliException if one of them makes no sense
     */
    StepScript(List<String> lines) {
        this.lines = List.copyOf(lines);
        for (String line : lines) {
            try {
                wanted.add(StepLine.parse(line));
            } catch (CliException e) {
                throw new CliException("--do '" + line + "': " + e.getMessage());
            }
        }
    }

    /** Carries them out, as far as the time suffices. */
    List<Done> play(StepSession session, Supplier<OptionalLong> nanosLeft) {
        List<Done> done = new ArrayList<>();
        try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("timeout").daemon().factory())) {
            nanosLeft
                    .get()
                    .ifPresent(nanos -> timer.scheduleAtFixedRate(
                            session::giveUp, Math.max(0, nanos), AGAIN, TimeUnit.NANOSECONDS));
            boolean on = true;
            for (int i = 0; i < lines.size() && on && nanosLeft.get().orElse(1) > 0; i++) {
                Done one = carryOut(session, i);
                done.add(one);
                on = one.complaint.isEmpty();
            }
            timer.shutdownNow();
        }
        return done;
    }

    private Done carryOut(StepSession session, int i) {
        String line = lines.get(i);
        try {
            StepSession.Answer answer = session.execute(wanted.get(i));
            return new Done(line, Optional.of(answer), answer.complaint());
        } catch (CliException e) {
            return new Done(line, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }
}
