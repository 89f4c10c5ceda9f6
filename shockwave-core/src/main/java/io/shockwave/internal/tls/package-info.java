/** TLS over TCP by the JDK's SSLEngine (ring 2, used by net and dispatch): the configuration users compose, and the session that stands between a socket and an engine. */
package io.shockwave.internal.tls;
