package io.shockwave;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * The content of a message as it is made. With a {@code Content-Length} set, exactly that many bytes must be written; without one HTTP/1.1 sends
 * chunks. Belongs to the exchange; not thread-safe. Writing blocks its (virtual) thread while the peer is slower than the buffer limits allow.
 */
public interface BodyWriter extends AutoCloseable {
    /**
     * Takes all {@code len} bytes; {@code src} is the caller's again on return.
     *
     * @throws HttpException {@code RESET} or {@code TIMEOUT} if the peer does not take them
     * @throws IllegalStateException if this exceeds the announced length, after {@link #close}, or if it would have to block a reactor thread
     */
    BodyWriter write(byte[] src, int off, int len) throws IOException;

    /** Takes all remaining bytes of {@code src}. */
    BodyWriter write(ByteBuffer src) throws IOException;

    /** Hands everything written so far to the network. */
    BodyWriter flush() throws IOException;

    /** Fields to send after the content (RFC 9110 6.5), where the version and framing can carry them; to be filled before {@link #close}. */
    MutableHeaders trailers();

    /** A stream over this writer; closing it closes this writer. */
    OutputStream asOutputStream();

    /** Ends the content. @throws IllegalStateException if fewer bytes than announced were written; the message is then cut visibly, never padded */
    @Override
    void close() throws IOException;
}
