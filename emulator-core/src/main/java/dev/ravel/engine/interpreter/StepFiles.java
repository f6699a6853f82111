package dev.ravel.engine.interpreter;

import dev.ravel.extension.Extensions;
import dev.ravel.pack.ReadyFiles;
import java.util.Map;

/** The classes that the interpreter would make while it runs. */
public final class StepFiles implements ReadyFiles {
    /** Called by {@link java.util.ServiceLoader}. */
    public StepFiles() {}

    @Override
    public Map<String, byte[]> files() {
        return StepClasses.files(Extensions.RV64.all());
    }
}
