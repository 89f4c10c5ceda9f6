package io.shockwave.internal.quic;

/**
 * Takes datagrams apart: coalesced packets, keys, opening, duplicates, frames (RFC 9000 12.2, 5.2; RFC 9001 5). Owned by a connection.
 *
 * <p>What does not open is dropped and counted; nothing about the connection changes before a packet has been opened.
 */
final class PacketReceiver {
    private static final int TOKEN_BYTES = StatelessReset.TOKEN_BYTES;

    private final QuicConnection connection;
    private final PacketHeader header;
    private final FrameDecoder decoder;
    private final FrameReceiver frames;
    /** The end of the datagram as it came: opening a packet overwrites it, and it may be a stateless reset. */
    private final byte[] ending;
    private PeerAddress from;
    private int local;
    private int ecn;
    private int datagramBytes;
    private boolean opened;
    private long notOpened;

    PacketReceiver(QuicConnection connection, QuicContext context) {
        this.connection = connection;
        RestStore shared = context.rest();
        header = shared.header;
        ending = shared.ending;
        decoder = shared.decoder(connection.isServer(), context.settings());
        frames = new FrameReceiver(connection);
    }

    /** Packets that did not open, with whichever keys. */
    long notOpened() {
        return notOpened;
    }

    PeerAddress from() {
        return from;
    }

    int local() {
        return local;
    }

    int datagramBytes() {
        return datagramBytes;
    }

    void datagram(byte[] buf, int off, int len, PeerAddress source, int localAddress, int ecnBits) {
        from = source;
        local = localAddress;
        ecn = ecnBits;
        datagramBytes = len;
        opened = false;
        boolean mayReset = !connection.isServer() || connection.handshake().isConfirmed();
        boolean kept = mayReset && len >= StatelessReset.LEAST_BYTES;
        if (kept) {
            System.arraycopy(buf, off + len - ending.length, ending, 0, ending.length);
        }
        int end = off + len;
        int at = off;
        int idOff = -1;
        int idLen = 0;
        boolean isShortFirst = len > 0 && (buf[off] & PacketHeader.LONG) == 0;
        while (at < end && connection.isOpen()) {
            if (header.decode(buf, at, end - at, connection.localIds().length()) != PacketHeader.Verdict.OK) {
                break;
            }
            if (idOff < 0) {
                idOff = header.destinationOff();
                idLen = header.destinationLength();
            } else if (header.destinationLength() != idLen || !LocalIds.equal(buf, idOff, buf, header.destinationOff(), idLen)) {
                // RFC 9000 12.2: packets for another connection do not belong into the datagram.
                break;
            }
            packet(buf);
            at = header.end();
        }
        if (!opened && isShortFirst && kept && connection.peerIds().isReset(ending, 0, ending.length)) {
            connection.onStatelessReset();
        }
    }

    private void packet(byte[] buf) {
        PacketType type = header.type();
        if (type == PacketType.VERSION_NEGOTIATION) {
            connection.lifecycle().onVersionNegotiation(header, buf);
            return;
        }
        if (type == PacketType.RETRY) {
            connection.lifecycle().onRetry(header, buf);
            return;
        }
        NumberSpace space = connection.space(type.space());
        // RFC 9287 3: we tell every peer that the fixed bit may be anything; a server knows that before its first Initial packet.
        if (space.isDiscarded()) {
            return;
        }
        PacketProtection keys = headerKeys(type, buf, space);
        if (keys == null || !header.unprotect(buf, keys)) {
            return;
        }
        long number = PacketNumbers.complete(header.truncatedNumber(), header.numberLength(), space.acks.ranges().largest());
        if (type == PacketType.ONE_RTT) {
            keys = connection.phases().forPacket(header.keyPhase(), number);
        }
        if (space.acks.isDuplicate(number)) {
            opened = true;
            return;
        }
        int plain = keys.open(number, buf, header.start(), header.headerLength(), header.payloadLength());
        if (plain < 0) {
            onNotOpened(keys);
            return;
        }
        opened = true;
        onOpened(buf, space, keys, number, plain);
    }

    /** The keys to remove the header protection with; null where the packet cannot be read, not yet or not any more. */
    private PacketProtection headerKeys(PacketType type, byte[] buf, NumberSpace space) {
        return switch (type) {
            case INITIAL -> connection.lifecycle().flight().read(header, buf);
            case HANDSHAKE -> header.version() == connection.version() && connection.lifecycle().isFromPeer(header, buf) ? space.read() : null;
            case ZERO_RTT -> header.version() == connection.firstVersion() ? connection.lifecycle().earlyRead() : null;
            default -> connection.phases().header();
        };
    }

    private void onNotOpened(PacketProtection keys) {
        notOpened++;
        if (connection.qlog() != null) {
            connection.qlog().packetDropped(header.type(), header.end() - header.start(), "decryption_failure", connection.now());
        }
        // RFC 9001 6.6: forged packets over all keys.
        if (notOpened >= keys.integrityLimit()) {
            connection.fail(QuicError.AEAD_LIMIT_REACHED, 0, "too many packets failed to open");
        }
    }

    private void onOpened(byte[] buf, NumberSpace space, PacketProtection keys, long number, int plain) {
        PacketType type = header.type();
        long now = connection.now();
        if (header.hasReservedBits()) {
            connection.fail(QuicError.PROTOCOL_VIOLATION, 0, "reserved bits");
            return;
        }
        if (type == PacketType.ONE_RTT) {
            int error = connection.phases().onOpened(keys, number, now, connection.ptoNs());
            if (error != 0) {
                connection.fail(error, 0, "key update too early");
                return;
            }
        }
        connection.lifecycle().onOpened(header, buf);
        int payloadOff = header.start() + header.headerLength();
        if (connection.qlog() != null) {
            connection.qlog().packetReceived(type, number, header.end() - header.start(), buf, payloadOff, plain, now);
        }
        boolean spin = header.spin();
        long sequence = connection.localIds().sequenceOf(buf, header.destinationOff(), header.destinationLength());
        frames.begin(space, sequence);
        int error = decoder.decode(type, buf, payloadOff, plain, frames);
        if (!connection.isOpen()) {
            return;
        }
        if (error != 0) {
            connection.fail(error, decoder.frameType(), "");
            return;
        }
        boolean isNewest = number > space.acks.ranges().largest();
        if (!space.isDiscarded()) { // as it may be by what was in it
            space.acks.onReceived(number, decoder.isAckEliciting(), ecn, now);
        }
        if (isNewest && type == PacketType.ONE_RTT) {
            connection.sender().spin().received(spin);
        }
        connection.onPacketTaken(type, isNewest, decoder.isProbing(), sequence);
    }
}
