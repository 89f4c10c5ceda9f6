package io.shockwave.internal.quic;

/** Takes the frames of a packet and brings each to the part of the connection that it is about. Owned by a connection. */
final class FrameReceiver implements FrameSink {
    /** An ack delay beyond this is no delay that anybody waits for; it keeps shifts from overflowing. */
    private static final long MAX_DELAY_US = 1L << 40;

    private final QuicConnection connection;
    private NumberSpace space;
    private long packetIdSequence;

    FrameReceiver(QuicConnection connection) {
        this.connection = connection;
    }

    /** The frames that follow are those of a packet in this space, sent to the id of ours with this sequence number. */
    void begin(NumberSpace of, long idSequence) {
        space = of;
        packetIdSequence = idSequence;
    }

    @Override
    public int onPing() {
        return 0;
    }

    @Override
    public int onAck(long largest, long delayField) {
        long exponent = space.index == PacketType.APPLICATION_SPACE ? connection.peerParameters().ackDelayExponent() : TransportParameters.DEFAULT_ACK_DELAY_EXPONENT;
        long delayUs = delayField >= MAX_DELAY_US >> exponent ? MAX_DELAY_US : delayField << exponent;
        return connection.loss().onAckBegin(space.index, largest, delayUs * 1_000, connection.now());
    }

    @Override
    public int onAckRange(long smallest, long largest) {
        return connection.loss().onAckRange(space.index, smallest, largest);
    }

    @Override
    public int onAckEnd(long ect0, long ect1, long ce) {
        if (ect0 >= 0) {
            connection.loss().onAckEcn(ect0, ect1, ce);
        }
        connection.loss().onAckEnd(space.index);
        if (connection.qlog() != null) {
            metrics(connection.qlog(), connection.loss());
        }
        return 0;
    }

    private void metrics(QlogWriter qlog, LossRecovery loss) {
        RttEstimator rtt = loss.rtt();
        CongestionControl congestion = loss.congestion();
        qlog.metricsUpdated(rtt.minNs(), rtt.smoothedNs(), rtt.latestNs(), rtt.variationNs(), loss.ptoCount(), congestion.windowBytes(), loss.inFlightBytes(), QlogWriter.NONE,
                congestion.pacingRateBytesPerSecond(rtt.smoothedNs()), connection.now());
    }

    @Override
    public int onResetStream(long stream, long errorCode, long finalSize) {
        return connection.streams().receiver.onReset(stream, errorCode, finalSize);
    }

    @Override
    public int onStopSending(long stream, long errorCode) {
        return connection.streams().sender.onStopSending(stream, errorCode);
    }

    @Override
    public int onCrypto(long offset, byte[] buf, int off, int len) {
        return connection.lifecycle().onCrypto(space, offset, buf, off, len);
    }

    @Override
    public int onNewToken(byte[] buf, int off, int len) {
        connection.lifecycle().onAddressToken(buf, off, len);
        return 0;
    }

    @Override
    public int onStream(long stream, long offset, byte[] buf, int off, int len, boolean fin) {
        return connection.streams().receiver.onStream(stream, offset, buf, off, len, fin);
    }

    @Override
    public int onMaxData(long bytes) {
        connection.streams().sender.onMaxData(bytes);
        return 0;
    }

    @Override
    public int onMaxStreamData(long stream, long bytes) {
        return connection.streams().sender.onMaxStreamData(stream, bytes);
    }

    @Override
    public int onMaxStreams(boolean bidirectional, long streams) {
        connection.streams().set.onMaxStreams(bidirectional, streams);
        return 0;
    }

    @Override
    public int onDataBlocked(long limit) {
        return 0;
    }

    @Override
    public int onStreamDataBlocked(long stream, long limit) {
        return connection.streams().set.find(stream);
    }

    @Override
    public int onStreamsBlocked(boolean bidirectional, long limit) {
        connection.streams().set.onPeerBlocked(bidirectional);
        return 0;
    }

    @Override
    public int onNewConnectionId(long sequence, long retirePriorTo, byte[] buf, int idOff, int idLen, int tokenOff) {
        return connection.peerIds().onNew(sequence, retirePriorTo, buf, idOff, idLen, tokenOff);
    }

    @Override
    public int onRetireConnectionId(long sequence) {
        return connection.localIds().onRetire(sequence, packetIdSequence);
    }

    @Override
    public int onPathChallenge(long data) {
        connection.migration().onChallenge(data, connection.receiver(), packetIdSequence);
        return 0;
    }

    @Override
    public int onPathResponse(long data) {
        connection.migration().onResponse(data);
        return 0;
    }

    @Override
    public int onConnectionClose(long errorCode, boolean application, long frameType, byte[] buf, int reasonOff, int reasonLen) {
        connection.onPeerClosed(errorCode, application, buf, reasonOff, reasonLen);
        return 0;
    }

    @Override
    public int onHandshakeDone() {
        connection.lifecycle().onHandshakeDone();
        return 0;
    }

    @Override
    public int onDatagram(byte[] buf, int off, int len) {
        connection.sink().onDatagram(buf, off, len);
        return 0;
    }
}
