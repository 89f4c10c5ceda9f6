/**
 * Ring 1: HTTP/1.0 and HTTP/1.1 messages (RFC 9110, RFC 9112) as bytes in, bytes out. What is malformed is refused, never repaired. A hot package: no boxing,
 * varargs, streams, iterators or capturing lambdas, and no exception for what a peer does.
 */
package io.shockwave.internal.http1;
