package dev.ravel.inspect.linux;

import java.util.List;

/**
 * A type of a C program as BTF describes it (Linux, Documentation/bpf/btf.rst, 2.2). Numbers named {@code type} are
 * those of {@link Btf#type}; 0 is {@code void}.
 */
public sealed interface BtfType {
    /** Its name, empty for those without. */
    String name();

    /** {@code void}. */
    record Nothing() implements BtfType {
        @Override
        public String name() {
            return "void";
        }
    }

    /**
     * {@code BTF_KIND_INT}.
     *
     * @param size bytes
     * @param bits how many of them count
     * @param bitOffset where these begin
     */
    record Int(String name, int size, boolean signed, int bits, int bitOffset) implements BtfType {}

    /** {@code BTF_KIND_FLOAT}, of {@code size} bytes. */
    record Floating(String name, int size) implements BtfType {}

    /** {@code BTF_KIND_PTR}. */
    record Pointer(int type) implements BtfType {
        @Override
        public String name() {
            return "";
        }
    }

    /** {@code BTF_KIND_ARRAY}. */
    record Array(int type, int count) implements BtfType {
        @Override
        public String name() {
            return "";
        }
    }

    /** {@code BTF_KIND_STRUCT} and {@code BTF_KIND_UNION}, of {@code size} bytes. */
    record Composite(String name, boolean union, int size, List<Member> members) implements BtfType {}

    /**
     * A member of a struct or union.
     *
     * @param name empty for an anonymous struct or union, whose members count as those of the one around it
     * @param bitOffset from the beginning of the struct
     * @param bits of a bit field, otherwise 0
     */
    record Member(String name, int type, long bitOffset, int bits) {}

    /** {@code BTF_KIND_ENUM} and {@code BTF_KIND_ENUM64}. */
    record Enumeration(String name, int size, boolean signed, List<Enumerator> values) implements BtfType {}

    /** A name in an enumeration. */
    record Enumerator(String name, long value) {}

    /** {@code BTF_KIND_FWD}: a struct or union of which only the name is known. */
    record Forward(String name, boolean union) implements BtfType {}

    /**
     * What only adds to another type: {@code BTF_KIND_TYPEDEF}, {@code VOLATILE}, {@code CONST}, {@code RESTRICT},
     * {@code TYPE_TAG}.
     */
    record Alias(String name, int type) implements BtfType {}

    /** What is no type of data: functions and their prototypes, variables, sections, tags of declarations. */
    record Other(String name, int kind) implements BtfType {}
}
