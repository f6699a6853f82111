package dev.ravel.inspect.linux;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The symbols of a kernel by name and by address; those of its modules are not among them. Immutable. */
public final class KernelSymbols {
    /** What this far after the last symbol lies is no longer said to belong to it. */
    private static final long REACH_OF_LAST = 1 << 20;

    private final String[] names;
    private final char[] types;
    private final long[] addresses;
    private final Map<String, Integer> byName;

    /** The symbols at their addresses, which do not fall; the arrays belong to this from now on. */
    KernelSymbols(String[] names, char[] types, long[] addresses) {
        this.names = names;
        this.types = types;
        this.addresses = addresses;
        byName = HashMap.newHashMap(names.length);
        for (int i = 0; i < names.length; i++) {
            byName.putIfAbsent(names[i], i);
        }
    }

    /** How many there are. */
    public int size() {
        return names.length;
    }

    /** The symbol of that number, from 0, in the order of addresses. */
    public KernelSymbol get(int index) {
        return new KernelSymbol(names[index], types[index], addresses[index]);
    }

    /** The address of a symbol; of several local ones with the same name, that of the one at the lowest address. */
    public OptionalLong address(String name) {
        Integer index = byName.get(name);
        return index == null ? OptionalLong.empty() : OptionalLong.of(addresses[index]);
    }

    /** The first of the symbols at the greatest address that is not above {@code address}. */
    public Optional<KernelSymbol.Nearest> nearest(long address) {
        int low = 0;
        int high = addresses.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Long.compareUnsigned(addresses[middle], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0 || low == addresses.length && address - addresses[low - 1] >= REACH_OF_LAST) {
            return Optional.empty();
        }
        int index = low - 1;
        while (index > 0 && addresses[index - 1] == addresses[index]) {
            index--;
        }
        return Optional.of(new KernelSymbol.Nearest(get(index), address - addresses[index]));
    }
}
