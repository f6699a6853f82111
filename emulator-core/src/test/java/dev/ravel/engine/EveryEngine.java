package dev.ravel.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Runs a test, which takes a {@link TestEngine}, under every engine that the module's tests see, in long runs and in very
 * short ones, and with accesses that go by TLBs. The classes that use it are run in core, and again in the module of the JIT, which translates at first sight
 * then.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@ArgumentsSource(EveryEngine.All.class)
public @interface EveryEngine {
    /** How many harts the test runs: engines that cannot are left out. */
    int harts() default 1;

    /** The engines. */
    final class All implements ArgumentsProvider {
        @Override
        public Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) {
            int harts = context.getRequiredTestMethod()
                    .getAnnotation(EveryEngine.class)
                    .harts();
            return EngineProvider.names(harts).stream()
                    .flatMap(name -> Stream.concat(
                            Stream.of(Long.MAX_VALUE, 1L, 7L).map(slice -> new TestEngine(name, slice)),
                            Stream.of(new TestEngine(name, Long.MAX_VALUE, false))))
                    .map(Arguments::of);
        }
    }
}
