package io.shockwave.internal.http3;

import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.qpack.QpackDecoder;
import io.shockwave.internal.testing.SilentSink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** A peer that says what a test tells it to, whatever the RFCs say, and shows what it is answered. */
final class RawPeer extends SilentSink {
    final Map<Long, ByteArrayOutputStream> received = new TreeMap<>();
    final Map<Long, Boolean> ended = new TreeMap<>();
    final Map<Long, Long> resets = new TreeMap<>();
    final Map<Long, Long> stops = new TreeMap<>();
    String closed = "";
    boolean reads = true;

    @Override
    public int onStreamData(long stream, byte[] buf, int off, int len, boolean fin) {
        if (!reads) {
            return 0;
        }
        received.computeIfAbsent(stream, id -> new ByteArrayOutputStream()).write(buf, off, len);
        if (fin) {
            ended.put(stream, true);
        }
        return len;
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
    public void onClosed(long errorCode, boolean application, boolean byPeer, String reason) {
        closed = "closed " + Http3Error.of(errorCode);
    }

    /** What became of a stream: how the connection or the stream was ended, or the frames that came. */
    String outcome(long stream) {
        if (!closed.isEmpty()) {
            return closed;
        }
        if (resets.containsKey(stream)) {
            return "reset " + Http3Error.of(resets.get(stream));
        }
        if (stops.containsKey(stream) && !received.containsKey(stream)) {
            return "stop " + Http3Error.of(stops.get(stream));
        }
        return frames(stream) + (ended.containsKey(stream) ? "fin" : "") + (stops.containsKey(stream) ? " stop " + Http3Error.of(stops.get(stream)) : "");
    }

    /** The frames of a stream as text; sections are decoded without a dynamic table. */
    String frames(long stream) {
        return frames(received.containsKey(stream) ? received.get(stream).toByteArray() : new byte[0], 0);
    }

    static String frames(byte[] in, int from) {
        StringBuilder out = new StringBuilder();
        int at = from;
        while (at < in.length) {
            long type = VarInts.get(in, at);
            at += VarInts.lengthOf(in[at]);
            int len = (int) VarInts.get(in, at);
            at += VarInts.lengthOf(in[at]);
            if (type == 0) {
                out.append("DATA ").append(new String(in, at, len, StandardCharsets.ISO_8859_1)).append('\n');
            } else if (type == 1) {
                out.append(section(in, at, len));
            } else if (type == 5) {
                int id = VarInts.lengthOf(in[at]);
                out.append("PROMISE ").append(VarInts.get(in, at)).append(' ').append(section(in, at + id, len - id));
            } else {
                out.append("frame ").append(Long.toHexString(type)).append(' ').append(HexFormat.of().formatHex(in, at, at + len)).append('\n');
            }
            at += len;
        }
        return out.toString();
    }

    private static String section(byte[] in, int off, int len) {
        StringBuilder out = new StringBuilder("{");
        QpackDecoder.Outcome outcome = new QpackDecoder(new Slab(0), 0, 0).decode(0, in, off, len, 10_000, (id, name, nameOff, nameLen, value, valueOff, valueLen, never) -> {
            out.append(out.length() == 1 ? "" : ", ").append(new String(name, nameOff, nameLen, StandardCharsets.US_ASCII)).append('=')
                    .append(new String(value, valueOff, valueLen, StandardCharsets.ISO_8859_1));
            return true;
        });
        return (outcome == QpackDecoder.Outcome.DONE ? out + "}" : outcome.toString()) + "\n";
    }
}
