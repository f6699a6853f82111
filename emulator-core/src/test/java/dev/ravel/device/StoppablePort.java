package dev.ravel.device;

import java.io.ByteArrayOutputStream;

/** A console port whose reader can stop. */
public final class StoppablePort implements ConsolePort {
    /** What came out. */
    public final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private final ConsoleListeners onRoom = new ConsoleListeners();
    private int room;

    /** A port that takes so many bytes before it is congested. */
    public StoppablePort(int room) {
        this.room = room;
    }

    /** The reader has read so many bytes. */
    public void read(int bytes) {
        room += bytes;
        onRoom.tell();
    }

    @Override
    public boolean congested() {
        return room <= 0;
    }

    @Override
    public Subscription onRoom(Runnable listener) {
        return onRoom.add(listener);
    }

    @Override
    public void output(int value) {
        room--;
        printed.write(value);
    }

    @Override
    public int input() {
        return NOTHING;
    }

    @Override
    public Subscription onInput(Runnable listener) {
        return () -> {};
    }
}
