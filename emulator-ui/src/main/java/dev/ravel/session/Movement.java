package dev.ravel.session;

import dev.ravel.inspect.step.Goal;
import dev.ravel.inspect.step.StepResult;
import dev.ravel.inspect.step.Stepper;

/** Where a user lets a paused machine go. However long it takes: who does not want to wait {@linkplain Stepper#giveUp gives up}. */
public enum Movement {
    /** Over one instruction, or into the handler of an interrupt. */
    STEP,
    /** Over one instruction and, if it is a call, what it calls. */
    OVER,
    /** To the caller of the function, or to what a handler returns to. */
    OUT,
    /** Right behind the next trap. */
    NEXT_TRAP,
    /** One step back. */
    BACK,
    /** Back to right before the last trap. */
    BACK_TO_TRAP;

    /** Whether it leads to what was before. */
    public boolean isBack() {
        return this == BACK || this == BACK_TO_TRAP;
    }

    StepResult carryOut(Stepper stepper) {
        return switch (this) {
            case STEP -> stepper.forward(1);
            case OVER -> stepper.over(Long.MAX_VALUE);
            case OUT -> stepper.out(Long.MAX_VALUE);
            case NEXT_TRAP -> stepper.forwardTo(new Goal.Trap(), Long.MAX_VALUE);
            case BACK -> stepper.back(1);
            case BACK_TO_TRAP -> stepper.backTo(new Goal.Trap(), Long.MAX_VALUE);
        };
    }
}
