package dev.ravel.jit;

import dev.ravel.jit.store.KeptUnit;
import java.util.Optional;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * What the translator tells Java Flight Recorder. While nobody has started that, no event is made: the first one would have the
 * JVM read what all its events look like, which takes as long as translating dozens of units.
 */
final class JitEvents {
    private JitEvents() {}

    /** A translation begins; nothing if nobody listens. */
    static Optional<Translate> translating() {
        if (!FlightRecorder.isInitialized()) {
            return Optional.empty();
        }
        Translate event = new Translate();
        event.begin();
        return Optional.of(event);
    }

    /** The guest wrote to the page at that address, from which so many units were made. */
    static void invalidated(long address, int units) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        Invalidate event = new Invalidate();
        if (event.shouldCommit()) {
            event.address = hex(address);
            event.units = units;
            event.commit();
        }
    }

    /** The unit at that address made room for others. */
    static void dropped(long address, int bytes) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        Drop event = new Drop();
        if (event.shouldCommit()) {
            event.address = hex(address);
            event.bytes = bytes;
            event.commit();
        }
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    /** A unit was planned, emitted and defined; its duration is the time that took. */
    @Name("dev.ravel.Translate")
    @Label("Translate")
    @Category("Ravel")
    @Description("A unit of guest code was translated to bytecode")
    @StackTrace(false)
    static final class Translate extends Event {
        @Label("Physical Address")
        String address = "";

        @Label("Guest Instructions")
        int instructions;

        @Label("Entries")
        int entries;

        @Label("Bytes of Bytecode")
        int bytes;

        /** Ends it. */
        void commit(long place, KeptUnit unit) {
            end();
            if (shouldCommit()) {
                address = hex(place);
                instructions = unit.starts().length;
                entries = unit.entries().length;
                bytes = unit.codeSize();
                commit();
            }
        }
    }

    /** The guest wrote to translated code. */
    @Name("dev.ravel.Invalidate")
    @Label("Invalidate")
    @Category("Ravel")
    @Description("The guest wrote to a page of translated code")
    @StackTrace(false)
    static final class Invalidate extends Event {
        @Label("Physical Address")
        String address = "";

        @Label("Units")
        int units;
    }

    /** A unit made room for others. */
    @Name("dev.ravel.Drop")
    @Label("Drop")
    @Category("Ravel")
    @Description("A unit was dropped for want of room")
    @StackTrace(false)
    static final class Drop extends Event {
        @Label("Physical Address")
        String address = "";

        @Label("Bytes of Bytecode")
        int bytes;
    }
}
