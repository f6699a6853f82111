/**
 * The translator: {@link dev.ravel.jit.JitEngine} is an interpreter whose hot code is replaced by units of JVM bytecode.
 *
 * <p>Reading order: {@code JitEngine} (when and what is translated), {@code plan} (what makes a unit), {@code emit} (its
 * bytecode), {@code runtime} (what it runs on), {@code store} (what is kept).
 *
 * <p><b>Selection.</b> The interpreter takes a sample every some thousand instructions: the next place that control comes to
 * from below or by an address. When a place was met in some samples, a thread of its own plans a unit:
 * the code that can be reached from there within the page and was met before, over branches, past calls and into short functions, and to the targets
 * of computed jumps, up to a size that HotSpot still compiles. A large loop is planned with the function around it, and what a unit that is being
 * prepared holds is not planned once more: HotSpot would compile it for each. The unit's class is made, called some hundred times with
 * nothing to do so that HotSpot compiles it ({@code Rehearsal}), and then takes the place of the entry.
 *
 * <p><b>State.</b> A unit is found by the physical place of its entry and serves every mapping of it: all addresses in it are
 * relative to the page that it was entered in. It assumes one thing about the mode: a unit that was made when accesses were
 * {@linkplain dev.ravel.mmu.Mmu#isBare bare} is left at once where they are not. In all others data go through the TLB of the mode,
 * whose place it reads when it is entered and after whatever may change it. Each block that uses floating point looks first
 * whether it is enabled, and, in a unit that was made when that was so, whether NX is accrued and the rounding to nearest even. A unit that is
 * often left because it is not so, or because accesses are not bare, is made anew without the assumption.
 *
 * <p><b>Registers</b> that an innermost loop names are local variables in that loop, and those of a nest of loops that names few, in all of
 * it ({@code InnerLoops}); all others stay in the hart's arrays.
 * {@code Flow} says which have to be loaded where control enters the loop, and which to be stored where it leaves. Elsewhere a
 * local variable holds what was last read from the array or written to it, as long as control comes from one side only.
 *
 * <p><b>Words.</b> A register of such a loop that only ever holds 32 bits, sign-extended, is an {@code int} there ({@code Narrow}), if it
 * holds no more where the loop is entered. That is looked at, except for those that each round writes before it reads them. A loop that
 * was entered otherwise has its units made anew, without such registers. A floating-point register that only ever holds numbers of single precision is a
 * {@code float} there, on the same condition; one that a unit names for nothing but double precision has a {@code double} for its variable.
 *
 * <p><b>Division.</b> What each round of a loop divides by, and none changes, has its reciprocal in a local variable ({@code Divisors}).
 *
 * <p><b>Counting.</b> The budget is a local variable too, reduced at the end of each block. Where control can come round again, in
 * the lowest place of each way round, the unit looks whether it lasts for any way to the next such place; if not, it returns that place's address, and whoever
 * called it gets more budget or leaves.
 *
 * <p><b>Traces.</b> A short loop with one way round it is written several rounds in a row ({@code Trace}): budget, safepoint and TLB are
 * looked at once for all of these. Where a page ends within the rounds, or control comes into the loop elsewhere, its blocks are run
 * instead, a round at a time.
 *
 * <p><b>Copies and fills.</b> A loop of one block that does nothing but copy memory or fill it ({@code BulkLoop}) has most of its rounds done at once where it
 * is entered ({@code BulkMemory}): those, as far as the budget lasts, whose pages are known to need no more than the access, and that copy nothing that overlaps. The loop's own
 * code does the last round, and whatever may trap.
 *
 * <p><b>Ways out.</b> A unit returns the address to go on at; or, after it has told the state why, {@code UNWIND}: a trap, a
 * change of mode or mapping, code that was written to, somebody who asks for attention. Pc, count and registers are exact then.
 * A guest's call is a call of the JVM, as long as it comes back to where it should and does not nest too deeply;
 * a call within the page knows the array that its unit is in. What a unit calls of its own code, itself again or a short function that is
 * planned with it, is no call: control goes there by a jump, and a return looks whether it comes back to behind one of these. A call by an
 * address looks whether it goes to one of the short functions near it.
 *
 * <p><b>What seldom runs.</b> What hardly any unit comes to, such as floating point that is not ordinary, begins with a constant that the JVM has yet to resolve ({@code Seldom}):
 * HotSpot's second compiler leaves it out until then. All classes that a unit names are known to its loader before it runs, or it would leave
 * out the calls of these, too.
 *
 * <p><b>Invalidation.</b> What a plan reads is watched before it is read. A write to it drops all units of the page, and a
 * unit that was planned before is not installed. A hart whose own store did that leaves at once.
 *
 * <p><b>Room.</b> Units are given up, oldest first, when their bytecode exceeds a budget ({@code UnitLedger}); HotSpot unloads
 * their classes when nothing refers to them. A guest that generates code may ask for more than one thread translates, and have changed it when its turn
 * comes: so the requests that wait and the units that are rehearsed are bounded, too, and what has become of a page that is stale is forgotten ({@code Background}).
 *
 * <p><b>From run to run.</b> Units are kept in a file ({@code store}), if the settings name one, and a guest that is run again has them as soon as the samples say
 * that their code gets warm, with nothing to plan or to write. A unit is found by the bytes that it was made from, wherever these lie. It depends on
 * nothing else but the build of Ravel and a few settings, which the file names. What was made anew because it was not right for what its code does is kept in place of
 * what it replaced. Where a run wanted a unit late, after many instructions, another one has it early only if its code is hot there. And in which pages units were
 * made is known, too: where the same code is in RAM when a guest is loaded, those that were wanted first are made and rehearsed before it runs,
 * one only for each place.
 *
 * <p><b>Seeing it.</b> {@code --stats} has the engine's counters, Java Flight Recorder the events {@code dev.ravel.Translate},
 * {@code Invalidate} and {@code Drop}, and an observer is told of the same. {@code explain} of the engine puts guest code, plan
 * and bytecode side by side: the emitter tells which instruction its code is for, and {@code Listing} writes it down.
 *
 * <p><b>Memory.</b> Units access RAM by host addresses ({@code DirectRamAccess}), and the TLBs and the hart's registers without checks of
 * indices ({@code AccessCode}), where the JVM was started for it ({@link dev.ravel.memory.DirectAccess}), else through a memory segment ({@code
 * RamAccess}) and arrays, which is right as well and slower. Accesses at constant distances from one register are looked up in the TLB together ({@code AccessRuns}), and
 * in such a loop what was looked up is remembered from round to round. Where they are not all in one page, each looks for
 * itself, in a second copy of the code: in loops, and elsewhere in units that are made anew because they were often left for that ({@code Expectations}). A hart's TLB is changed by nobody else while it runs a unit, so what was looked up
 * stays true until the mode may have changed. Bare accesses need no TLB: that an address lies in RAM is a comparison, and whether its page may be
 * stored to a byte of a map ({@link dev.ravel.mmu.StorablePages}). There are no pages to remember then, and no second copies.
 *
 * <p>Glossary. <i>Entry</i>: a place in guest code that a block of the interpreter begins at. <i>Unit</i>: guest
 * code from one entry on, translated to one class. <i>Plan</i>: what a unit is made from. <i>Stub</i>: what a unit does
 * where its fast way ends. <i>Budget</i>: instructions that may still run. <i>Unwinding</i>: all units on the JVM's stack
 * return at once.
 */
@NullMarked
package dev.ravel.jit;

import org.jspecify.annotations.NullMarked;
