package dev.ravel.jit.emit;

import dev.ravel.jit.emit.UnitEmitter.Stretch;
import dev.ravel.jit.plan.AccessRuns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.util.Printer;
import org.objectweb.asm.util.Textifier;
import org.objectweb.asm.util.TraceMethodVisitor;

/** Writes down the bytecode of a unit while it is written, in stretches that each belong to one guest instruction or to none. */
final class Listing {
    /** The packages in the names of classes. */
    private static final Pattern PACKAGES = Pattern.compile("(?:\\w+/)+(?=\\w)");

    private final List<Stretch> stretches = new ArrayList<>();
    private Text text = new Text();
    private AccessRuns runs = AccessRuns.none();
    private int offset = UnitContext.NOWHERE;
    private int start;
    private @Nullable MethodVisitor method;

    /** Begins anew; returns what to write to instead of {@code written}, which gets all of it as well. */
    MethodVisitor begin(MethodVisitor written, AccessRuns used) {
        stretches.clear();
        text = new Text();
        runs = used;
        offset = UnitContext.NOWHERE;
        start = 0;
        method = written;
        return new TraceMethodVisitor(written, text);
    }

    /** Names local variables by their numbers, and the labels of blocks: where they begin, and where the next round of a loop does. */
    void name(Map<Integer, String> variables, Map<Integer, Label> blocks, Map<Integer, Label> rounds) {
        text.variables.putAll(variables);
        blocks.forEach((at, label) -> text.name(label, "block_" + Integer.toHexString(at)));
        rounds.forEach((at, label) -> text.name(label, "round_" + Integer.toHexString(at)));
    }

    /** What comes now is for the instruction at that offset. */
    void at(int next) {
        if (next != offset) {
            end();
            offset = next;
        }
    }

    /** What was written. */
    List<Stretch> stretches() {
        return List.copyOf(stretches);
    }

    /** The runs that the unit was written with. */
    AccessRuns runs() {
        return runs;
    }

    /** All is written; a label at the end, to which nobody jumps, was the last. */
    void finish() {
        text.text.removeLast();
        end();
    }

    private void end() {
        Label here = new Label();
        Objects.requireNonNull(method).visitLabel(here);
        if (!text.text.isEmpty()) {
            stretches.add(new Stretch(offset, text.take(), here.getOffset() - start));
            start = here.getOffset();
        }
    }

    /** Prints as people want to read it. */
    private static final class Text extends Textifier {
        private final Map<Integer, String> variables = new HashMap<>();

        Text() {
            super(Opcodes.ASM9);
            labelNames = new HashMap<>();
        }

        void name(Label label, String name) {
            labelNames.put(label, name);
        }

        /** The lines so far, which are forgotten. */
        List<String> take() {
            List<String> lines = new ArrayList<>();
            StringBuilder all = new StringBuilder();
            text.forEach(all::append);
            text.clear();
            all.toString().lines().map(Text::readable).forEach(lines::add);
            return lines;
        }

        private static String readable(String line) {
            String code = PACKAGES.matcher(line.strip()).replaceAll("");
            if (!line.startsWith("    ")) {
                return code + ":";
            }
            int space = code.indexOf(' ');
            return space < 0
                    ? code.toLowerCase(Locale.ROOT)
                    : code.substring(0, space).toLowerCase(Locale.ROOT) + code.substring(space);
        }

        private String variable(int number) {
            return variables.getOrDefault(number, Integer.toString(number));
        }

        @Override
        public void visitVarInsn(int opcode, int number) {
            text.add("    " + Printer.OPCODES[opcode] + " " + variable(number) + "\n");
        }

        @Override
        public void visitIincInsn(int number, int increment) {
            text.add("    IINC " + variable(number) + " " + increment + "\n");
        }

        @Override
        public void visitFrame(int type, int locals, Object @Nullable [] local, int depth, Object @Nullable [] stack) {
            // All are the same.
        }
    }
}
