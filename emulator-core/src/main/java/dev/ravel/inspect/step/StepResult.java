package dev.ravel.inspect.step;

import dev.ravel.machine.End;

/** Where a machine stands after a movement. */
public sealed interface StepResult {
    /** Where it was to go, without anything in particular to say of it. */
    record There() implements StepResult {}

    /** At what was looked for. */
    record Found(StepEvent event) implements StepResult {}

    /** As many steps away as were allowed; what was looked for is not among them. */
    record NotFound() implements StepResult {}

    /** Somewhere on the way: {@link Stepper#giveUp} was called. */
    record GivenUp() implements StepResult {}

    /** At the earliest state that is known: there is no way further back. */
    record Beginning() implements StepResult {}

    /** At its beginning, on the way: the guest has reset it. What was before cannot be come back to. */
    record WasReset() implements StepResult {}

    /** Nowhere: it has ended, and cannot be put back. */
    record Ended(End end) implements StepResult {}
}
