package dev.ravel.extension;

import dev.ravel.isa.Instruction;
import dev.ravel.isa.InstructionSet;
import java.util.List;
import java.util.stream.Stream;

/** All extensions that Ravel has. A new one is its file and a line here. */
public final class Extensions {
    /** RV64 with every extension below. */
    public static final InstructionSet RV64 = new InstructionSet(rows(
            RvI.ROWS,
            RvM.ROWS,
            RvA.ROWS,
            RvF.ROWS,
            RvD.ROWS,
            Zfhmin.ROWS,
            Zfh.ROWS,
            Zfa.ROWS,
            RvC.ROWS,
            Zicsr.ROWS,
            Zifencei.ROWS,
            Zba.ROWS,
            Zbb.ROWS,
            Zbc.ROWS,
            Zbs.ROWS,
            Zbkb.ROWS,
            Zbkx.ROWS,
            Zicond.ROWS,
            Zcb.ROWS,
            Zihintpause.ROWS,
            Zihintntl.ROWS,
            Zicbop.ROWS,
            Zacas.ROWS,
            Zabha.ROWS,
            Privileged.ROWS,
            Svinval.ROWS,
            Zicbo.ROWS,
            Zawrs.ROWS));

    private Extensions() {}

    @SafeVarargs
    @SuppressWarnings("varargs") // The array is only read, by a method that only reads it too.
    private static List<Instruction> rows(List<Instruction>... extensions) {
        return Stream.of(extensions).flatMap(List::stream).toList();
    }
}
