package dev.ravel.extension;

import dev.ravel.isa.Instruction;
import dev.ravel.isa.InstructionSet;
import java.util.List;
import java.util.stream.Stream;

/** All extensions that Ravel has. A new one is its file and a line here. */
public final class Extensions {
    /** RV64 with every extension below. */
    public static final InstructionSet RV64 = new InstructionSet(rows(
            RvI.ROWS, //
            RvM.ROWS,
            Zicsr.ROWS));

    private Extensions() {}

    @SafeVarargs
    private static List<Instruction> rows(List<Instruction>... extensions) {
        return Stream.of(extensions).flatMap(List::stream).toList();
    }
}
