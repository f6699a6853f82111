package dev.ravel.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Runs a test, which takes a {@link TestEngine}, under every engine that the module's tests see, and again for each of its {@link #variations}. The classes that use it are run in core, and again in the module of the JIT, which translates at first sight
 * then.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@ArgumentsSource(EveryEngine.All.class)
public @interface EveryEngine {
    /** How many harts the test runs: engines that cannot are left out. */
    int harts() default 1;

    /** What the test makes a difference by: a variation that it does not look at would only be the same test once more. */
    Variation[] variations() default {Variation.SLICES, Variation.PROTECTION};

    /** How the runs of one engine differ. */
    enum Variation {
        /** {@link TestEngine#slice}: in very short runs too. */
        SLICES,

        /** {@link TestEngine#bare}: also with accesses that go by TLBs. */
        PROTECTION
    }

    /** The engines. */
    final class All implements ArgumentsProvider {
        @Override
        public Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) {
            EveryEngine test = context.getRequiredTestMethod().getAnnotation(EveryEngine.class);
            List<Variation> variations = List.of(test.variations());
            return EngineProvider.names(test.harts()).stream()
                    .flatMap(name -> engines(name, variations))
                    .map(Arguments::of);
        }

        private static Stream<TestEngine> engines(String name, List<Variation> variations) {
            Stream.Builder<TestEngine> engines = Stream.builder();
            engines.add(new TestEngine(name, Long.MAX_VALUE));
            if (variations.contains(Variation.SLICES)) {
                engines.add(new TestEngine(name, 1)).add(new TestEngine(name, 7));
            }
            if (variations.contains(Variation.PROTECTION)) {
                engines.add(new TestEngine(name, Long.MAX_VALUE, false));
            }
            return engines.build();
        }
    }
}
