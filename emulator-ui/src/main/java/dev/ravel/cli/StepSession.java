package dev.ravel.cli;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.HartView;
import dev.ravel.inspect.PageWalkView;
import dev.ravel.inspect.Symbols;
import dev.ravel.inspect.device.DeviceAccess;
import dev.ravel.inspect.device.DeviceView;
import dev.ravel.inspect.device.DeviceWatch;
import dev.ravel.inspect.device.SeenRequest;
import dev.ravel.inspect.linux.InspectionException;
import dev.ravel.inspect.linux.KernelImage;
import dev.ravel.inspect.step.Goal;
import dev.ravel.inspect.step.StepResult;
import dev.ravel.inspect.step.Stepper;
import dev.ravel.machine.Machine;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;

/** Carries out what somebody asks for who steps through the run of a machine, and says where that has led. */
final class StepSession {
    /** Steps after which a search is given up, unless the user says another number. */
    private static final long LIMIT = 100_000_000;

    private final Machine machine;
    private final Hart hart;
    private final Stepper stepper;
    private final DeviceWatch devices;
    private final Symbols images;
    private Symbols symbols;

    /** The value of {@code satp} with which Linux was looked for last. */
    private long tried;

    private boolean linux;
    private long limit = LIMIT;

    /** What a line has led to. */
    sealed interface Answer {
        /** As lines of text. */
        List<String> text();

        /** For scripts. */
        Object json(String line);

        /** Why it was not carried out, if it was not. */
        default Optional<String> complaint() {
            return Optional.empty();
        }
    }

    /**
     * A movement.
     *
     * @param position steps since reset
     */
    record Moved(StepResult result, long position, HartView before, HartView after, Symbols symbols, long limit)
            implements Answer {
        @Override
        public List<String> text() {
            return StepText.moved(this);
        }

        @Override
        public Object json(String line) {
            return StepText.json(line, this);
        }

        @Override
        public Optional<String> complaint() {
            return StepText.complaint(this);
        }
    }

    /** Registers, or something else to see. */
    record Seen(List<String> text, Object value) implements Answer {
        Seen {
            text = List.copyOf(text);
        }

        @Override
        public Object json(String line) {
            return StepText.json(line, value);
        }
    }

    StepSession(Machine machine, Stepper stepper, DeviceWatch devices) {
        this.machine = machine;
        this.devices = devices;
        this.hart = machine.harts().getFirst();
        this.stepper = stepper;
        this.images = Symbols.ofImages(machine);
        this.symbols = images;
    }

    /** Ends the movement that is under way soon; from any thread. */
    void giveUp() {
        stepper.giveUp();
    }

    /** Where the machine is. */
    Answer here() {
        HartView now = HartView.of(hart, symbols());
        return new Moved(new StepResult.There(), stepper.position(), now, now, symbols, limit);
    }

    /**
     * Does what a line asks for.
     *
     * @throws CliException if that names something that there is not
     */
    Answer execute(StepLine line) {
        return switch (line) {
            case StepLine.Step(long steps) -> move(() -> stepper.forward(steps));
            case StepLine.Over(long steps) -> move(() -> over(steps));
            case StepLine.Out() -> move(() -> stepper.out(limit));
            case StepLine.Back(long steps) -> move(() -> stepper.back(steps));
            case StepLine.Search(Goal goal, boolean back) -> {
                if (goal instanceof Goal.DeviceAccess(var device) && device.isPresent()) {
                    requireDevice(device.get());
                }
                yield search(goal, back);
            }
            case StepLine.SearchAddress(String address, boolean back) ->
                search(new Goal.Address(Addresses.of("to", address, symbols())), back);
            case StepLine.GoTo(long position) -> {
                if (position < stepper.earliest()) {
                    throw new CliException("goto " + position + ": the earliest state that is known is that after "
                            + stepper.earliest() + " steps");
                }
                yield move(() -> stepper.goTo(position));
            }
            case StepLine.Limit(long steps) -> {
                limit = steps;
                yield new Seen(List.of("limit " + steps), steps);
            }
            case StepLine.Type(String text) -> {
                stepper.type(text.getBytes(Charset.defaultCharset()));
                yield new Seen(List.of("typed"), text);
            }
            case StepLine.Registers() -> {
                HartView now = HartView.of(hart, symbols());
                yield new Seen(InspectText.hart(now), InspectJson.hart(now));
            }
            case StepLine.Walk(WalkOption option) -> {
                PageWalkView walk = option.view("walk", hart, symbols());
                yield new Seen(InspectText.walk(walk, symbols), InspectJson.walk(walk));
            }
            case StepLine.Devices(var name) -> {
                name.ifPresent(this::requireDevice);
                List<DeviceView> views =
                        DeviceText.chosen(DeviceView.of(machine), name.stream().toList());
                yield new Seen(DeviceText.devices(views), DeviceText.json(views));
            }
            case StepLine.Requests(int most) -> {
                List<SeenRequest> last = DeviceText.last(devices.requests(), most);
                yield new Seen(DeviceText.requests(last, devices.requestsSeen()), DeviceText.jsonOfRequests(last));
            }
            case StepLine.Accesses(int most) -> {
                List<DeviceAccess> last = DeviceText.last(devices.accesses(DeviceView.of(machine)), most);
                yield new Seen(DeviceText.accesses(last, devices.accessesSeen()), DeviceText.jsonOfAccesses(last));
            }
        };
    }

    private Answer search(Goal goal, boolean back) {
        return move(() -> back ? stepper.backTo(goal, limit) : stepper.forwardTo(goal, limit));
    }

    private StepResult over(long steps) {
        StepResult result = new StepResult.There();
        for (long i = 0; i < steps && result instanceof StepResult.There; i++) {
            result = stepper.over(limit);
        }
        return result;
    }

    private interface Movement {
        StepResult go();
    }

    private Answer move(Movement movement) {
        HartView before = HartView.of(hart, Symbols.NONE);
        StepResult result = movement.go();
        HartView after = HartView.of(hart, symbols());
        return new Moved(result, stepper.position(), before, after, symbols, limit);
    }

    private void requireDevice(String wanted) {
        DeviceText.requireDevice("device", machine, wanted);
    }

    /** Names for the present moment. Linux's are found once it runs at its own addresses, and stay. */
    private Symbols symbols() {
        long satp = hart.csrs.satp.value;
        if (!linux && satp != tried) {
            tried = satp;
            try {
                symbols = images.or(Symbols.of(KernelImage.find(machine).symbols()));
                linux = true;
            } catch (InspectionException e) {
                // No Linux, or not yet: nothing that anybody asked for is missing.
            }
        }
        return symbols;
    }
}
