package dev.ravel.inspect.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ravel.device.ConsolePort;
import dev.ravel.engine.EveryEngine;
import dev.ravel.engine.TestEngine;
import dev.ravel.hart.Hart;
import dev.ravel.inspect.MachineWatch;
import dev.ravel.inspect.Programs;
import dev.ravel.inspect.Symbols;
import dev.ravel.machine.End;
import dev.ravel.machine.Machine;
import dev.ravel.observe.Observer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StepGoalsTest {
    private static final long MOST = 20_000;

    /** A program in U-mode that calls functions, itself among them, and a kernel; a timer interrupts all of it. */
    private static final String PROGRAM = """
            _start:
                lla t0, handler
                csrw mtvec, t0
                li t0, -1
                csrw pmpaddr0, t0
                li t0, 0x1f
                csrw pmpcfg0, t0
                lla sp, stack_end
                lla t0, kernel_stack_end
                csrw mscratch, t0
                call next_timer
                li t0, 0x80
                csrw mie, t0
                li t0, 0x1800
                csrc mstatus, t0
                lla t0, user
                csrw mepc, t0
                mret
            user:
                li a0, 6
            call_sum:
                jal sum
            after_sum:
                mv s0, a0
                li a7, 64
            write:
                ecall
            after_write:
                li a7, 93
            exit:
                ecall
            sum:
                beqz a0, 1f
                addi sp, sp, -16
                sd ra, 8(sp)
                sd a0, 0(sp)
                addi a0, a0, -1
            call_itself:
                jal sum
                ld t0, 0(sp)
                add a0, a0, t0
                ld ra, 8(sp)
                addi sp, sp, 16
            1:  li t1, 140
            2:  addi t1, t1, -1
                bnez t1, 2b
                ret
            next_timer:
                li t3, 0x200bff8
                ld t4, (t3)
                addi t4, t4, 1
                li t3, 0x2004000
                sd t4, (t3)
                ret
                .balign 4
            handler:
                csrrw sp, mscratch, sp
                addi sp, sp, -32
                sd t3, 0(sp)
                sd t4, 8(sp)
                sd ra, 16(sp)
                csrr t3, mcause
                bgez t3, called
                addi s2, s2, 1
            call_timer:
                call next_timer
                j 9f
            called:
                csrr t3, mepc
                addi t3, t3, 4
                csrw mepc, t3
                li t3, 93
                beq a7, t3, off
                li t3, 0x10000000
                li t4, 0x41
            store:
                sb t4, (t3)
            9:  ld t3, 0(sp)
                ld t4, 8(sp)
                ld ra, 16(sp)
                addi sp, sp, 32
                csrrw sp, mscratch, sp
                mret
            off:
                li t3, 0x100000
                li t4, 0x5555
                sw t4, (t3)
                j .
                .bss
                .balign 16
                .space 512
            stack_end:
                .space 512
            kernel_stack_end:
            """;

    /** The machine, and a way to name places in it. */
    private static final class Rig implements AutoCloseable {
        final Machine machine;
        final Hart hart;
        final Symbols symbols;

        Rig(TestEngine engine) {
            machine =
                    Programs.bare(PROGRAM).engine(engine.name()).deterministic().build();
            hart = machine.harts().getFirst();
            symbols = Symbols.ofImages(machine);
        }

        long address(String name) {
            return symbols.address(name).orElseThrow();
        }

        Stepper stepper() {
            return new Stepper(machine, new ConsoleRecording(ConsolePort.NONE), 500, 20);
        }

        @Override
        public void close() {
            machine.close();
        }
    }

    private static StepEvent found(StepResult result) {
        assertThat(result).isInstanceOf(StepResult.Found.class);
        return ((StepResult.Found) result).event();
    }

    @EveryEngine(variations = {})
    void overACallGoesToTheInstructionAfterItHoweverDeepItIsAndWhateverInterrupts(TestEngine engine) {
        try (Rig rig = new Rig(engine)) {
            Stepper stepper = rig.stepper();
            found(stepper.forwardTo(new Goal.Address(rig.address("call_sum")), MOST));
            long sp = rig.hart.x[2];
            assertThat(stepper.over(MOST)).isEqualTo(new StepResult.There());
            assertThat(rig.hart.pc).isEqualTo(rig.address("after_sum"));
            assertThat(rig.hart.x[10]).isEqualTo(21);
            assertThat(rig.hart.x[2]).isEqualTo(sp);
            assertThat(rig.hart.x[18]).as("interrupts").isGreaterThan(3);
            found(stepper.forwardTo(new Goal.Address(rig.address("write")), MOST));
            assertThat(stepper.over(MOST)).isEqualTo(new StepResult.There());
            assertThat(rig.hart.pc).isEqualTo(rig.address("after_write"));
        }
    }

    @EveryEngine(variations = {})
    void outOfAFunctionGoesToItsOwnCallerAndOutOfAHandlerToWhatWasInterrupted(TestEngine engine) {
        try (Rig rig = new Rig(engine)) {
            Stepper stepper = rig.stepper();
            Goal again = new Goal.Address(rig.address("call_itself"));
            found(stepper.forwardTo(again, MOST));
            long outer = rig.hart.x[2];
            found(stepper.forwardTo(again, MOST));
            assertThat(stepper.out(MOST)).isEqualTo(new StepResult.There());
            assertThat(rig.hart.pc).isEqualTo(rig.address("call_itself") + 4);
            assertThat(rig.hart.x[2]).isEqualTo(outer);
            assertThat(stepper.out(MOST)).isEqualTo(new StepResult.There());
            assertThat(rig.hart.pc).isEqualTo(rig.address("after_sum"));

            stepper.goTo(0);
            found(stepper.forwardTo(new Goal.Address(rig.address("call_timer")), MOST));
            found(stepper.backTo(new Goal.Trap(), MOST));
            long interrupted = rig.hart.pc;
            stepper.forward(1);
            assertThat(rig.hart.pc).isEqualTo(rig.address("handler"));
            assertThat(stepper.out(MOST)).isEqualTo(new StepResult.There());
            assertThat(rig.hart.pc).isEqualTo(interrupted);
            assertThat(rig.hart.privilege()).isZero();
        }
    }

    @EveryEngine(variations = {})
    void aSingleStepOverDoesNotEndInTheHandlerOfAnInterrupt(TestEngine engine) {
        try (Rig rig = new Rig(engine)) {
            Stepper stepper = rig.stepper();
            found(stepper.forwardTo(new Goal.Address(rig.address("sum")), MOST));
            for (int i = 0; i < 12; i++) {
                assertThat(stepper.over(MOST)).isEqualTo(new StepResult.There());
            }
            assertThat(rig.hart.pc).isGreaterThan(rig.address("call_itself") + 4);
            long interrupts = rig.hart.x[18];
            for (int i = 0; i < 250; i++) {
                assertThat(stepper.over(MOST)).isEqualTo(new StepResult.There());
                assertThat(rig.hart.privilege()).isZero();
            }
            assertThat(rig.hart.x[18]).as("interrupts").isGreaterThan(interrupts + 1);
        }
    }

    @EveryEngine(variations = {})
    void trapsAreThoseThatAWatchSeesAndModesChangeInBothDirections(TestEngine engine) {
        List<String> watched = new ArrayList<>();
        try (Rig rig = new Rig(engine);
                MachineWatch watch = MachineWatch.of(rig.machine, 1000)) {
            assertThat(rig.machine.run()).isEqualTo(new End.PoweredOff());
            watch.traps().forEach(trap -> watched.add(trap.instructionsRetired() + " " + trap.cause()));
        }
        try (Rig rig = new Rig(engine)) {
            Stepper stepper = rig.stepper();
            List<String> met = new ArrayList<>();
            List<Long> positions = new ArrayList<>();
            StepResult result = stepper.forwardTo(new Goal.Trap(), MOST);
            for (;
                    result instanceof StepResult.Found(StepEvent event);
                    result = stepper.forwardTo(new Goal.Trap(), MOST)) {
                assertThat(rig.hart.pc).isEqualTo(rig.address("handler"));
                met.add(rig.hart.instret + " " + event.words());
                positions.add(event.position());
                if (event.pc() == rig.address("exit")) {
                    break;
                }
            }
            assertThat(met).isEqualTo(watched);

            for (Long position : positions.reversed()) {
                assertThat(found(stepper.backTo(new Goal.PrivilegeChange(), MOST))
                                .position())
                        .isEqualTo(position);
                assertThat(found(stepper.backTo(new Goal.PrivilegeChange(), MOST))
                                .words())
                        .isEqualTo("machine to user");
                assertThat(rig.hart.privilege()).isEqualTo(3);
            }
            assertThat(stepper.backTo(new Goal.PrivilegeChange(), MOST)).isEqualTo(new StepResult.Beginning());
            assertThat(stepper.position()).isZero();
            assertThat(found(stepper.forwardTo(new Goal.PrivilegeChange(), MOST))
                            .words())
                    .isEqualTo("machine to user");
            assertThat(rig.hart.pc).isEqualTo(rig.address("user"));
        }
    }

    @EveryEngine(variations = {})
    void aMovementThatIsGivenUpEndsOnTheWayAndTheNextOneIsMadeInFull(TestEngine engine) {
        try (Rig rig = new Rig(engine)) {
            Stepper stepper = rig.stepper();
            rig.hart.setObserver(new Observer() {
                @Override
                public void trapTaken(int id, int cause, long epc, long tval, int from, int to) {
                    stepper.giveUp();
                }
            });
            Goal nowhere = new Goal.Address(0);
            assertThat(stepper.forwardTo(nowhere, MOST)).isEqualTo(new StepResult.GivenUp());
            assertThat(rig.hart.pc).isEqualTo(rig.address("handler"));
            long first = stepper.position();
            assertThat(stepper.back(first)).isEqualTo(new StepResult.There());
            assertThat(stepper.position()).isZero();
            assertThat(stepper.forwardTo(nowhere, MOST)).isEqualTo(new StepResult.GivenUp());
            assertThat(rig.hart.pc).isEqualTo(rig.address("handler"));
            assertThat(stepper.position()).as("the second trap").isGreaterThan(first);
        }
    }

    @EveryEngine(variations = {})
    void systemCallsDevicesAndAddressesAreFoundForwardAndBack(TestEngine engine) {
        try (Rig rig = new Rig(engine)) {
            Stepper stepper = rig.stepper();
            StepEvent write = found(stepper.forwardTo(new Goal.SystemCall(OptionalInt.of(64)), MOST));
            assertThat(write.words()).isEqualTo("system call 64 (write in Linux)");
            assertThat(write.pc()).isEqualTo(rig.address("write"));
            StepEvent store = found(stepper.forwardTo(new Goal.DeviceAccess(Optional.of("uart")), MOST));
            assertThat(store.words()).isEqualTo("store to uart at 0x10000000: 0x41");
            assertThat(store.pc()).isEqualTo(rig.address("store"));
            assertThat(found(stepper.forwardTo(new Goal.SystemCall(OptionalInt.empty()), MOST))
                            .words())
                    .isEqualTo("system call 93 (exit in Linux)");
            assertThat(found(stepper.backTo(new Goal.DeviceAccess(Optional.of("uart")), MOST)))
                    .isEqualTo(store);
            assertThat(found(stepper.backTo(new Goal.SystemCall(OptionalInt.empty()), MOST)))
                    .isEqualTo(write);
            assertThat(stepper.forwardTo(new Goal.SystemCall(OptionalInt.of(1)), 20))
                    .isEqualTo(new StepResult.NotFound());
            assertThat(stepper.position()).isEqualTo(write.position() + 20);
            found(stepper.backTo(new Goal.Address(rig.address("call_sum")), MOST));
            assertThat(rig.hart.pc).isEqualTo(rig.address("call_sum"));
            assertThat(stepper.backTo(new Goal.Address(rig.address("call_sum")), MOST))
                    .isEqualTo(new StepResult.Beginning());
            assertThat(stepper.forward(MOST)).isEqualTo(new StepResult.Ended(new End.PoweredOff()));
            assertThat(stepper.back(1)).isEqualTo(new StepResult.Ended(new End.PoweredOff()));
        }
    }
}
