package io.shockwave.internal.dispatch;

import io.shockwave.HttpDatagrams;
import io.shockwave.HttpException;
import io.shockwave.internal.http3.CapsuleDecoder;
import java.io.IOException;
import java.util.Objects;

/** The datagrams of a tunnel, by whichever way they come: frames of QUIC, or capsules on its stream (RFC 9297). Owned by the tunnel; one thread receives while another may send. */
public final class StreamDatagrams implements HttpDatagrams {
    private static final int READ_BYTES = 1 << 11;
    private static final int MOST_HEAD_BYTES = 5;

    /** The tunnel underneath. */
    public interface Carrier {
        /** Reads what is there, or waits for it. @return 0 if nothing is there and {@link #await} is to be asked, -1 at the end */
        int read(byte[] dst, int off, int len) throws IOException;

        /** Waits for bytes, a datagram, or the end. */
        void await() throws IOException;

        /** Writes and flushes. */
        void write(byte[] src, int off, int len) throws IOException;

        /** Waits until it is known what a datagram may hold. */
        void awaitMaxBytes() throws IOException;

        /** @throws IllegalStateException if the output was ended. @throws IOException if the tunnel is over */
        void checkOutput() throws IOException;

        /** Tells the reactor that datagrams wait. */
        void datagramsWait();

        /** Gives the tunnel up, as the peer's capsules are malformed. */
        void malformed() throws IOException;
    }

    private final Carrier carrier;
    private final DatagramBox box; // null where no frames of QUIC are sent
    private final CapsuleDecoder capsules = new CapsuleDecoder();
    private final byte[] head = new byte[MOST_HEAD_BYTES];
    private byte[] read = {};
    private int readOff;
    private int readEnd;
    private boolean ended;

    public StreamDatagrams(Carrier carrier, DatagramBox box) {
        this.carrier = carrier;
        this.box = box;
    }

    private int frameBytes() throws IOException {
        if (box == null) {
            return 0;
        }
        if (box.maxBytes == DatagramBox.UNTOLD) {
            carrier.awaitMaxBytes();
        }
        return Math.max(box.maxBytes, 0);
    }

    @Override
    public int maxBytes() throws IOException {
        int most = frameBytes();
        return most > 0 ? most : CapsuleDecoder.MAX_DATAGRAM_BYTES;
    }

    @Override
    public boolean send(byte[] src, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, src.length);
        int most = frameBytes();
        if (len > (most > 0 ? most : CapsuleDecoder.MAX_DATAGRAM_BYTES)) {
            return false;
        }
        if (most > 0) {
            carrier.checkOutput();
            box.out.offer(src, off, len);
            carrier.datagramsWait();
        } else {
            carrier.write(head, 0, CapsuleDecoder.putHead(head, 0, len));
            carrier.write(src, off, len);
        }
        return true;
    }

    @Override
    public int receive(byte[] dst, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, dst.length);
        while (true) {
            boolean last = ended; // before the box is looked at
            int n = box == null ? DatagramRing.NONE : box.in.poll(dst, off, len);
            if (n >= 0) {
                return n;
            }
            readOff += capsules.receive(read, readOff, readEnd - readOff);
            if (capsules.hasDatagram()) {
                n = capsules.length();
                System.arraycopy(capsules.bytes(), 0, dst, off, Math.min(n, len));
                capsules.next();
                return n;
            }
            if (last) {
                return -1;
            }
            fill();
        }
    }

    private void fill() throws IOException {
        if (read.length == 0) {
            read = new byte[READ_BYTES];
        }
        int n = carrier.read(read, 0, read.length);
        if (n > 0) {
            readOff = 0;
            readEnd = n;
        } else if (n == 0) {
            carrier.await();
        } else {
            ended = true;
            if (!capsules.isBetween()) {
                carrier.malformed();
                throw new HttpException(HttpException.Kind.PROTOCOL, "the tunnel ends within a capsule (RFC 9297 3.3)");
            }
        }
    }

    @Override
    public long dropped() {
        return capsules.dropped() + (box == null ? 0 : box.in.dropped() + box.out.dropped());
    }
}
