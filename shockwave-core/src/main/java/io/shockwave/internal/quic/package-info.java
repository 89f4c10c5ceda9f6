/**
 * QUIC versions 1 and 2 (RFC 8999 to 9002, 9221, 9287, 9368, 9369), without sockets: datagrams, time and random bytes come in, datagrams and a deadline go out.
 *
 * <pre>
 *   datagram ──▶ QuicEndpoint, which finds the connection by its id (ConnectionRoutes) ──▶ QuicConnection ──▶ PacketReceiver, which opens each packet
 *            ──▶ FrameDecoder ──▶ FrameReceiver ──STREAM──▶ StreamReceiver ──▶ ReceiveBuffer ──▶ QuicSink.onStreamData
 *                                               ├─CRYPTO──▶ CryptoStream ──▶ TLS
 *                                               └─ACK─────▶ LossRecovery ──▶ CongestionControl
 *   QuicTransport.write ──▶ StreamSender ──▶ SendBuffer ──▶ PacketSender ──▶ PacketAssembler ──▶ PacketEncoder ──▶ datagram
 * </pre>
 *
 * <p>A hot package: nothing here allocates once a connection has warmed up. What a peer does wrong is returned as a transport error code (QuicError),
 * never thrown. Times are nanoseconds of the caller's clock and never negative.
 */
package io.shockwave.internal.quic;
