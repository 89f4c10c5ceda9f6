package io.shockwave.bench.peers;

/** A client that asks a server in another process. Thread-safe. */
public interface ClientPeer extends AutoCloseable {
    /** Prepares for requests for {@code url} over at most {@code connections} connections. */
    void open(String url, int connections) throws Exception;

    /** What one thread holds. */
    Session session() throws Exception;

    @Override
    void close() throws Exception;

    /** Confined to one thread. */
    interface Session extends AutoCloseable {
        /** One GET: reads the head and all of the content. @return the length of the content, or minus the status if it is not 200 */
        int get() throws Exception;

        @Override
        default void close() throws Exception {}
    }
}
