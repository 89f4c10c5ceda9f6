package io.shockwave.internal.quic;

import io.shockwave.internal.tls13.SessionTicket;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An application that notes what it is told. By default it keeps what streams bring; {@link #echo} sends it back. */
class TestApp implements QuicSink {
    QuicConnection connection;
    boolean complete;
    boolean earlyReady;
    boolean earlyRejected;
    boolean closed;
    boolean closedByPeer;
    boolean closedByApplication;
    long closeCode;
    String closeReason;
    boolean echo;
    /** What {@link #onStreamData} takes at most of each offer. */
    int appetite = Integer.MAX_VALUE;
    final List<Long> opened = new ArrayList<>();
    final List<Long> ended = new ArrayList<>();
    final List<Long> streamsClosed = new ArrayList<>();
    final List<Long> allAcked = new ArrayList<>();
    final Map<Long, Long> resets = new HashMap<>();
    final Map<Long, Long> stops = new HashMap<>();
    final Map<Long, ByteArrayOutputStream> data = new HashMap<>();
    final List<byte[]> datagrams = new ArrayList<>();
    final List<SessionTicket> tickets = new ArrayList<>();
    final List<byte[]> tokens = new ArrayList<>();
    int writableTold;
    int availableTold;
    private final Map<Long, byte[]> unsent = new HashMap<>();
    private final Map<Long, Integer> unsentAt = new HashMap<>();

    static TestApp echoing() {
        TestApp app = new TestApp();
        app.echo = true;
        return app;
    }

    byte[] received(long stream) {
        ByteArrayOutputStream out = data.get(stream);
        return out == null ? new byte[0] : out.toByteArray();
    }

    /** Writes all of it, as room comes. */
    void send(long stream, byte[] bytes) {
        unsent.put(stream, bytes);
        unsentAt.put(stream, 0);
        push(stream);
    }

    private void push(long stream) {
        byte[] bytes = unsent.get(stream);
        if (bytes == null) {
            return;
        }
        int at = unsentAt.get(stream);
        int n = connection.write(stream, bytes, at, bytes.length - at, true);
        if (n < 0 || at + n == bytes.length) {
            unsent.remove(stream);
            return;
        }
        unsentAt.put(stream, at + n);
    }

    @Override
    public void onEarlyDataReady() {
        earlyReady = true;
    }

    @Override
    public void onEarlyDataRejected() {
        earlyRejected = true;
    }

    @Override
    public void onHandshakeComplete() {
        complete = true;
    }

    @Override
    public void onTicket(SessionTicket ticket) {
        tickets.add(ticket);
    }

    @Override
    public void onAddressToken(byte[] token) {
        tokens.add(token);
    }

    @Override
    public void onStreamOpened(long stream) {
        opened.add(stream);
    }

    @Override
    public int onStreamData(long stream, byte[] buf, int off, int len, boolean fin) {
        int taken = Math.min(len, appetite);
        data.computeIfAbsent(stream, _ -> new ByteArrayOutputStream()).write(buf, off, taken);
        if (fin && taken == len) {
            ended.add(stream);
            if (echo && (stream & 2) == 0) {
                send(stream, received(stream));
            }
        }
        return taken;
    }

    @Override
    public void onStreamReset(long stream, long errorCode) {
        resets.put(stream, errorCode);
    }

    @Override
    public void onStopSending(long stream, long errorCode) {
        stops.put(stream, errorCode);
    }

    @Override
    public void onWritable(long stream) {
        writableTold++;
        push(stream);
    }

    @Override
    public void onStreamsAvailable(boolean bidirectional) {
        availableTold++;
    }

    @Override
    public void onAllAcked(long stream) {
        allAcked.add(stream);
    }

    @Override
    public void onStreamClosed(long stream) {
        streamsClosed.add(stream);
    }

    @Override
    public void onDatagram(byte[] buf, int off, int len) {
        byte[] copy = new byte[len];
        System.arraycopy(buf, off, copy, 0, len);
        datagrams.add(copy);
    }

    @Override
    public void onClosed(long errorCode, boolean application, boolean byPeer, String reason) {
        closed = true;
        closeCode = errorCode;
        closedByApplication = application;
        closedByPeer = byPeer;
        closeReason = reason;
    }
}
