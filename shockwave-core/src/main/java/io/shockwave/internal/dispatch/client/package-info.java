/**
 * Ring 2: the client. The thread that calls {@code send} does the I/O itself, on a blocking channel, and drives the connection's engine; one
 * watchdog thread per client keeps the time limits. A hot package on the way of an exchange: no boxing, varargs, streams, iterators or capturing lambdas
 * there; dialling, redirects and errors are cold.
 */
package io.shockwave.internal.dispatch.client;
