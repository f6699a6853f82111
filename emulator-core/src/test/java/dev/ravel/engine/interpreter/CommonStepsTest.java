package dev.ravel.engine.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.isa.Decoded;
import dev.ravel.isa.Instruction;
import dev.ravel.isa.Operand;
import dev.ravel.memory.Bus;
import dev.ravel.memory.DirectAccess;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.Mmu;
import dev.ravel.time.BoundaryQueue;
import dev.ravel.time.InstructionClock;
import dev.ravel.time.TimeCounter;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both loops do what the step of an instruction does, whose class is made from the method that defines the instruction. */
@EnabledIf("isThereALoop")
class CommonStepsTest {
    private static final long BASE = 0x8000_0000L;
    private static final long SIZE = 0x10_0000;
    private static final long MIDDLE = BASE + SIZE / 2;
    private static final int CASES = 300;

    private static final List<Long> IMMEDIATES = List.of(
            0L,
            1L,
            2L,
            4L,
            31L,
            32L,
            33L,
            63L,
            100L,
            2047L,
            2046L,
            4094L,
            -1L,
            -2L,
            -100L,
            -2048L,
            -4096L,
            4096L,
            0x7fff_f000L,
            -0x8000_0000L,
            0x7ffffL,
            0xfffffL);

    private static final long[] VALUES = {
        0,
        1,
        -1,
        2,
        -2,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE,
        0x8000_0000L,
        0xffff_ffffL,
        63,
        64
    };

    private final Random random = new Random(1);
    private Ram ram;
    private Hart hart;
    private Context c;

    @BeforeEach
    void start() throws Exception {
        ram = Ram.allocate(BASE, SIZE);
        InstructionClock clock = new InstructionClock(() -> 0, 1, Instant.EPOCH);
        hart = new Hart(0, new Mmu(new Bus(ram, 1), 0), new TimeCounter(clock, new BoundaryQueue()));
        c = new Context(hart, new CodeCache(ram, new BlockBuilder(ram, Extensions.RV64), null));
        c.limit = Long.MAX_VALUE - 1;
    }

    @AfterEach
    void end() {
        ram.close();
    }

    /** What is left behind. */
    private record After(List<Long> x, long pc, long instret, List<Long> memory) {}

    private static long value(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> VALUES[random.nextInt(VALUES.length)];
            case 1 -> random.nextInt();
            default -> random.nextLong();
        };
    }

    private After after(Step step, long[] x, BiConsumer<Step, Context> run) {
        System.arraycopy(x, 0, hart.x, 0, x.length);
        ram.segment().fill((byte) 0x5a);
        for (int i = 0; i < 64; i++) {
            ram.segment().set(ValueLayout.JAVA_LONG, SIZE / 2 - 256 + 8 * i, 0x8091_a2b3_c4d5_e6f7L * (i + 1));
        }
        c.pc = BASE;
        c.instret = 1000;
        run.accept(step, c);
        List<Long> memory = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            memory.add(ram.segment().get(ValueLayout.JAVA_LONG, SIZE / 2 - 256 + 8 * i));
        }
        return new After(Arrays.stream(hart.x).limit(32).boxed().toList(), c.pc, c.instret, memory);
    }

    private static void alone(Step first, Context c) {
        for (Step step = first; step != null; ) {
            step = step.execute(c);
        }
    }

    static boolean isThereALoop() {
        return DirectAccess.ALLOWED;
    }

    static List<String> mnemonics() {
        return CommonSteps.MNEMONICS;
    }

    private OptionalInt encode(Instruction instruction) {
        long[] operands = instruction.operands().stream()
                .mapToLong(operand -> operand.role() == Operand.Role.IMM
                        ? IMMEDIATES.get(random.nextInt(IMMEDIATES.size()))
                        : random.nextInt(32))
                .toArray();
        try {
            return OptionalInt.of(instruction.encode(operands));
        } catch (IllegalArgumentException e) {
            // The immediate is none of this instruction.
            return OptionalInt.empty();
        }
    }

    @ParameterizedTest
    @MethodSource("mnemonics")
    void bothLoopsDoWhatTheStepDoes(String mnemonic) {
        Instruction instruction = Extensions.RV64.byMnemonic(mnemonic).orElseThrow();
        boolean accesses = mnemonic.matches("l[dwhb]u?|s[dwhb]");
        for (int done = 0; done < CASES; ) {
            OptionalInt bits = encode(instruction);
            if (bits.isEmpty()) {
                continue;
            }
            Decoded decoded = Extensions.RV64.decode(bits.getAsInt());
            if (decoded.instruction() != instruction) {
                // A hint, which is another one.
                continue;
            }
            done++;
            Step step = StepFactory.create(decoded);
            step.setLength(4);
            assertThat(step.kind).isEqualTo((byte) CommonSteps.MNEMONICS.indexOf(mnemonic));
            long[] x = random.longs(32).map(any -> value(random)).toArray();
            x[0] = 0;
            if (accesses) {
                x[step.rs1] = step.rs1 == 0 ? 0 : MIDDLE - step.imm - random.nextInt(32);
            }
            After right = after(step, x, CommonStepsTest::alone);
            // The first access fills the TLB.
            after(step, x, CommonStepsTest::alone);
            assertThat(after(step, x, CommonSteps::run))
                    .as("%08x", bits.getAsInt())
                    .isEqualTo(right);
            assertThat(after(step, x, FlatSteps::run))
                    .as("%08x, flat", bits.getAsInt())
                    .isEqualTo(right);
            hart.mmu.faultCause = Mmu.NO_FAULT;
        }
    }

    @Test
    void codeIsFlatUntilARegionIsMetAgain() {
        Locality locality = new Locality();
        assertThat(locality.flat).isTrue();
        locality.look(0x1000);
        assertThat(locality.flat).isTrue();
        locality.look(0x1004);
        assertThat(locality.flat).isFalse();
        for (int i = 0; i < 10; i++) {
            locality.look(0x10000 + i * 0x1000);
            assertThat(locality.flat).isTrue();
        }
        locality.look(0x1004);
        assertThat(locality.flat).isTrue();
        // A loop of three regions.
        for (int i = 0; i < 9; i++) {
            locality.look(0x2000 + i % 3 * 0x400);
        }
        assertThat(locality.flat).isFalse();
    }
}
