package dev.ravel.learn;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A lesson as its file describes it.
 *
 * @param number what the user calls it
 * @param guest what boots, see {@link Stage.GuestSource}
 * @param memory bytes of RAM of a machine
 * @param disk bytes of an empty disk that is thrown away after the run; 0 for none
 * @param countedTime whether time is the count of instructions, and not the host's
 * @param virtioConsole whether what the guest prints through the virtio console appears beside what the serial port prints
 * @param engine what executes the instructions of the machine {@code first}; the usual engine if it is empty
 * @param seconds how long a run takes at about, without the reader's time
 * @param limit after so many seconds of waiting for the guest something is wrong
 * @param prompt what the end of the console looks like when the guest waits for a line
 */
public record Lesson(
        int number,
        String title,
        String guest,
        long memory,
        long disk,
        boolean countedTime,
        boolean virtioConsole,
        Optional<String> engine,
        int seconds,
        int limit,
        Pattern prompt,
        List<Step> steps) {

    /** A page of a lesson: what happens, in this order. */
    public record Step(String title, List<Part> parts) {}

    /** How many checks there are. */
    public int checks() {
        return (int) steps.stream()
                .flatMap(step -> step.parts().stream())
                .filter(Part.Check.class::isInstance)
                .count();
    }
}
