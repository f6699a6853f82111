/**
 * Linux from outside: what a guest's kernel knows, read from its memory with no agent in the guest. {@link
 * dev.ravel.inspect.linux.KernelImage} finds the kernel and its symbols (kallsyms), {@link
 * dev.ravel.inspect.linux.LinuxKernel} adds its types (BTF); from there {@link
 * dev.ravel.inspect.linux.StructView} reads any structure by the names of its members.
 *
 * <p>Nothing here changes the machine, and nothing that the guest has in its memory is trusted: what does not hold
 * together is a {@link dev.ravel.inspect.linux.BrokenStructureException}, and every walk has an end. A sample is exact
 * when the machine is paused; while it runs, each piece was true at some moment.
 */
@NullMarked
package dev.ravel.inspect.linux;

import org.jspecify.annotations.NullMarked;
