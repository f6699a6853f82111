package dev.ravel.learn;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** One thing that happens in a step of a lesson. */
public sealed interface Part {
    /** A paragraph, or an item of a list that begins with {@code "- "}; numbers in it come from the live machine. */
    record Text(Template text) implements Part {}

    /** Rows of cells, as many in each; the first row says what the columns are. */
    record Table(List<List<Template>> rows) implements Part {}

    /**
     * From here to the end of the step everything is about the machine of this name, which is made if there is none.
     *
     * @param engine what is to execute its instructions if it is made now; the usual engine if it is empty
     */
    record On(String machine, Optional<String> engine) implements Part {}

    /** Something that Ravel does with the machine. */
    record Do(Action action) implements Part {}

    /**
     * Something that the learner does: types lines into the guest until the checks that follow pass.
     *
     * @param solution lines that do it
     */
    record Ask(Template text, List<String> solution) implements Part {}

    /** Keeps a value under a name, for text and checks of later steps. */
    record Let(String name, Template value) implements Part {}

    /**
     * Something that must be so on the live machine.
     *
     * @param words what it means, as a statement
     */
    record Check(Condition condition, Template words) implements Part {}

    /** What Ravel does. */
    sealed interface Action {
        /** Switches the machine on, or lets it go on. */
        record Go() implements Action {}

        /** Switches the machine on and waits until the guest is ready for a line. */
        record Boot() implements Action {}

        /** Lets the machine stand still between two instructions. */
        record Pause() implements Action {}

        /** Waits until the console shows it, from what the step has printed so far on. */
        record Wait(Pattern pattern) implements Action {}

        /**
         * Types a line and waits until the guest is ready for the next.
         *
         * @param shown whether the reader sees it
         */
        record Type(String line, boolean shown) implements Action {}

        /** Types a line after which the guest may never be ready for another, and does not wait. */
        record Send(String line) implements Action {}

        /** Presses keys, among them Enter if the last one is {@code '\r'}, and does not wait; the machine may stand still. */
        record Key(String text) implements Action {}

        /** Pulls the plug: the machine cannot be switched on again. */
        record Off() implements Action {}

        /** Executes instructions of hart 0 one by one. */
        record Step(long instructions) implements Action {}

        /** Executes instructions until the next is the one at a symbol of the kernel, or a number, an address. */
        record RunTo(String place) implements Action {}

        /** Executes instructions until a trap has been taken; the next one is the handler's first. */
        record ToTrap() implements Action {}

        /** Executes instructions until the hart is in another privilege mode: a constant of {@code Privilege}. */
        record ToMode(int privilege) implements Action {}
    }

    /** The closed set of things that can be checked. */
    sealed interface Condition {
        /** What the guest has printed since the step began has it, or has it not. */
        record Console(Pattern pattern, boolean wanted) implements Condition {}

        /** Two values compare so: as numbers where both are (decimal or 0x), otherwise as texts. */
        record Comparison(Template left, Operator operator, Template right) implements Condition {}
    }

    /** How two values compare. */
    enum Operator {
        EQUAL("="),
        DIFFERENT("!="),
        GREATER(">"),
        LESS("<");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        /** What is compared so to a value, in words. */
        String wanted(String value) {
            return switch (this) {
                case EQUAL -> value;
                case DIFFERENT -> "something other than " + value;
                case GREATER -> "more than " + value;
                case LESS -> "less than " + value;
            };
        }

        /** As lessons write it. */
        public String sign() {
            return sign;
        }
    }
}
