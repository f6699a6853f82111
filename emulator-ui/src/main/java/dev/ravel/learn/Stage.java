package dev.ravel.learn;

import static dev.ravel.memory.LittleEndian.WORD;

import dev.ravel.asm.Disassembler;
import dev.ravel.boot.BootImage;
import dev.ravel.engine.ExecutionEngine;
import dev.ravel.extension.Extensions;
import dev.ravel.hart.Hart;
import dev.ravel.inspect.InterruptSource;
import dev.ravel.inspect.PageWalkView;
import dev.ravel.inspect.linux.InspectionException;
import dev.ravel.inspect.linux.LinuxKernel;
import dev.ravel.isa.Privilege;
import dev.ravel.machine.Machine;
import dev.ravel.machine.MachineBuilder;
import dev.ravel.machine.config.DiskConfig;
import dev.ravel.machine.config.VirtioConsoleConfig;
import dev.ravel.memory.LittleEndian;
import dev.ravel.memory.Ram;
import dev.ravel.mmu.AccessType;
import dev.ravel.mmu.AddressSpace;
import dev.ravel.session.GuestConsole;
import dev.ravel.snapshot.Snapshot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** The machine of a lesson, its console and what was counted of it. For one thread. */
public final class Stage implements AutoCloseable {
    /** No place that a lesson runs to is further away. */
    private static final long MOST_STEPS = 20_000_000;

    /** A buffer of bytes is shorter than RAM can be. */
    private static final long CHECKSUM_PART = 1 << 24;

    private static final long MOMENT_MILLIS = 100;

    /** A guest that shows no prompt for so long is not waited for. */
    private static final long SETTLE_NANOS = 10_000_000_000L;

    private static final Pattern LINE_END = Pattern.compile("\n");

    /** Tells a builder what to start. */
    @FunctionalInterface
    public interface GuestSource {
        /**
         * Has the builder start a guest, fetched first if it must be.
         *
         * @throws LessonException if there is no such guest, or it cannot be had
         */
        void configure(MachineBuilder builder, String guest) throws LessonException;
    }

    private enum State {
        OFF,
        RUNNING,
        PAUSED,
        ENDED
    }

    /** What something took: by the host's clock, and in instructions that the machine has retired meanwhile. */
    record Took(long millis, long instructions) {}

    private final Lesson lesson;
    private final Machine machine;
    private final Optional<Path> disk;
    private final GuestConsole console = new GuestConsole();
    private final GuestConsole.Output printed = console.openOutput();
    private final Transcript transcript = new Transcript();
    private final StageObserver observed = new StageObserver();
    private State state = State.OFF;
    private Took took = new Took(0, 0);
    private Optional<LinuxKernel> kernel = Optional.empty();

    /**
     * Builds a machine of a lesson; it is off.
     *
     * @param engine what is to execute its instructions; the usual engine if it is empty
     */
    public Stage(Lesson lesson, Optional<String> engine, GuestSource guests) throws LessonException {
        this.lesson = lesson;
        MachineBuilder builder =
                Machine.builder().memory(lesson.memory()).console(console).observer(observed);
        engine.ifPresent(builder::engine);
        if (lesson.countedTime()) {
            builder.deterministic();
        }
        if (lesson.virtioConsole()) {
            builder.add(new VirtioConsoleConfig(console));
        }
        guests.configure(builder, lesson.guest());
        disk = lesson.disk() == 0 ? Optional.empty() : Optional.of(emptyDisk(lesson.disk()));
        disk.ifPresent(file -> builder.add(new DiskConfig(file, false, true)));
        try {
            machine = builder.build();
        } catch (RuntimeException e) {
            removeDisk();
            throw e;
        }
        observed.countExits(hart());
        transcript.follow(printed);
    }

    private static Path emptyDisk(long size) throws LessonException {
        try {
            Path file = Files.createTempFile("ravel-lesson", ".img");
            try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
                content.setLength(size);
            }
            return file;
        } catch (IOException e) {
            throw new LessonException("no disk for the lesson can be made: " + e.getMessage());
        }
    }

    private void removeDisk() {
        if (disk.isPresent()) {
            try {
                Files.deleteIfExists(disk.get());
            } catch (IOException e) {
                // It is a sparse file in the host's folder for such files, which the host empties.
            }
        }
    }

    GuestConsole console() {
        return console;
    }

    StageObserver observed() {
        return observed;
    }

    Transcript transcript() {
        return transcript;
    }

    Hart hart() {
        return machine.harts().getFirst();
    }

    long instructions() {
        return machine.instructionsRetired();
    }

    /** What the last action, or typed line, took. */
    Took took() {
        return took;
    }

    /** Bytes of the host's memory that the machine's RAM takes; empty if the host does not tell. */
    OptionalLong hostMemory() {
        return machine.ram().resident();
    }

    /** The CRC-32C of all of RAM; the machine stands still. */
    long memoryChecksum() {
        MemorySegment ram = machine.ram().segment();
        CRC32C checksum = new CRC32C();
        for (long at = 0; at < ram.byteSize(); at += CHECKSUM_PART) {
            checksum.update(ram.asSlice(at, Math.min(CHECKSUM_PART, ram.byteSize() - at))
                    .asByteBuffer());
        }
        return checksum.getValue();
    }

    private interface Work<T> {
        T done() throws LessonException, InterruptedException;
    }

    private <T> T timed(Work<T> work) throws LessonException, InterruptedException {
        long instructions = still(this::instructions);
        long nanos = System.nanoTime();
        T result = work.done();
        long end = System.nanoTime();
        took = new Took((end - nanos) / 1_000_000, still(this::instructions) - instructions);
        return result;
    }

    /**
     * Does what a lesson says; returns what of the console is to be shown.
     *
     * @param consoleStart what the console showed before is old to {@code wait}
     */
    Optional<String> perform(Part.Action action, int consoleStart) throws LessonException, InterruptedException {
        return timed(() -> carryOut(action, consoleStart));
    }

    private Optional<String> carryOut(Part.Action action, int consoleStart)
            throws LessonException, InterruptedException {
        switch (action) {
            case Part.Action.Go go -> go();
            case Part.Action.Boot boot -> {
                int start = transcript.length();
                go();
                await(lesson.prompt(), start);
            }
            case Part.Action.Pause pause -> pause();
            case Part.Action.Wait wait -> {
                // What a machine that stands still has printed may still be on its way.
                await(wait.pattern(), consoleStart);
            }
            case Part.Action.Type type -> {
                String shown = typeAndAwait(type.line());
                return type.shown() ? Optional.of(shown) : Optional.empty();
            }
            case Part.Action.Send send -> {
                requireRunning();
                int mark = transcript.length();
                String prompt = transcript.from(transcript.lineStart(mark));
                press(send.line());
                return Optional.of(prompt + send.line());
            }
            case Part.Action.Key key -> console.type(key.text().getBytes(StandardCharsets.UTF_8));
            case Part.Action.Off off -> {
                machine.stop();
                state = State.ENDED;
            }
            case Part.Action.Step step -> {
                requireStill();
                for (long i = 0; i < step.instructions(); i++) {
                    machine.advanceOne();
                }
            }
            case Part.Action.RunTo run -> {
                long target = address(run.place());
                stepUntil(() -> hart().pc == target, run.place());
            }
            case Part.Action.ToTrap toTrap -> {
                long before = observed.all();
                stepUntil(() -> observed.all() != before, "a trap");
            }
            case Part.Action.ToMode mode ->
                stepUntil(() -> hart().privilege() == mode.privilege(), "mode " + Privilege.letter(mode.privilege()));
        }
        return Optional.empty();
    }

    private void go() throws LessonException {
        switch (state) {
            case OFF -> machine.start();
            case PAUSED -> machine.resume();
            case RUNNING -> throw new LessonException("the machine runs already");
            case ENDED -> throw new LessonException("the machine is off for good");
        }
        state = State.RUNNING;
    }

    private void pause() throws LessonException {
        requireRunning();
        machine.pause();
        state = State.PAUSED;
    }

    private void requireRunning() throws LessonException {
        if (state != State.RUNNING) {
            throw new LessonException("the machine does not run");
        }
    }

    private void requireStill() throws LessonException {
        if (state == State.RUNNING) {
            throw new LessonException("the machine runs: it must be paused for single steps");
        }
        if (state == State.ENDED) {
            throw new LessonException("the machine is off for good");
        }
    }

    private interface Reached {
        boolean yet();
    }

    private void stepUntil(Reached reached, String what) throws LessonException {
        requireStill();
        for (long i = 0; i < MOST_STEPS; i++) {
            machine.advanceOne();
            if (reached.yet()) {
                return;
            }
        }
        throw new LessonException("the guest did not come to " + what + " within " + MOST_STEPS + " instructions");
    }

    private long address(String place) throws LessonException {
        if (place.startsWith("0x")) {
            return Long.parseUnsignedLong(place.substring(2), 16);
        }
        Optional<BootImage.Elf> elf = machine.kernelElf();
        OptionalLong address = elf.isPresent() ? elf.get().address(place) : OptionalLong.empty();
        return address.orElseThrow(() -> new LessonException("the guest has no symbol " + place));
    }

    /** Waits until what the guest has printed so far has come: it belongs to the step that printed it. */
    void awaitPrinted() throws InterruptedException {
        transcript.awaitBytes(printed.total());
    }

    /** Types a line and waits for the next prompt; returns the console from the prompt before to the one after. */
    String type(String line) throws LessonException, InterruptedException {
        return timed(() -> typeAndAwait(line));
    }

    /**
     * Waits until the guest has taken what was typed, prints no more, and the last that it printed is its prompt; but not for ever,
     * for it may show none. Returns whether that is so.
     */
    boolean settle() throws InterruptedException {
        long end = System.nanoTime() + SETTLE_NANOS;
        boolean ready = false;
        while (!ready && System.nanoTime() - end < 0) {
            boolean still = !transcript.grows(MOMENT_MILLIS);
            ready = still && !console.hasTyped() && transcript.endsWith(lesson.prompt());
        }
        return ready;
    }

    private void press(String line) {
        console.typeUnanswered((line + "\r").getBytes(StandardCharsets.UTF_8));
    }

    private String typeAndAwait(String line) throws LessonException, InterruptedException {
        requireRunning();
        int mark = transcript.length();
        press(line);
        awaitDone(mark);
        String text = transcript.from(transcript.lineStart(mark));
        int lastLine = text.lastIndexOf('\n') + 1;
        return text.substring(0, lastLine).stripTrailing();
    }

    private void await(Pattern pattern, int start) throws LessonException, InterruptedException {
        try {
            awaitShown(pattern, start);
        } finally {
            console.takeAnswers();
        }
    }

    /** Waits for the prompt behind the line that is typed: on that line there may be one again, when a shell redraws it. */
    private void awaitDone(int mark) throws LessonException, InterruptedException {
        try {
            awaitShown(LINE_END, mark);
            awaitShown(lesson.prompt(), transcript.lineEnd(mark));
        } finally {
            console.takeAnswers();
        }
    }

    private void awaitShown(Pattern pattern, int start) throws LessonException, InterruptedException {
        long patience = lesson.limit() * 1000L / MOMENT_MILLIS;
        long end = System.nanoTime() + patience * MOMENT_MILLIS * 1_000_000;
        while (!transcript.seen(pattern, start, MOMENT_MILLIS)) {
            if (machine.end().isDone()) {
                throw new LessonException(
                        "the machine has ended: " + machine.end().join());
            }
            if (System.nanoTime() - end > 0) {
                throw new LessonException(
                        "the console did not show '" + pattern + "' within " + lesson.limit() + " seconds");
            }
        }
    }

    /** All that a stage was at one moment; without a snapshot the machine had ended. */
    record Mark(
            State state,
            Optional<Snapshot> snapshot,
            StageObserver.Memory observed,
            int transcript,
            Took took,
            Optional<LinuxKernel> kernel) {}

    /** What it is now: {@link #goBack} returns to it. A running machine stands still meanwhile. */
    Mark mark() throws InterruptedException {
        boolean ended = hasEnded();
        if (state == State.RUNNING) {
            machine.pause();
        }
        try {
            transcript.awaitBytes(printed.total());
            return new Mark(
                    state,
                    ended ? Optional.empty() : Optional.of(machine.snapshot()),
                    observed.memory(),
                    transcript.length(),
                    took,
                    kernel);
        } finally {
            if (state == State.RUNNING) {
                machine.resume();
            }
        }
    }

    /** Whether there is a way back to a mark: none, if the machine has ended since. */
    boolean canGoBack(Mark mark) {
        return hasEnded() == mark.snapshot.isEmpty();
    }

    private boolean hasEnded() {
        return state == State.ENDED || machine.end().isDone();
    }

    /**
     * Makes it what it was: machine and disk, what the console showed, what was counted.
     *
     * @param shown is told what the console has printed, before the machine goes on
     */
    void goBack(Mark mark, Consumer<String> shown) throws InterruptedException {
        if (state == State.RUNNING) {
            machine.pause();
            state = State.PAUSED;
        }
        console.discardTyped();
        mark.snapshot.ifPresent(machine::restore);
        transcript.awaitBytes(printed.total());
        transcript.cut(mark.transcript);
        observed.recall(mark.observed);
        took = mark.took;
        kernel = mark.kernel;
        shown.accept(transcript.from(0));
        if (mark.state == State.RUNNING && mark.snapshot.isPresent()) {
            machine.resume();
            state = State.RUNNING;
        }
    }

    /** What reads the machine's state. */
    interface Look<T> {
        T at() throws LessonException;
    }

    /** Looks at the machine while it stands still. */
    <T> T still(Look<T> look) throws LessonException {
        if (state != State.RUNNING) {
            return look.at();
        }
        machine.pause();
        try {
            return look.at();
        } finally {
            machine.resume();
        }
    }

    /** The instruction at {@code pc}, in assembly; the machine stands still. */
    String nextInstruction() {
        long pc = hart().pc;
        Ram ram = machine.ram();
        OptionalLong pa = PageWalkView.of(hart(), pc, AccessType.FETCH).physical();
        if (pa.isEmpty() || !ram.contains(pa.getAsLong(), Integer.BYTES)) {
            return "(not in RAM)";
        }
        return assembly(ram.segment().get(WORD, pa.getAsLong() - ram.base()), pc);
    }

    /** The instruction at a symbol or an address, in assembly; the machine stands still. */
    String instruction(String place) throws LessonException {
        return assembly((int) word(place, Integer.BYTES), address(place));
    }

    private static String assembly(int bits, long pc) {
        return new Disassembler(Extensions.RV64, Disassembler.Style.PLAIN)
                .disassemble(bits, pc)
                .replace('\t', ' ');
    }

    ExecutionEngine engine() {
        return machine.engine();
    }

    /** The physical address of the instruction at a symbol or an address. */
    long code(String place) throws LessonException {
        return physical(address(place), Short.BYTES).orElseThrow(() -> new LessonException(place + " is not in RAM"));
    }

    /** A device's interrupt on its way to hart 0. */
    InterruptSource interruptSource(int number) {
        return InterruptSource.of(machine, number, hart().id());
    }

    /** The four or eight bytes at a symbol or an address; the machine stands still. */
    long word(String place, int bytes) throws LessonException {
        Ram ram = machine.ram();
        long pa = physical(address(place), bytes).orElseThrow(() -> new LessonException(place + " is not in RAM"));
        return LittleEndian.read(ram.segment(), pa - ram.base(), bytes);
    }

    /** The physical address of bytes in RAM, as hart 0 translates it. */
    private OptionalLong physical(long address, int bytes) {
        long satp =
                hart().privilege() == Privilege.MACHINE ? 0 : hart().csrs.satp.read();
        AddressSpace space = new AddressSpace(machine.ram(), satp);
        OptionalLong pa = space.translates() ? space.physical(address) : OptionalLong.of(address);
        return pa.isPresent() && machine.ram().contains(pa.getAsLong(), bytes) ? pa : OptionalLong.empty();
    }

    /** The Linux that runs in the machine, which stands still. */
    LinuxKernel linux() throws LessonException {
        if (kernel.isEmpty()) {
            try {
                kernel = Optional.of(LinuxKernel.find(machine));
            } catch (InspectionException e) {
                throw new LessonException(e.getMessage());
            }
        }
        return kernel.get();
    }

    @Override
    public void close() {
        console.close();
        machine.close();
        removeDisk();
    }
}
