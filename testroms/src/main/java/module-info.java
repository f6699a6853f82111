/** Self-checking RISC-V programs, and the tests that run them on whole machines. */
module dev.ravel.testroms {
    requires transitive dev.ravel.core;
    requires dev.ravel.firmware;
    requires dev.ravel.jit;

    exports dev.ravel.testroms;
    exports dev.ravel.testroms.random;
}
