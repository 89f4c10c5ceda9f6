/**
 * Ring 1: HTTP/3 (RFC 9114) with extended CONNECT (RFC 9220), datagrams (RFC 9297), priorities (RFC 9218) and server push, over any {@code QuicTransport}. It ends in the same
 * exchanges as HTTP/1.1. A hot package: no boxing, varargs, streams, iterators or capturing lambdas, and no exception for what a peer does.
 */
package io.shockwave.internal.http3;
