package io.shockwave.client;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Turns a host name into addresses, in the order to try. Called on a virtual thread; may block. */
@FunctionalInterface
public interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
}
