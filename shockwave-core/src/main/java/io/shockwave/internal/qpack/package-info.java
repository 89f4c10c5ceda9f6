/**
 * Ring 1: QPACK field compression (RFC 9204), and the Huffman code that it shares with HPACK (RFC 7541). A hot package: no boxing, varargs, streams, iterators or capturing
 * lambdas, and no exception for what a peer does.
 */
package io.shockwave.internal.qpack;
