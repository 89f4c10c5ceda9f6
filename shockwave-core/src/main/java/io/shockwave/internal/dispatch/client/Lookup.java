package io.shockwave.internal.dispatch.client;

import io.shockwave.client.Resolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Resolves names on threads of its own, so that a resolver that hangs can be given up. Thread-safe.
 *
 * <p>Platform threads, because the system's resolver blocks in native code, where a virtual thread would hold its carrier and a few hanging names would stop them all. Nothing
 * is cached here: the JDK keeps answers for 30 s and failures for 10 s, and its security properties say so.
 */
final class Lookup {
    /** Names in flight; more wait, and their time runs. */
    static final int MAX_THREADS = 8;
    private static final long IDLE_SECONDS = 5;

    private final Resolver resolver;
    private final ThreadPoolExecutor threads;

    Lookup(Resolver resolver) {
        this.resolver = resolver;
        threads = new ThreadPoolExecutor(MAX_THREADS, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("shockwave-client-resolver-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** @throws TimeoutException after {@code limitNs}. @throws CancellationException if this was closed */
    InetAddress[] resolve(String host, long limitNs) throws UnknownHostException, TimeoutException, InterruptedException {
        Future<InetAddress[]> answer;
        try {
            answer = threads.submit(() -> resolver.resolve(host));
        } catch (RejectedExecutionException e) {
            throw new CancellationException();
        }
        try {
            InetAddress[] found = answer.get(limitNs, TimeUnit.NANOSECONDS);
            if (found == null || found.length == 0) {
                throw new UnknownHostException(host);
            }
            return found;
        } catch (ExecutionException e) {
            UnknownHostException failure = new UnknownHostException(e.getCause() instanceof UnknownHostException known ? known.getMessage() : host + ": " + e.getCause());
            failure.initCause(e.getCause());
            throw failure;
        } finally {
            answer.cancel(true);
        }
    }

    /** Who waits for an answer waits no more. */
    void close() {
        for (Runnable unasked : threads.shutdownNow()) {
            ((Future<?>) unasked).cancel(false);
        }
    }
}
