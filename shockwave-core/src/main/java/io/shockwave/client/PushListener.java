package io.shockwave.client;

import io.shockwave.Headers;
import io.shockwave.Method;
import java.io.IOException;

/** Receives what servers push over HTTP/3 (RFC 9114 4.6). Called by several threads. */
public interface PushListener {
    /**
     * A response is promised. Called on the thread that moves the bytes of all HTTP/3 connections: it must not block. What it throws refuses the push.
     *
     * @param method GET or HEAD
     * @param url of the origin whose response promised it; what is promised for another origin is refused without asking
     * @param fields of the request; valid during the call only
     * @return whether it is wanted; if not, the server is told not to send it
     */
    boolean isWanted(Method method, String url, Headers fields);

    /**
     * The head of a response that was wanted has arrived. On a virtual thread of its own.
     *
     * @param response closed when this returns, which ends the push if its content was not read to the end
     */
    void onResponse(Method method, String url, ClientResponse response) throws IOException;

    /** The promise was not kept: the server gave it up, the connection is lost, or the time for a response has passed. Also told of what {@link #onResponse} throws. Nothing happens by default. */
    default void onFailed(Method method, String url, IOException cause) {}
}
