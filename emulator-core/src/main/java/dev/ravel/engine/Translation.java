package dev.ravel.engine;

/** Guest code in a faster form, which stands for the instructions from one place on; made and run by a {@link Translator}. */
public interface Translation {}
