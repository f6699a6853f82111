package dev.ravel.jit.emit;

import java.util.LinkedHashSet;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Type;

/** What a class file refers to. */
final class References {
    /** Tag of a class in the constant pool: JVMS 4.4, Table 4.4-A. */
    private static final int CLASS = 7;

    /** Tag of a field's or method's name and type. */
    private static final int NAME_AND_TYPE = 12;

    private References() {}

    /**
     * The classes that a class file names, as owners of fields and methods or as types of these, itself left out. Their names have slashes.
     */
    static Set<String> of(byte[] classFile) {
        ClassReader reader = new ClassReader(classFile);
        char[] buffer = new char[reader.getMaxStringLength()];
        Set<String> names = new LinkedHashSet<>();
        for (int i = 1; i < reader.getItemCount(); i++) {
            int item = reader.getItem(i);
            if (item == 0) {
                // The second half of a long or a double.
                continue;
            }
            switch (reader.readByte(item - 1)) {
                case CLASS -> add(names, Type.getObjectType(reader.readUTF8(item, buffer)));
                case NAME_AND_TYPE -> add(names, Type.getType(reader.readUTF8(item + 2, buffer)));
                default -> {}
            }
        }
        names.remove(reader.getClassName());
        return names;
    }

    private static void add(Set<String> names, Type type) {
        switch (type.getSort()) {
            case Type.OBJECT -> names.add(type.getInternalName());
            case Type.ARRAY -> add(names, type.getElementType());
            case Type.METHOD -> {
                for (Type argument : type.getArgumentTypes()) {
                    add(names, argument);
                }
                add(names, type.getReturnType());
            }
            default -> {}
        }
    }
}
