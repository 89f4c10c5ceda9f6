package io.shockwave.internal.quic;

/** Sends so many bytes on one stream and checks those that come, each by its place; nothing is kept. */
class BulkApp extends TestApp {
    private static final int CHUNK_BYTES = 16 << 10;

    private final long toSend;
    private final int salt;
    private final int peerSalt;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private long stream = -1;
    private long sent;
    long received;
    boolean finished;

    BulkApp(long bytes, int salt, int peerSalt) {
        toSend = bytes;
        this.salt = salt;
        this.peerSalt = peerSalt;
    }

    static BulkApp client(long bytes) {
        return new BulkApp(bytes, 1, 2);
    }

    static BulkApp server(long bytes) {
        return new BulkApp(bytes, 2, 1);
    }

    private static byte at(long offset, int salt) {
        long x = (offset >>> 3) * 0x9e3779b97f4a7c15L + salt;
        return (byte) ((x ^ x >>> 31) >>> (offset & 7) * 7);
    }

    void start() {
        stream = connection.openBidirectional();
        if (stream < 0) {
            throw new IllegalStateException("no stream");
        }
        push();
    }

    private void push() {
        while (stream >= 0 && sent < toSend) {
            int len = (int) Math.min(CHUNK_BYTES, toSend - sent);
            for (int i = 0; i < len; i++) {
                chunk[i] = at(sent + i, salt);
            }
            int n = connection.write(stream, chunk, 0, len, sent + len == toSend);
            if (n <= 0) {
                return;
            }
            sent += n;
            if (n < len) {
                return;
            }
        }
    }

    @Override
    public void onHandshakeComplete() {
        super.onHandshakeComplete();
        if (!connection.isServer()) {
            start();
        }
    }

    @Override
    public void onStreamOpened(long id) {
        super.onStreamOpened(id);
        stream = id;
        push();
    }

    @Override
    public int onStreamData(long id, byte[] buf, int off, int len, boolean fin) {
        take(id, buf, off, len);
        finished |= fin;
        return len;
    }

    final void take(long id, byte[] buf, int off, int len) {
        for (int i = 0; i < len; i++) {
            if (buf[off + i] != at(received + i, peerSalt)) {
                throw new AssertionError("byte " + (received + i) + " of stream " + id + " differs");
            }
        }
        received += len;
    }

    @Override
    public void onWritable(long id) {
        push();
    }
}
