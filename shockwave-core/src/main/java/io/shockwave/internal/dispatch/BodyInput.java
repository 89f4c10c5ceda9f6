package io.shockwave.internal.dispatch;

import io.shockwave.BodyReader;
import java.io.IOException;
import java.io.InputStream;

/** A body that is read as a stream of the JDK's. */
public final class BodyInput extends InputStream {
    private final BodyReader body;

    public BodyInput(BodyReader body) {
        this.body = body;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return body.read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] dst, int off, int len) throws IOException {
        return body.read(dst, off, len);
    }

    @Override
    public void close() {
        body.close();
    }
}
