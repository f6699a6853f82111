package dev.ravel.inspect.linux;

import dev.ravel.machine.Machine;
import java.util.OptionalLong;

/** A Linux kernel of which symbols and types are known: the entry to all of its structures. For one thread. */
public final class LinuxKernel {
    /** Kernels have 4 to 10 MB of types. */
    private static final long MOST_TYPES = 64 << 20;

    private final KernelImage image;
    private final Btf types;

    private LinuxKernel(KernelImage image, Btf types) {
        this.image = image;
        this.types = types;
    }

    /**
     * Finds the kernel that runs in a machine, see {@link KernelImage#find}.
     *
     * @throws InspectionException if there is none, or it has no types: it says so in one line
     */
    public static LinuxKernel find(Machine machine) throws InspectionException {
        return of(KernelImage.find(machine));
    }

    /** Reads the types of a kernel. */
    public static LinuxKernel of(KernelImage image) throws InspectionException {
        OptionalLong start = image.symbols().address("__start_BTF");
        OptionalLong stop = image.symbols().address("__stop_BTF");
        if (start.isEmpty() || stop.isEmpty() || start.getAsLong() == stop.getAsLong()) {
            throw new InspectionException(
                    "this kernel does not carry its types (BTF): one built with CONFIG_DEBUG_INFO_BTF does");
        }
        long length = stop.getAsLong() - start.getAsLong();
        if (length < 0 || length > MOST_TYPES) {
            throw new InspectionException("the kernel's types (BTF) cannot be " + length + " bytes");
        }
        try {
            return new LinuxKernel(image, Btf.parse(image.memory().bytes(start.getAsLong(), (int) length)));
        } catch (BrokenStructureException e) {
            throw new InspectionException("the kernel's types (BTF) are not in memory: " + e.getMessage());
        }
    }

    /** The kernel's memory and symbols. */
    public KernelImage image() {
        return image;
    }

    /** The kernel's types. */
    public Btf types() {
        return types;
    }

    /** The struct of a name at an address; nothing is read yet. */
    public StructView struct(String type, long address) throws BrokenStructureException {
        return new StructView(image.memory(), types, types.composite(type), address);
    }

    /** A variable of the kernel that is a struct: {@code variable("task_struct", "init_task")}. */
    public StructView variable(String type, String symbol) throws BrokenStructureException {
        return struct(
                type,
                image.symbols()
                        .address(symbol)
                        .orElseThrow(() -> new BrokenStructureException("this kernel has no symbol " + symbol)));
    }

    /** All tasks, as they are now. Never fails: what is damaged is told in its place. */
    public TaskTree tasks() {
        return new TaskReader(this).read();
    }

    /**
     * All control groups of the second version, from the root down.
     *
     * @param tasks a sample of the same moment, for the members of the groups
     */
    public Reading<Cgroup> cgroups(TaskTree tasks) {
        return Reading.of(() -> new CgroupReader(this, tasks).read());
    }
}
