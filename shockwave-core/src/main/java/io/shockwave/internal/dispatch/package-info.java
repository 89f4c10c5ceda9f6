/**
 * Ring 2: the server, between sockets and handlers. {@link io.shockwave.internal.dispatch.ServerDriver} starts and stops it; each of its {@code ServerReactor}s owns connections of both protocols.
 *
 * <pre>
 *   HTTP/1.1: TcpAcceptor → ServerConnection ⇄ Http1ServerEngine ┐
 *                                                               ├→ Dispatcher → ServerExchange → ServerCall → handler → ServerReply → post → apply → engine
 *   HTTP/3:   QuicListener → Http3ServerConnection ⇄ Http3ServerEngine ┘
 * </pre>
 *
 * <p>What the client needs too is public here: {@code SharedExchange} and {@code Waiter}, between a reactor and a thread; {@code QuicPort}, a datagram socket with its endpoint; {@code Demand},
 * {@code BodyInput} and {@code BodyOutput}, the JDK's ways to a body. A hot package: no boxing, varargs, streams, iterators or capturing lambdas on the way of an exchange.
 */
package io.shockwave.internal.dispatch;
