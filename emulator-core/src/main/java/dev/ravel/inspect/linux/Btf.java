package dev.ravel.inspect.linux;

import dev.ravel.inspect.linux.BtfType.Composite;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The types of a kernel (BPF Type Format; Linux, Documentation/bpf/btf.rst). Reading them finds where each begins; a
 * type is decoded when it is asked for. Immutable.
 */
public final class Btf {
    private static final int MAGIC = 0xeb9f;
    private static final int VERSION = 1;
    private static final int HEADER_SIZE = 24;

    /** {@code struct btf_type}: name, info, and a size or a type. */
    private static final int TYPE_SIZE = 12;

    /** Each {@code const}, {@code typedef} and the like is a step; types that lead to themselves have no end. */
    private static final int LONGEST_CHAIN = 64;

    private final ByteBuffer types;
    private final ByteBuffer strings;
    private final int[] offsets;

    /** By number, once they were asked for. Two threads may both decode one, to the same. */
    private final @Nullable BtfType[] decoded;

    private final Map<String, Integer> composites = new HashMap<>();
    private final List<Integer> enumerations = new ArrayList<>();
    private final Map<String, Long> constants = new HashMap<>();

    private Btf(ByteBuffer types, ByteBuffer strings) throws InspectionException {
        this.types = types;
        this.strings = strings;
        this.offsets = index();
        this.decoded = new BtfType[offsets.length];
    }

    /**
     * Reads what is between {@code __start_BTF} and {@code __stop_BTF}.
     *
     * @throws InspectionException if it is damaged
     */
    public static Btf parse(byte[] blob) throws InspectionException {
        ByteBuffer in = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
        if (blob.length < HEADER_SIZE || (in.getShort(0) & 0xffff) != MAGIC) {
            throw new InspectionException("the kernel's types (BTF) do not begin with their magic number");
        }
        if (in.get(2) != VERSION) {
            throw new InspectionException("the kernel's types (BTF) have version " + in.get(2) + ", not " + VERSION);
        }
        long header = Integer.toUnsignedLong(in.getInt(4));
        return new Btf(
                section(in, "types", header + Integer.toUnsignedLong(in.getInt(8)), in.getInt(12)),
                section(in, "strings", header + Integer.toUnsignedLong(in.getInt(16)), in.getInt(20)));
    }

    private static ByteBuffer section(ByteBuffer in, String what, long from, int length) throws InspectionException {
        if (length < 0 || from + length > in.capacity()) {
            throw new InspectionException("the kernel's types (BTF) are cut off: their " + what + " are missing");
        }
        return in.slice((int) from, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Finds where each type begins, and those that can be asked for by name. */
    private int[] index() throws InspectionException {
        int[] found = new int[1024];
        int count = 1;
        int at = 0;
        while (at + TYPE_SIZE <= types.capacity()) {
            if (count == found.length) {
                found = Arrays.copyOf(found, count * 2);
            }
            found[count] = at;
            int info = types.getInt(at + 4);
            int kind = BtfKind.of(info);
            int size = BtfKind.extra(kind, BtfKind.length(info));
            if (size < 0) {
                throw new InspectionException("the kernel's types (BTF) have one of an unknown kind, " + kind);
            }
            switch (kind) {
                case BtfKind.STRUCT, BtfKind.UNION -> composites.putIfAbsent(string(types.getInt(at)), count);
                case BtfKind.ENUM, BtfKind.ENUM64 -> {
                    enumerations.add(count);
                }
                default -> {}
            }
            count++;
            at += TYPE_SIZE + size;
        }
        if (at != types.capacity()) {
            throw new InspectionException("the kernel's types (BTF) are cut off in the middle of a type");
        }
        return Arrays.copyOf(found, count);
    }

    /** How many types there are, {@code void} included: their numbers are less. */
    public int size() {
        return offsets.length;
    }

    /**
     * The type of a number.
     *
     * @throws BrokenStructureException if there is none, or it is damaged
     */
    public BtfType type(int number) throws BrokenStructureException {
        if (number == 0) {
            return new BtfType.Nothing();
        }
        if (number < 0 || number >= offsets.length) {
            throw new BrokenStructureException("the kernel's types have no number " + number);
        }
        try {
            BtfType type = decoded[number];
            if (type == null) {
                type = decode(offsets[number]);
                decoded[number] = type;
            }
            return type;
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new BrokenStructureException("the kernel's type number " + number + " is cut off");
        }
    }

    private BtfType decode(int at) {
        ByteBuffer in = types.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(at);
        String name = string(in.getInt());
        int info = in.getInt();
        int sizeOrType = in.getInt();
        int length = BtfKind.length(info);
        boolean flag = info < 0;
        int kind = BtfKind.of(info);
        return switch (kind) {
            case BtfKind.INT -> {
                int encoding = in.getInt();
                yield new BtfType.Int(
                        name, sizeOrType, (encoding >>> 24 & 1) != 0, encoding & 0xff, encoding >>> 16 & 0xff);
            }
            case BtfKind.FLOAT -> new BtfType.Floating(name, sizeOrType);
            case BtfKind.PTR -> new BtfType.Pointer(sizeOrType);
            case BtfKind.ARRAY -> {
                int element = in.getInt();
                in.getInt();
                yield new BtfType.Array(element, in.getInt());
            }
            case BtfKind.STRUCT, BtfKind.UNION ->
                new Composite(name, kind == BtfKind.UNION, sizeOrType, members(in, length, flag));
            case BtfKind.ENUM -> {
                List<BtfType.Enumerator> values = new ArrayList<>();
                for (int i = 0; i < length; i++) {
                    String value = string(in.getInt());
                    int raw = in.getInt();
                    values.add(new BtfType.Enumerator(value, flag ? raw : Integer.toUnsignedLong(raw)));
                }
                yield new BtfType.Enumeration(name, sizeOrType, flag, List.copyOf(values));
            }
            case BtfKind.ENUM64 -> {
                List<BtfType.Enumerator> values = new ArrayList<>();
                for (int i = 0; i < length; i++) {
                    String value = string(in.getInt());
                    values.add(new BtfType.Enumerator(value, in.getLong()));
                }
                yield new BtfType.Enumeration(name, sizeOrType, flag, List.copyOf(values));
            }
            case BtfKind.FWD -> new BtfType.Forward(name, flag);
            case BtfKind.TYPEDEF, BtfKind.VOLATILE, BtfKind.CONST, BtfKind.RESTRICT, BtfKind.TYPE_TAG ->
                new BtfType.Alias(name, sizeOrType);
            default -> new BtfType.Other(name, kind);
        };
    }

    /** With the flag set, the upper 8 bits of an offset are the size of a bit field. */
    private List<BtfType.Member> members(ByteBuffer in, int count, boolean flag) {
        List<BtfType.Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = string(in.getInt());
            int type = in.getInt();
            int offset = in.getInt();
            members.add(
                    flag
                            ? new BtfType.Member(name, type, offset & 0xff_ffff, offset >>> 24)
                            : new BtfType.Member(name, type, Integer.toUnsignedLong(offset), 0));
        }
        return List.copyOf(members);
    }

    /** The string that begins at an offset; a damaged offset has none. */
    private String string(int offset) {
        if (offset < 0 || offset >= strings.capacity()) {
            return "";
        }
        int end = offset;
        while (end < strings.capacity() && strings.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - offset];
        strings.get(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The struct or union of that name. */
    public Composite composite(String name) throws BrokenStructureException {
        Integer number = composites.get(name);
        if (number == null || !(type(number) instanceof Composite composite)) {
            throw new BrokenStructureException("this kernel has no struct " + name);
        }
        return composite;
    }

    /**
     * The value of a name in any enumeration, those without a name included.
     *
     * @throws BrokenStructureException if this kernel has none
     */
    public long constant(String name) throws BrokenStructureException {
        Long value = constants().get(name);
        if (value == null) {
            throw new BrokenStructureException("this kernel has no constant " + name);
        }
        return value;
    }

    /** Whether this kernel has such a name in an enumeration. */
    public boolean hasConstant(String name) throws BrokenStructureException {
        return constants().containsKey(name);
    }

    /** Made when it is first asked for. */
    private synchronized Map<String, Long> constants() throws BrokenStructureException {
        if (constants.isEmpty()) {
            for (int number : enumerations) {
                if (type(number) instanceof BtfType.Enumeration enumeration) {
                    enumeration.values().forEach(v -> constants.putIfAbsent(v.name(), v.value()));
                }
            }
        }
        return constants;
    }

    /** The type behind typedefs and qualifiers. */
    public BtfType resolve(int number) throws BrokenStructureException {
        BtfType type = type(number);
        for (int i = 0; i < LONGEST_CHAIN; i++) {
            if (!(type instanceof BtfType.Alias alias)) {
                return type;
            }
            type = type(alias.type());
        }
        throw new BrokenStructureException("the kernel's type number " + number + " leads to itself");
    }

    /** The bytes that a value of a type takes. */
    public long sizeOf(int number) throws BrokenStructureException {
        return sizeOf(number, 0);
    }

    private long sizeOf(int number, int depth) throws BrokenStructureException {
        if (depth > LONGEST_CHAIN) {
            throw new BrokenStructureException("the kernel's type number " + number + " leads to itself");
        }
        return switch (resolve(number)) {
            case BtfType.Int i -> i.size();
            case BtfType.Floating f -> f.size();
            case BtfType.Pointer p -> Long.BYTES;
            case BtfType.Array a -> Integer.toUnsignedLong(a.count()) * sizeOf(a.type(), depth + 1);
            case Composite c -> c.size();
            case BtfType.Enumeration e -> e.size();
            case BtfType.Nothing n -> 1;
            case BtfType.Forward f -> throw sizeless(f);
            case BtfType.Alias a -> throw sizeless(a);
            case BtfType.Other o -> throw sizeless(o);
        };
    }

    private static BrokenStructureException sizeless(BtfType type) {
        return new BrokenStructureException("the kernel's type " + type.name() + " has no size");
    }

    /**
     * A member of a struct by its name, those of anonymous structs and unions in it included.
     *
     * @return with its offset from the beginning of {@code in}, or nothing if this kernel's struct has none
     */
    public Optional<BtfType.Member> member(Composite in, String name) throws BrokenStructureException {
        return member(in, name, 0, new HashSet<>());
    }

    private Optional<BtfType.Member> member(Composite in, String name, long bitOffset, Set<Integer> seen)
            throws BrokenStructureException {
        for (BtfType.Member m : in.members()) {
            if (m.name().equals(name)) {
                return Optional.of(new BtfType.Member(name, m.type(), bitOffset + m.bitOffset(), m.bits()));
            }
        }
        for (BtfType.Member m : in.members()) {
            // What has been looked through need not be again: damaged types may contain themselves.
            if (m.name().isEmpty() && resolve(m.type()) instanceof Composite inner && seen.add(m.type())) {
                Optional<BtfType.Member> found = member(inner, name, bitOffset + m.bitOffset(), seen);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
