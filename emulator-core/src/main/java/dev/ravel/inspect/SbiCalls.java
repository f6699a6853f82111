package dev.ravel.inspect;

import java.util.HashMap;
import java.util.Map;

/** The names of SBI's extensions and functions (SBI 2.0, chapters 4 to 17). */
final class SbiCalls {
    /** What any call is named that the specification does not. */
    static final String UNKNOWN = "unknown SBI call";

    private static final Map<Long, String[]> EXTENSIONS = new HashMap<>();

    static {
        legacy(
                "set_timer",
                "console_putchar",
                "console_getchar",
                "clear_ipi",
                "send_ipi",
                "remote_fence_i",
                "remote_sfence_vma",
                "remote_sfence_vma_asid",
                "shutdown");
        extension(
                0x10,
                "BASE",
                "get_spec_version",
                "get_impl_id",
                "get_impl_version",
                "probe_extension",
                "get_mvendorid",
                "get_marchid",
                "get_mimpid");
        extension(0x5449_4d45, "TIME", "set_timer");
        extension(0x73_5049, "IPI", "send_ipi");
        extension(
                0x5246_4e43,
                "RFENCE",
                "remote_fence_i",
                "remote_sfence_vma",
                "remote_sfence_vma_asid",
                "remote_hfence_gvma_vmid",
                "remote_hfence_gvma",
                "remote_hfence_vvma_asid",
                "remote_hfence_vvma");
        extension(0x48_534d, "HSM", "hart_start", "hart_stop", "hart_get_status", "hart_suspend");
        extension(0x5352_5354, "SRST", "system_reset");
        extension(
                0x50_4d55,
                "PMU",
                "num_counters",
                "counter_get_info",
                "counter_config_matching",
                "counter_start",
                "counter_stop",
                "counter_fw_read",
                "counter_fw_read_hi",
                "snapshot_set_shmem");
        extension(0x4442_434e, "DBCN", "console_write", "console_read", "console_write_byte");
        extension(0x5355_5350, "SUSP", "system_suspend");
        extension(0x4350_5043, "CPPC", "probe", "read", "read_hi", "write");
        extension(0x4e41_434c, "NACL", "probe_feature", "set_shmem", "sync_csr", "sync_hfence", "sync_sret");
        extension(0x53_5441, "STA", "steal_time_set_shmem");
    }

    private SbiCalls() {}

    private static void extension(long id, String name, String... functions) {
        String[] names = new String[functions.length];
        for (int i = 0; i < functions.length; i++) {
            names[i] = name + "." + functions[i];
        }
        EXTENSIONS.put(id, names);
    }

    /** Extensions 0 to 8 are a function each, whatever {@code a6} holds. */
    private static void legacy(String... functions) {
        for (int i = 0; i < functions.length; i++) {
            EXTENSIONS.put((long) i, new String[] {"legacy." + functions[i]});
        }
    }

    /**
     * The name of a call: {@code TIME.set_timer}. There are not many, however a guest calls.
     *
     * @param extension {@code a7}
     * @param function {@code a6}
     */
    static String name(long extension, long function) {
        String[] functions = EXTENSIONS.get(extension);
        if (functions == null) {
            return UNKNOWN;
        }
        boolean legacy = extension >= 0 && extension <= 8;
        long index = legacy ? 0 : function;
        return index >= 0 && index < functions.length ? functions[(int) index] : UNKNOWN;
    }
}
