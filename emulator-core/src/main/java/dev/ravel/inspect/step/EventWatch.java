package dev.ravel.inspect.step;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.LinuxCalls;
import dev.ravel.inspect.Words;
import dev.ravel.inspect.device.DeviceAccess;
import dev.ravel.isa.Cause;
import dev.ravel.observe.Observer;
import java.util.Optional;

/** Sees, on behalf of a {@link Stepper}, a goal go by that the machine tells of, and passes on everything to another observer. */
final class EventWatch implements Observer {
    private static final int A7 = 17;

    private final Hart hart;
    private final Goal goal;
    private final Observer other;
    private final boolean stopAtFirst;
    private Optional<StepEvent> event = Optional.empty();

    /**
     * @param other is told what is new
     * @param stopAtFirst whether the first is what is looked for, and the hart is to be stopped soon; otherwise the last is
     */
    EventWatch(Hart hart, Goal goal, Observer other, boolean stopAtFirst) {
        this.hart = hart;
        this.goal = goal;
        this.other = other;
        this.stopAtFirst = stopAtFirst;
    }

    /** Whether the machine tells of it; otherwise it shows in the state between steps. */
    static boolean tells(Goal goal) {
        return switch (goal) {
            case Goal.Trap trap -> true;
            case Goal.DeviceAccess access -> true;
            case Goal.SystemCall call -> true;
            case Goal.PrivilegeChange change -> false;
            case Goal.Address address -> false;
        };
    }

    /** The first or last that was seen. */
    Optional<StepEvent> event() {
        return event;
    }

    private void seen(long pc, String words) {
        if (stopAtFirst && event.isPresent()) {
            return;
        }
        event = Optional.of(new StepEvent(Stepper.position(hart), pc, words));
        if (stopAtFirst) {
            hart.requestAttention();
        }
    }

    @Override
    public void trapTaken(int id, int cause, long epc, long tval, int from, int to) {
        if (goal instanceof Goal.Trap) {
            seen(epc, Words.exception(cause));
        } else if (goal instanceof Goal.SystemCall(var number) && cause == Cause.ECALL_USER) {
            long call = hart.x[A7];
            if (number.isEmpty() || number.getAsInt() == call) {
                seen(epc, LinuxCalls.words(call));
            }
        }
        other.trapTaken(id, cause, epc, tval, from, to);
    }

    @Override
    public void interruptTaken(int id, int code, long epc, int from, int to) {
        if (goal instanceof Goal.Trap) {
            seen(epc, Words.interrupt(code));
        }
        other.interruptTaken(id, code, epc, from, to);
    }

    @Override
    public void deviceRead(int id, String device, long address, int size, long value) {
        if (isAccess(device)) {
            seen(hart.pc, "load from " + device + " at " + hex(address) + ": " + hex(value));
        }
        other.deviceRead(id, device, address, size, value);
    }

    @Override
    public void deviceWritten(int id, String device, long address, int size, long value) {
        if (isAccess(device)) {
            seen(hart.pc, "store to " + device + " at " + hex(address) + ": " + hex(DeviceAccess.stored(value, size)));
        }
        other.deviceWritten(id, device, address, size, value);
    }

    private boolean isAccess(String device) {
        return goal instanceof Goal.DeviceAccess(var wanted)
                && wanted.orElse(device).equals(device);
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    @Override
    public long samplingInterval() {
        return other.samplingInterval();
    }

    @Override
    public void sampled(int id, long pc) {
        other.sampled(id, pc);
    }

    @Override
    public void hartWaits(int id, long pc) {
        other.hartWaits(id, pc);
    }

    @Override
    public void pageWalkStep(int id, long va, int level, long entryAddress, long entry) {
        other.pageWalkStep(id, va, level, entryAddress, entry);
    }

    @Override
    public void pageWalkEnded(int id, long va, long pa, int cause) {
        other.pageWalkEnded(id, va, pa, cause);
    }
}
