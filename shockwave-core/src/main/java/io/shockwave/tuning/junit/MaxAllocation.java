package io.shockwave.tuning.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails a test that allocates more than this in each invocation, once the JIT has compiled it. On a class it holds for each test method that has none of its own.
 *
 * <p>The method is run once as every test is, and then some ten thousand times more on the same instance and thread, without its {@code @BeforeEach} and {@code @AfterEach}: it must bear
 * that. See {@link AllocationGuard} for what is counted.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@SuppressWarnings("exports") // whoever uses it requires JUnit already, and nobody else shall
@ExtendWith(AllocationGuard.class)
public @interface MaxAllocation {
    /** The most bytes of one invocation. */
    long bytes();

    /** The most time in milliseconds that is given to the JIT; what is steady earlier is counted earlier. */
    int warmUpMillis() default 2_000;

    /**
     * A regular expression: platform threads whose whole name matches, and which run when the test has run once, are counted too. For instance {@code "shockwave-.*-reactor-.*"} for a server that the
     * test calls. None by default.
     */
    String threads() default "";
}
