package io.shockwave.internal.quic;

/** Where the qlog of one connection goes; given from outside, where files are. Called on the connection's thread, so it must not block long. */
public interface QlogSink {
    /** A whole record of JSON-SEQ, separator and line end included (RFC 7464). The array is reused after the return. */
    void write(byte[] buf, int off, int len);

    /** The connection is forgotten. */
    void close();

    /** Chooses which connections are written down. */
    interface Source {
        /**
         * Asked once for each connection.
         *
         * @param originalId the client's first Destination Connection ID; not kept after the return
         * @return {@code null} for a connection that is not to be written down, which then costs nothing
         */
        QlogSink open(byte[] originalId, boolean server);
    }
}
