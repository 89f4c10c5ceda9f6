package io.shockwave.client;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Turns a host name into addresses, in the order to try. Called on a thread of the client's own; may block. */
@FunctionalInterface
public interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
}
