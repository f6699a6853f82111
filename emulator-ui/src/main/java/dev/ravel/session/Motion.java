package dev.ravel.session;

/** What lets a machine run and stand still. All methods are called by one who holds the session's lock. */
sealed interface Motion permits FreeMotion, RecordedMotion {
    void start();

    void pause();

    void resume();

    void reset();

    /** How fast it is to run. */
    void setSpeed(Speed speed);

    /** Ends it, after the machine was stopped. */
    void close();
}
