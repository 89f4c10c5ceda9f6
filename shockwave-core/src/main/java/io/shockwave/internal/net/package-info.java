/**
 * Ring 2: sockets, threads and the clock. A hot package: the steady state allocates nothing, so there is no boxing, varargs, streams, iterators, capturing lambdas
 * or {@code String.format} on the path of a byte.
 */
package io.shockwave.internal.net;
