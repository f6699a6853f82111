/** The emulated machine: instruction set, harts, memory, devices, boards, loaders. */
@SuppressWarnings("module") // It exports to the translator, which is compiled later.
module dev.ravel.core {
    requires transitive org.jspecify;
    requires aircompressor.v3;
    requires org.tukaani.xz;
    requires java.xml;

    exports dev.ravel.boot;
    exports dev.ravel.isa;
    exports dev.ravel.asm;
    exports dev.ravel.asm.elf;
    exports dev.ravel.asm.program;
    exports dev.ravel.extension;
    exports dev.ravel.fp;
    exports dev.ravel.input;
    exports dev.ravel.display;
    exports dev.ravel.interrupt;
    exports dev.ravel.time;
    exports dev.ravel.fdt;
    exports dev.ravel.memory;
    exports dev.ravel.mmu;
    exports dev.ravel.csr;
    exports dev.ravel.observe;
    exports dev.ravel.hart;
    exports dev.ravel.engine;
    exports dev.ravel.device;
    exports dev.ravel.pci;
    exports dev.ravel.host;
    exports dev.ravel.host.posix;
    exports dev.ravel.host.qcow2;
    exports dev.ravel.disk;
    exports dev.ravel.net;
    exports dev.ravel.net.socket;
    exports dev.ravel.net.user;
    exports dev.ravel.net.vsock;
    exports dev.ravel.ninep;
    exports dev.ravel.share;
    exports dev.ravel.virtio;
    exports dev.ravel.machine;
    exports dev.ravel.machine.config;
    exports dev.ravel.snapshot;
    exports dev.ravel.state;
    exports dev.ravel.inspect;
    exports dev.ravel.inspect.device;
    exports dev.ravel.inspect.linux;
    exports dev.ravel.inspect.step;
    exports dev.ravel.conformance;
    exports dev.ravel.gdb;
    exports dev.ravel.pack;
    exports dev.ravel.engine.interpreter to
            dev.ravel.jit;

    uses dev.ravel.boot.FirmwareProvider;
    uses dev.ravel.engine.EngineProvider;

    provides dev.ravel.engine.EngineProvider with
            dev.ravel.engine.interpreter.InterpreterProvider,
            dev.ravel.engine.compare.CompareProvider;
    provides dev.ravel.pack.ReadyFiles with
            dev.ravel.engine.interpreter.StepFiles;
}
