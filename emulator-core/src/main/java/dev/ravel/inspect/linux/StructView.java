package dev.ravel.inspect.linux;

import dev.ravel.inspect.linux.BtfType.Composite;
import java.util.Optional;

/**
 * A struct in the kernel's memory, read by the names of its members. A path names one through others: {@code
 * "se.sum_exec_runtime"}, {@code "numbers[1].nr"}; it does not follow pointers, {@link #follow} does. Each read is of
 * that moment.
 *
 * <p>Every method throws {@link BrokenStructureException} when this kernel has no such member, or memory is not there.
 */
public final class StructView {
    private static final int DEEPEST_WRAPPER = 8;

    private final KernelMemory memory;
    private final Btf types;
    private final Composite type;
    private final long address;

    StructView(KernelMemory memory, Btf types, Composite type, long address) {
        this.memory = memory;
        this.types = types;
        this.type = type;
        this.address = address;
    }

    /** Where it is. */
    public long address() {
        return address;
    }

    /** What it is. */
    public Composite type() {
        return type;
    }

    /** A member's place: the number of its type, and where its bits are. */
    private record Place(int type, long bitOffset, int bits) {
        long byteOffset() {
            return bitOffset >>> 3;
        }
    }

    private Place place(String path) throws BrokenStructureException {
        Composite in = type;
        Place place = new Place(0, 0, 0);
        String[] parts = path.split("\\.");
        for (int i = 0; i < parts.length; i++) {
            int bracket = parts[i].indexOf('[');
            String name = bracket < 0 ? parts[i] : parts[i].substring(0, bracket);
            Composite struct = in;
            BtfType.Member member = types.member(in, name)
                    .orElseThrow(() -> new BrokenStructureException(
                            "this kernel's struct " + struct.name() + " has no member " + name));
            place = new Place(member.type(), place.bitOffset + member.bitOffset(), member.bits());
            if (bracket >= 0) {
                place = element(place, path, Integer.parseInt(parts[i], bracket + 1, parts[i].length() - 1, 10));
            }
            if (i < parts.length - 1) {
                if (!(types.resolve(place.type) instanceof Composite inner)) {
                    throw new BrokenStructureException("in this kernel " + name + " of " + path + " is no struct");
                }
                in = inner;
            }
        }
        return place;
    }

    private Place element(Place place, String path, int index) throws BrokenStructureException {
        if (!(types.resolve(place.type) instanceof BtfType.Array array)) {
            throw new BrokenStructureException("in this kernel " + path + " is no array");
        }
        // An array of length 0 or 1 at the end of a struct may have as many elements as were allocated.
        return new Place(array.type(), place.bitOffset + index * types.sizeOf(array.type()) * 8, 0);
    }

    /** Whether this kernel's struct has such a member. */
    public boolean has(String path) {
        try {
            place(path);
            return true;
        } catch (BrokenStructureException e) {
            return false;
        }
    }

    /** The address of a member. */
    public long addressOf(String path) throws BrokenStructureException {
        return address + place(path).byteOffset();
    }

    /**
     * A number: an integer (sign-extended if it is signed), a bit field, an enumeration, a pointer; or the only number
     * in a struct, as in {@code atomic_t}.
     */
    public long number(String path) throws BrokenStructureException {
        Place place = place(path);
        BtfType resolved = types.resolve(place.type);
        for (int i = 0; i < DEEPEST_WRAPPER && resolved instanceof Composite wrapper; i++) {
            if (wrapper.members().isEmpty()) {
                break;
            }
            BtfType.Member only = wrapper.members().getFirst();
            place = new Place(only.type(), place.bitOffset + only.bitOffset(), only.bits());
            resolved = types.resolve(only.type());
        }
        return switch (resolved) {
            case BtfType.Int i -> integer(place, i.size(), i.signed());
            case BtfType.Enumeration e -> integer(place, e.size(), e.signed());
            case BtfType.Pointer p -> memory.pointer(address + place.byteOffset());
            default -> throw new BrokenStructureException("in this kernel " + path + " is no number");
        };
    }

    private long integer(Place place, int size, boolean signed) throws BrokenStructureException {
        int bits = place.bits == 0 ? size * 8 : place.bits;
        long value;
        if (place.bits == 0) {
            if (size != 1 && size != 2 && size != 4 && size != 8) {
                throw new BrokenStructureException("a number of " + size + " bytes cannot be read");
            }
            value = memory.read(address + place.byteOffset(), size);
        } else {
            value = bitField(place);
        }
        int unused = Long.SIZE - bits;
        return signed ? value << unused >> unused : value << unused >>> unused;
    }

    private long bitField(Place place) throws BrokenStructureException {
        long value = 0;
        int shift = (int) (place.bitOffset & 7);
        int bytes = (shift + place.bits + 7) / 8;
        for (int i = 0; i < bytes; i++) {
            long b = memory.read(address + place.byteOffset() + i, 1);
            int at = i * 8 - shift;
            value |= at >= 0 ? b << at : b >>> -at;
        }
        return value;
    }

    /** A number of at most 32 bits. */
    public int integer(String path) throws BrokenStructureException {
        return (int) number(path);
    }

    /** A struct or union inside this one. */
    public StructView struct(String path) throws BrokenStructureException {
        Place place = place(path);
        if (types.resolve(place.type) instanceof Composite inner) {
            return new StructView(memory, types, inner, address + place.byteOffset());
        }
        throw new BrokenStructureException("in this kernel " + path + " is no struct");
    }

    /** The struct that a pointer leads to; nothing for a null pointer. */
    public Optional<StructView> follow(String path) throws BrokenStructureException {
        Place place = place(path);
        if (!(types.resolve(place.type) instanceof BtfType.Pointer pointer)) {
            throw new BrokenStructureException("in this kernel " + path + " is no pointer");
        }
        Composite struct = switch (types.resolve(pointer.type())) {
            case Composite known -> known;
            case BtfType.Forward named -> types.composite(named.name());
            default -> throw new BrokenStructureException("in this kernel " + path + " leads to no struct");
        };
        long target = memory.pointer(address + place.byteOffset());
        return target == 0 ? Optional.empty() : Optional.of(new StructView(memory, types, struct, target));
    }

    /** As {@link #follow}, where the kernel always has something. */
    public StructView require(String path) throws BrokenStructureException {
        return follow(path)
                .orElseThrow(() -> new BrokenStructureException(
                        String.format("%s of struct %s at 0x%x is null", path, type.name(), address)));
    }

    /** A string: an array of characters, or a pointer to some, of which {@code limit} bytes at most are read. */
    public String text(String path, int limit) throws BrokenStructureException {
        Place place = place(path);
        long at = address + place.byteOffset();
        return switch (types.resolve(place.type)) {
            case BtfType.Array array -> memory.text(at, Math.clamp(types.sizeOf(place.type), 0, limit));
            case BtfType.Pointer pointer -> memory.text(memory.pointer(at), limit);
            default -> throw new BrokenStructureException("in this kernel " + path + " is no string");
        };
    }

    /** Another struct of the same type. */
    StructView at(long other) {
        return new StructView(memory, types, type, other);
    }

    /** The struct of which a member, {@code path}, is at {@code inside}: the kernel's {@code container_of}. */
    StructView around(long inside, String path) throws BrokenStructureException {
        return at(inside - place(path).byteOffset());
    }
}
