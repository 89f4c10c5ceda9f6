/**
 * Ring 0: timers over arrays. A hot package: no boxing, varargs, streams, iterators or capturing lambdas.
 */
package io.shockwave.internal.time;
