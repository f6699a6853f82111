/** Programs in RISC-V assembly that belong to Ravel: M-mode firmware, and small kernels to learn from. */
module dev.ravel.firmware {
    requires transitive dev.ravel.core;

    exports dev.ravel.firmware;

    provides dev.ravel.boot.FirmwareProvider with
            dev.ravel.firmware.BuiltInFirmware;
    provides dev.ravel.pack.ReadyFiles with
            dev.ravel.firmware.BuiltInFirmware;
}
