package io.shockwave.tuning.junit;

import io.shockwave.tuning.AllocationReport;
import io.shockwave.tuning.AllocationTracker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * The extension behind {@link MaxAllocation}. Stateless.
 *
 * <p>Counts, exactly, the bytes that the test's thread allocates in the method, and those of the threads that the annotation names; the leanest of five rounds decides, so that a table that grows
 * once does not fail a test. When it is more than allowed, the method is run again under Flight Recorder, and the failure lists types and call sites.
 */
@SuppressWarnings("exports") // whoever uses it requires JUnit already, and nobody else shall
public final class AllocationGuard implements InvocationInterceptor {
    private static final Duration SAMPLING = Duration.ofMillis(300);

    /** Made by JUnit. */
    public AllocationGuard() {
    }

    @Override
    public void interceptTestMethod(Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context) throws Throwable {
        invocation.proceed(); // as a test: whatever is wrong with it shows before anything is counted
        check(method, context);
    }

    @Override
    public void interceptTestTemplateMethod(Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context) throws Throwable {
        invocation.proceed();
        check(method, context);
    }

    private static void check(ReflectiveInvocationContext<Method> test, ExtensionContext context) throws Throwable {
        Method method = test.getExecutable();
        Optional<MaxAllocation> found = AnnotationSupport.findAnnotation(method, MaxAllocation.class);
        if (found.isEmpty()) {
            found = AnnotationSupport.findAnnotation(context.getRequiredTestClass(), MaxAllocation.class);
        }
        if (found.isEmpty()) {
            return; // registered by hand, without saying how much
        }
        MaxAllocation limit = found.get();
        AllocationTracker.Operation body = operation(method, test.getTarget().orElse(null), test.getArguments().toArray());
        AllocationTracker tracker = AllocationTracker.defaults().warmUp(Duration.ofMillis(limit.warmUpMillis())).sampling(Duration.ZERO).threads(matching(limit.threads()));
        try {
            AllocationReport report = tracker.measure(body);
            if (report.bytesPerOperation() > limit.bytes()) {
                report = tracker.sampling(SAMPLING).measure(body); // with sites; and once more, as the first may have met a compilation
            }
            if (report.bytesPerOperation() > limit.bytes()) {
                throw new AssertionError(method.getDeclaringClass().getSimpleName() + '.' + method.getName() + " allocates more than the " + limit.bytes() + " bytes allowed\n" + report);
            }
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static AllocationTracker.Operation operation(Method method, Object target, Object[] arguments) {
        Object[] given = arguments.length == 0 ? null : arguments;
        if (method.trySetAccessible()) {
            return () -> method.invoke(target, given);
        }
        return () -> ReflectionSupport.invokeMethod(method, target, arguments); // a module that is open to JUnit alone
    }

    private static Thread[] matching(String regex) {
        if (regex.isEmpty()) {
            return new Thread[0];
        }
        Pattern pattern = Pattern.compile(regex);
        Thread current = Thread.currentThread();
        Thread[] threads = Thread.getAllStackTraces().keySet().stream().filter(thread -> thread != current && pattern.matcher(thread.getName()).matches()).toArray(Thread[]::new);
        if (threads.length == 0) {
            throw new IllegalStateException("no thread has a name that matches " + regex);
        }
        return threads;
    }
}
