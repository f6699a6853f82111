/** The translator from guest code to JVM bytecode: one more execution engine. */
module dev.ravel.jit {
    requires transitive dev.ravel.core;
    requires jdk.jfr;
    requires org.objectweb.asm;
    requires org.objectweb.asm.util;

    exports dev.ravel.jit;
    // Generated code, which is in no module, calls what is in here.
    exports dev.ravel.jit.runtime;

    provides dev.ravel.engine.EngineProvider with
            dev.ravel.jit.JitProvider;
}
