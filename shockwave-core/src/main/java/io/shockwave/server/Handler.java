package io.shockwave.server;

/**
 * Answers requests. The builder's method says which thread runs it: {@link ShockwaveServer.Builder#handler} a virtual thread,
 * {@link ShockwaveServer.Builder#inlineHandler} the reactor's thread, which must not block.
 */
@FunctionalInterface
public interface Handler {
    /**
     * Answers one request. On a virtual thread the response must be complete on return (a started stream is closed then; nothing sent is answered 500). Inline it may be
     * completed later, from any thread. What it throws is counted, logged and answered 500 if the head was not sent yet; otherwise the message is cut visibly.
     */
    void handle(ServerRequest request, ServerResponse response) throws Exception;
}
