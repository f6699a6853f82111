package dev.ravel.cli;

import dev.ravel.hart.Hart;
import dev.ravel.inspect.PageWalkView;
import dev.ravel.inspect.Symbols;
import dev.ravel.isa.Privilege;
import dev.ravel.mmu.AccessType;
import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A value of {@code --walk}.
 *
 * @param address a number or a symbol, as it was written
 * @param privilege none for that of the hart
 */
record WalkOption(String address, AccessType type, OptionalInt privilege) {
    /**
     * The walk.
     *
     * @param name what the user calls it
     * @throws CliException if there is no such symbol
     */
    PageWalkView view(String name, Hart hart, Symbols symbols) {
        int mode = privilege.orElse(type == AccessType.FETCH ? hart.privilege() : hart.mmu.dataPrivilege());
        return PageWalkView.of(hart, Addresses.of(name, address, symbols), type, mode);
    }

    /** {@code ADDRESS[,load|store|fetch][,user|supervisor|machine]}. */
    static final class Converter implements ITypeConverter<WalkOption> {
        @Override
        public WalkOption convert(String text) {
            String[] words = text.split(",");
            AccessType type = AccessType.LOAD;
            OptionalInt privilege = OptionalInt.empty();
            for (int i = 1; i < words.length; i++) {
                switch (words[i]) {
                    case "load" -> type = AccessType.LOAD;
                    case "store" -> type = AccessType.STORE;
                    case "fetch" -> type = AccessType.FETCH;
                    case "user" -> privilege = OptionalInt.of(Privilege.USER);
                    case "supervisor" -> privilege = OptionalInt.of(Privilege.SUPERVISOR);
                    case "machine" -> privilege = OptionalInt.of(Privilege.MACHINE);
                    default ->
                        throw new TypeConversionException(
                                "'" + words[i] + "' is neither load, store, fetch nor user, supervisor, machine");
                }
            }
            if (words.length == 0 || words[0].isBlank()) {
                throw new TypeConversionException("an address is missing in '" + text + "'");
            }
            return new WalkOption(words[0], type, privilege);
        }
    }
}
