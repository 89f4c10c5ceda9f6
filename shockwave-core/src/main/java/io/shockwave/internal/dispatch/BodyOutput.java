package io.shockwave.internal.dispatch;

import io.shockwave.BodyWriter;
import java.io.IOException;
import java.io.OutputStream;

/** A body that is written as a stream of the JDK's. */
public final class BodyOutput extends OutputStream {
    private final BodyWriter body;

    public BodyOutput(BodyWriter body) {
        this.body = body;
    }

    @Override
    public void write(int b) throws IOException {
        body.write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] src, int off, int len) throws IOException {
        body.write(src, off, len);
    }

    @Override
    public void flush() throws IOException {
        body.flush();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
