/** JMH benchmarks and guest benchmark programs. */
module dev.ravel.benchmarks {
    requires dev.ravel.core;
    requires jmh.core;
}
