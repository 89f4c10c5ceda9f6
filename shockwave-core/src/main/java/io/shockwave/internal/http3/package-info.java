/**
 * Ring 1: HTTP/3 (RFC 9114) with extended CONNECT (RFC 9220), datagrams (RFC 9297), priorities (RFC 9218) and server push, over any {@code QuicTransport}. It ends in the same
 * exchanges as HTTP/1.1.
 *
 * <pre>
 *   QuicSink ──▶ Http3Engine ──bidirectional──▶ MessageReader ──▶ Http3FrameDecoder, QPACK, MessageFields ──▶ Http3ServerEngine | Http3ClientEngine ──▶ its sink
 *                            └─unidirectional─▶ PeerStreams ──▶ PeerControl, QPACK, pushes
 *   command ──▶ Http3ServerEngine | Http3ClientEngine ──▶ MessageWriter ──▶ QuicTransport          SETTINGS, GOAWAY, QPACK ──▶ OwnStreams ──▶ QuicTransport
 * </pre>
 *
 * <p>A hot package: no boxing, varargs, streams, iterators or capturing lambdas, and no exception for what a peer does.
 */
package io.shockwave.internal.http3;
