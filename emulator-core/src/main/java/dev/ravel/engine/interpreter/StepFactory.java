package dev.ravel.engine.interpreter;

import dev.ravel.isa.Decoded;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.isa.Operation;
import dev.ravel.memory.DirectAccess;
import java.util.List;

/** Makes the step for an instruction, by the shape of its operation. */
final class StepFactory {
    private StepFactory() {}

    /** A step with its operands set, but not its place in a block nor its links. */
    static Step create(Decoded d) {
        Step step = withOperands(d);
        if (DirectAccess.ALLOWED) {
            CommonSteps.prepare(step, d.instruction());
        }
        return step;
    }

    private static Step withOperands(Decoded d) {
        Instruction instruction = d.instruction();
        return switch (instruction.operation()) {
            case Operation.Pure _ -> {
                // 5 and 6 are reserved; DYN is looked up when the instruction runs.
                if (d.roundingMode() == 5 || d.roundingMode() == 6) {
                    yield new JumpStep.Illegal();
                }
                yield StepClasses.pure(instruction, d.roundingMode())
                        .fresh()
                        .with(d, isFloat(instruction, Operand.Role.RD));
            }
            case Operation.PcRelative _ -> new JumpStep.PcRelative().with(d, false);
            case Operation.Load load -> {
                boolean toFloat = isFloat(instruction, Operand.Role.RD);
                yield LoadStep.of(load.size(), load.extend(), toFloat).with(d, toFloat);
            }
            case Operation.Store store ->
                StoreStep.of(store.size(), isFloat(instruction, Operand.Role.RS2))
                        .with(d, false);
            case Operation.LoadReserved lr -> new AtomicStep.LoadReserved(lr.size()).with(d, false);
            case Operation.StoreConditional sc -> new AtomicStep.StoreConditional(sc.size()).with(d, false);
            case Operation.Amo _ -> StepClasses.amo(instruction).fresh().with(d, false);
            case Operation.CompareAndSwap cas
            when cas.size() == 16 -> new AtomicStep.CompareAndSwapQuad().with(d, false);
            case Operation.CompareAndSwap cas -> new AtomicStep.CompareAndSwap(cas.size()).with(d, false);
            case Operation.Branch _ -> StepClasses.branch(instruction).fresh().with(d, false);
            case Operation.Jump _ -> new JumpStep.Direct().with(d, false);
            case Operation.JumpRegister _ -> new JumpStep.Indirect().with(d, false);
            case Operation.Csr _ -> new ControlStep.Csr(d);
            case Operation.Effect _ -> StepClasses.effect(instruction).fresh();
            case Operation.Hint _ -> new EffectStep.Nothing();
            case Operation.Illegal _ -> new JumpStep.Illegal();
            case Operation.Control _ -> StepClasses.control(instruction).fresh(d);
        };
    }

    /** Whether the operand with that role is an f register. */
    static boolean isFloat(Instruction instruction, Operand.Role role) {
        List<Operand> operands = instruction.operands();
        // By index: this is done for each step that is made, and an iterator would be a fifth of what a boot allocates
        // for them.
        for (int i = 0; i < operands.size(); i++) {
            if (operands.get(i).role() == role) {
                return operands.get(i).kind() == Operand.Kind.F_REGISTER;
            }
        }
        return false;
    }
}
