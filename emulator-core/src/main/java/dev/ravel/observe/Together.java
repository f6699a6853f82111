package dev.ravel.observe;

/** Two observers as one: each is told everything, the first one first. */
record Together(Observer first, Observer second) implements Observer {
    @Override
    public void trapTaken(int hart, int cause, long epc, long tval, int from, int to) {
        first.trapTaken(hart, cause, epc, tval, from, to);
        second.trapTaken(hart, cause, epc, tval, from, to);
    }

    @Override
    public void interruptTaken(int hart, int code, long epc, int from, int to) {
        first.interruptTaken(hart, code, epc, from, to);
        second.interruptTaken(hart, code, epc, from, to);
    }

    @Override
    public void hartWaits(int hart, long pc) {
        first.hartWaits(hart, pc);
        second.hartWaits(hart, pc);
    }

    /** The shorter one: there is one sequence of samples. */
    @Override
    public long samplingInterval() {
        long one = first.samplingInterval();
        long other = second.samplingInterval();
        return one == 0 || other == 0 ? one + other : Math.min(one, other);
    }

    @Override
    public void sampled(int hart, long pc) {
        first.sampled(hart, pc);
        second.sampled(hart, pc);
    }

    @Override
    public void pageWalkStep(int hart, long va, int level, long entryAddress, long entry) {
        first.pageWalkStep(hart, va, level, entryAddress, entry);
        second.pageWalkStep(hart, va, level, entryAddress, entry);
    }

    @Override
    public void pageWalkEnded(int hart, long va, long pa, int cause) {
        first.pageWalkEnded(hart, va, pa, cause);
        second.pageWalkEnded(hart, va, pa, cause);
    }

    @Override
    public void deviceRead(int hart, String device, long address, int size, long value) {
        first.deviceRead(hart, device, address, size, value);
        second.deviceRead(hart, device, address, size, value);
    }

    @Override
    public void deviceWritten(int hart, String device, long address, int size, long value) {
        first.deviceWritten(hart, device, address, size, value);
        second.deviceWritten(hart, device, address, size, value);
    }

    @Override
    public void virtqueueTaken(String device, int queue, int head, long readable, long writable) {
        first.virtqueueTaken(device, queue, head, readable, writable);
        second.virtqueueTaken(device, queue, head, readable, writable);
    }

    @Override
    public void virtqueueUsed(String device, int queue, int head, long written) {
        first.virtqueueUsed(device, queue, head, written);
        second.virtqueueUsed(device, queue, head, written);
    }

    @Override
    public void codeTranslated(String engine, long address, int instructions) {
        first.codeTranslated(engine, address, instructions);
        second.codeTranslated(engine, address, instructions);
    }

    @Override
    public void codeInvalidated(long page) {
        first.codeInvalidated(page);
        second.codeInvalidated(page);
    }

    @Override
    public Observer without(Observer one) {
        if (this == one) {
            return NONE;
        }
        Observer left = first.without(one);
        Observer right = second.without(one);
        return left == first && right == second ? this : left.and(right);
    }
}
