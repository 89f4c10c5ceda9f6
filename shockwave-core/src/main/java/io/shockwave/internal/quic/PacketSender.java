package io.shockwave.internal.quic;

/**
 * Puts datagrams together: which packets, which frames, how much of it now (RFC 9000 12.2, 13, 14; RFC 9002 7). Owned by a connection.
 *
 * <p>A datagram is one packet for each packet number space that has something, coalesced; the last of them is padded where the datagram has to be. Several full datagrams go out in one call, all
 * of the same size, for sockets that take them so.
 */
final class PacketSender {
    /** RFC 9000 14.1: what a datagram with an Initial packet has at least, and every path carries. */
    static final int MIN_DATAGRAM = 1200;
    /** As many as one call of the kernel takes. */
    static final int MAX_SEGMENTS = 64;
    /** Below it no packet is begun: header, frame and tag would not fit, or not be worth it. */
    private static final int MIN_PACKET = 96;
    private static final int SPACES = 3;
    private static final byte[] NO_TOKEN = {};

    private final QuicConnection connection;
    private final SentFrames sentFrames;
    private final PacketAssembler packet;
    /** Of the Initial packet that is being written. */
    private byte[] token = NO_TOKEN;
    private final LatencySpin spin;
    private boolean budgeted;
    private boolean mustPad;
    /** Whether the datagram that is being written may have the size that every path must carry. */
    private boolean isRoomy;
    private boolean sentHandshake;
    private boolean pingPending;
    private boolean ecnMarked;
    private boolean sentEliciting;
    private long pacingNs = Long.MAX_VALUE;
    private long probed = SentPackets.NONE;
    private long datagramsSent;

    PacketSender(QuicConnection connection, FrameRecords records, SentFrames sentFrames) {
        this.connection = connection;
        this.sentFrames = sentFrames;
        packet = new PacketAssembler(records);
        QuicContext context = connection.context();
        spin = new LatencySpin(context.settings().isSpinBitUsed(), connection.isServer(), context.random());
    }

    /** When the pacer lets the next datagram go that waits for it. */
    long pacingDeadline() {
        return pacingNs;
    }

    LatencySpin spin() {
        return spin;
    }

    void ping() {
        pingPending = true;
    }

    boolean isPingPending() {
        return pingPending;
    }

    /** Whether an acknowledgment could leave if it were due: there are keys for it, and the address has not had what it may. */
    boolean canAnswer() {
        return connection.phases().canWrite() && connection.paths().current().credit() >= MIN_PACKET;
    }

    long datagramsSent() {
        return datagramsSent;
    }

    /** Fills a buffer with datagrams of one size; the bytes written. */
    int transmit(byte[] buf, int off, int len, Outgoing out) {
        long now = connection.now();
        int special = special(buf, off, len, out);
        if (special > 0) {
            return special;
        }
        pacingNs = Long.MAX_VALUE;
        int total = 0;
        int segment = 0;
        LossRecovery loss = connection.loss();
        for (int i = 0; i < MAX_SEGMENTS; i++) {
            int room = total == 0 ? Math.min(len, connection.datagramBytes()) : Math.min(len - total, segment);
            if (room < segment || total > 0 && loss.isMarkingEcn() != ecnMarked) {
                break;
            }
            ecnMarked = loss.isMarkingEcn();
            int n = datagram(buf, off + total, room, now);
            if (n == 0) {
                break;
            }
            total += n;
            segment = total == n ? n : segment;
            if (n < segment || segment < connection.datagramBytes()) {
                break;
            }
        }
        if (total == 0) {
            total = mtuProbe(buf, off, len, now);
            segment = total;
        }
        if (total > 0) {
            address(out, connection.paths().current().remote, connection.paths().current().local, segment);
            datagramsSent += (total + segment - 1) / segment;
        }
        return total;
    }

    private void address(Outgoing out, PeerAddress to, int local, int segment) {
        out.to.set(to);
        out.local = local;
        out.segmentBytes = segment;
        out.ecn = ecnMarked ? Outgoing.ECT_0 : Outgoing.NOT_ECT;
    }

    // One datagram on the current path

    private int datagram(byte[] buf, int off, int room, long now) {
        NetworkPath path = connection.paths().current();
        int limit = (int) Math.min(room, path.credit());
        boolean handshaking = !connection.space(PacketType.INITIAL_SPACE).isDiscarded();
        if (limit < Math.min(room, handshaking ? MIN_DATAGRAM : MIN_PACKET)) {
            connection.loss().onAmplificationLimit(true, now);
            return 0;
        }
        LossRecovery loss = connection.loss();
        budgeted = loss.budgetBytes(now) >= loss.mtu().currentBytes();
        isRoomy = limit >= MIN_DATAGRAM;
        mustPad = false;
        sentEliciting = false;
        int at = off;
        int end = off + limit;
        for (int index = 0; index < SPACES; index++) {
            if (wants(index, now)) {
                at = packet(index, buf, off, at, end, isLast(index, now), now);
            }
        }
        if (at == off) {
            noteBlocked(now);
            return 0;
        }
        path.sent(at - off);
        if (sentEliciting) {
            connection.onElicitingSent();
        }
        if (sentHandshake) {
            sentHandshake = false;
            connection.lifecycle().onHandshakePacketSent();
        }
        return at - off;
    }

    private void noteBlocked(long now) {
        LossRecovery loss = connection.loss();
        if (hasData(PacketType.INITIAL_SPACE) || hasData(PacketType.HANDSHAKE_SPACE) || hasData(PacketType.APPLICATION_SPACE)) {
            if (!budgeted) {
                pacingNs = loss.pacingDeadlineNs(now);
            }
        } else if (budgeted) {
            loss.onAppLimited();
        }
    }

    private boolean isLast(int index, long now) {
        for (int later = index + 1; later < SPACES; later++) {
            if (wants(later, now)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a packet in this space is to be sent now. */
    private boolean wants(int index, long now) {
        if (!canWrite(index)) {
            return false;
        }
        NumberSpace space = connection.space(index);
        if (connection.loss().probes(index) > 0 || space.acks.isDue(now) && !isEarly(index)) {
            return true;
        }
        return budgeted && hasData(index);
    }

    private boolean canWrite(int index) {
        if (index == PacketType.APPLICATION_SPACE) {
            return connection.phases().canWrite() || connection.lifecycle().earlyWrite() != null;
        }
        return connection.space(index).write() != null;
    }

    private boolean isEarly(int index) {
        return index == PacketType.APPLICATION_SPACE && !connection.phases().canWrite();
    }

    private boolean hasData(int index) {
        if (!canWrite(index)) {
            return false;
        }
        NumberSpace space = connection.space(index);
        if (index != PacketType.APPLICATION_SPACE) {
            return space.crypto.hasPending();
        }
        if (connection.rest().hasStreamPending() || !connection.datagrams().isEmpty() || pingPending) {
            return true;
        }
        return !isEarly(index) && (space.crypto.hasPending() || space.acks.isPingDue() || connection.lifecycle().hasControl() || connection.paths().current().isChallengePending());
    }

    /** Writes one packet at {@code at}; the offset behind it, or {@code at} when there was nothing after all. */
    private int packet(int index, byte[] buf, int datagramOff, int at, int end, boolean isLast, long now) {
        NumberSpace space = connection.space(index);
        boolean early = isEarly(index);
        PacketType type = index != PacketType.APPLICATION_SPACE ? space.type : early ? PacketType.ZERO_RTT : PacketType.ONE_RTT;
        token = type == PacketType.INITIAL ? connection.lifecycle().initialToken() : NO_TOKEN;
        LossRecovery loss = connection.loss();
        if (end - at < MIN_PACKET + token.length) {
            return at;
        }
        if (type == PacketType.ONE_RTT && !prepareKeys()) {
            return at;
        }
        long number = loss.nextNumber(index);
        int numberBytes = PacketNumbers.bytes(number, loss.largestAcked(index));
        int payloadOff = header(type, buf, at, number, numberBytes);
        packet.begin(buf, payloadOff, end - PacketProtection.TAG_BYTES);
        boolean hadAck = fill(space, type, now);
        if (type == PacketType.INITIAL && (packet.isAckEliciting() || !connection.isServer())) {
            mustPad = true;
        }
        // Where no other packet fits behind it, this one is the last, whatever waits.
        boolean isPadded = mustPad && (isLast || packet.room() < MIN_PACKET);
        if (packet.isEmpty() && !(isPadded && at > datagramOff)) {
            packet.end();
            return at;
        }
        pad(isPadded, numberBytes, datagramOff, end, payloadOff);
        return finish(index, type, buf, at, payloadOff, number, numberBytes, hadAck, isPadded, now);
    }

    private void pad(boolean isPadded, int numberBytes, int datagramOff, int end, int payloadOff) {
        packet.padTo(PacketNumbers.MAX_BYTES - numberBytes);
        if (isPadded) {
            int datagramEnd = Math.min(end, datagramOff + MIN_DATAGRAM);
            packet.padTo(datagramEnd - PacketProtection.TAG_BYTES - payloadOff);
        }
    }

    private int finish(int index, PacketType type, byte[] buf, int at, int payloadOff, long number, int numberBytes, boolean hadAck, boolean isPadded, long now) {
        boolean eliciting = packet.isAckEliciting();
        int payload = packet.payloadBytes();
        long handle = packet.end();
        note(type, number, buf, at, payloadOff, payload);
        int behind = PacketEncoder.seal(buf, at, payloadOff, payload, number, numberBytes, connection.lifecycle().writeKeys(type));
        int flags = (eliciting ? SentPackets.ACK_ELICITING : 0) | (eliciting || isPadded ? SentPackets.IN_FLIGHT : 0) | (ecnMarked ? SentPackets.ECT0 : 0)
                | (type == PacketType.ZERO_RTT ? SentPackets.EARLY_DATA : 0);
        connection.loss().onPacketSent(index, number, behind - at, flags, handle, now);
        connection.space(index).acks.onSent(eliciting);
        sentEliciting |= eliciting;
        sentHandshake |= type == PacketType.HANDSHAKE;
        if (type == PacketType.ONE_RTT) {
            connection.phases().onSealed(number, hadAck);
        }
        return behind;
    }

    private void note(PacketType type, long number, byte[] buf, int at, int payloadOff, int payload) {
        if (connection.qlog() != null) {
            connection.qlog().packetSent(type, number, payloadOff - at + payload + PacketProtection.TAG_BYTES, buf, payloadOff, payload, connection.now());
        }
    }

    /** RFC 9001 6.6: the keys change before they are used up; where that cannot be, the connection ends. */
    private boolean prepareKeys() {
        KeyPhases phases = connection.phases();
        if (phases.isUpdateDue() && connection.handshake().isConfirmed() && phases.canInitiate(connection.loss().largestAcked(PacketType.APPLICATION_SPACE))) {
            phases.initiate();
        }
        if (phases.isExhausted()) {
            connection.fail(QuicError.AEAD_LIMIT_REACHED, 0, "write key used up");
            return false;
        }
        return true;
    }

    private int header(PacketType type, byte[] buf, int at, long number, int numberBytes) {
        PeerIds peer = connection.peerIds();
        return header(type, buf, at, peer.current(), number, numberBytes);
    }

    private int header(PacketType type, byte[] buf, int at, int idPlace, long number, int numberBytes) {
        PeerIds peer = connection.peerIds();
        byte[] destination = peer.id(idPlace);
        int len = peer.length(idPlace);
        if (type == PacketType.ONE_RTT) {
            return PacketEncoder.shortHeader(buf, at, fixedBit(), spin.next(idPlace == peer.current()), connection.phases().writePhaseBit(), destination, len, number, numberBytes);
        }
        QuicVersion version = type == PacketType.ZERO_RTT ? connection.firstVersion() : connection.version();
        LocalIds local = connection.localIds();
        return PacketEncoder.longHeader(buf, at, version, type, fixedBit(), destination, len, local.ids(), local.length(), token, token.length, number, numberBytes);
    }

    /** RFC 9287 3.1: cleared at random for a peer that takes packets so, lest others on the path come to rely on it. */
    private boolean fixedBit() {
        if (!connection.peerParameters().greaseQuicBit()) {
            return true;
        }
        return spin.randomBit();
    }

    /** Frames; true when an ACK is among them. */
    private boolean fill(NumberSpace space, PacketType type, long now) {
        boolean hadAck = false;
        if (type != PacketType.ZERO_RTT && space.acks.isUseful()) {
            int before = packet.at();
            space.acks.write(packet, QuicHandshake.ACK_DELAY_EXPONENT, now);
            hadAck = packet.at() > before;
        }
        int probes = connection.loss().probes(space.index);
        if (!budgeted && probes == 0) {
            return hadAck;
        }
        if (probes > 0 && !hasData(space.index)) {
            repeatOldest(space.index);
        }
        content(space, type);
        if (!packet.isAckEliciting() && (probes > 0 || pingPending || space.acks.isPingDue())) {
            packet.ping();
        }
        if (packet.isAckEliciting() && space.index == PacketType.APPLICATION_SPACE) {
            pingPending = false;
        }
        return hadAck;
    }

    private void content(NumberSpace space, PacketType type) {
        if (type != PacketType.ZERO_RTT && !packet.crypto(space.crypto.out())) {
            return;
        }
        if (space.index != PacketType.APPLICATION_SPACE) {
            return;
        }
        if (type == PacketType.ONE_RTT) {
            control();
        }
        connection.datagrams().fill(packet, connection.maxDatagramBytes());
        if (connection.rest().hasStreamPending()) {
            connection.streams().fill(packet);
        }
    }

    private void control() {
        PathSet paths = connection.paths();
        NetworkPath path = paths.current();
        while (paths.isResponseOnCurrent() && packet.pathResponse(paths.response())) {
            paths.responded();
            mustPad = true;
        }
        if (path.isChallengePending()) {
            challenge(path, isRoomy);
            mustPad = true;
        }
        connection.lifecycle().fill(packet);
    }

    private void challenge(NetworkPath path, boolean isExpanded) {
        long data = connection.paths().challenge();
        if (packet.pathChallenge(data)) {
            path.onChallengeSent(data, isExpanded, connection.now());
        }
    }

    /** A probe repeats what has been unacknowledged longest (RFC 9002 6.2.4); the second of two what follows it. */
    private void repeatOldest(int index) {
        LossRecovery loss = connection.loss();
        long oldest = loss.firstOutstanding(index);
        if (oldest != SentPackets.NONE && oldest == probed) {
            long following = loss.nextOutstanding(index, oldest);
            oldest = following == SentPackets.NONE ? oldest : following;
        }
        probed = oldest;
        if (oldest != SentPackets.NONE) {
            sentFrames.repeat(index, loss.handle(index, oldest));
        }
    }

    // Datagrams of their own

    /** The bytes of a datagram that is not one of the current path's ordinary ones; 0 when none is due. */
    private int special(byte[] buf, int off, int len, Outgoing out) {
        if (!connection.phases().canWrite() || !connection.handshake().isComplete()) {
            return 0;
        }
        PathSet paths = connection.paths();
        ecnMarked = false;
        int n = 0;
        while (n == 0 && paths.hasResponses() && !paths.isResponseOnCurrent()) {
            n = respond(buf, off, len, out);
        }
        if (n == 0) {
            n = challengeAside(paths.candidate(), buf, off, len, out);
        }
        return n > 0 ? n : challengeAside(paths.previous(), buf, off, len, out);
    }

    private int respond(byte[] buf, int off, int len, Outgoing out) {
        PathSet paths = connection.paths();
        NetworkPath path = paths.find(paths.responseTo(), connection.isServer() ? paths.responseLocal() : PathSet.ANY);
        long data = paths.response();
        address(out, paths.responseTo(), paths.responseLocal(), 0);
        paths.responded();
        return path == null ? 0 : alone(path, true, data, buf, off, len, out);
    }

    private int challengeAside(NetworkPath path, byte[] buf, int off, int len, Outgoing out) {
        if (!path.inUse || !path.isChallengePending()) {
            return 0;
        }
        address(out, path.remote, path.local, 0);
        return alone(path, false, 0, buf, off, len, out);
    }

    /** A datagram of a path's own, as large as RFC 9000 8.2.1 and 8.2.2 ask for or as an address that is not validated may get. */
    private int alone(NetworkPath path, boolean isResponse, long response, byte[] buf, int off, int len, Outgoing out) {
        int limit = (int) Math.min(Math.min(len, MIN_DATAGRAM), path.credit());
        int idPlace = connection.migration().place(path);
        if (limit < MIN_PACKET || idPlace < 0 || !prepareKeys()) {
            return 0;
        }
        int payloadOff = beginAlone(buf, off, limit, idPlace);
        if (isResponse) {
            packet.pathResponse(response);
        } else {
            challenge(path, limit == MIN_DATAGRAM);
        }
        out.segmentBytes = endAlone(buf, off, payloadOff, limit, SentPackets.ACK_ELICITING);
        path.sent(out.segmentBytes);
        return out.segmentBytes;
    }

    /** RFC 8899, RFC 9000 14.4: a PING in a datagram larger than any that is known to arrive. */
    private int mtuProbe(byte[] buf, int off, int len, long now) {
        if (!connection.handshake().isConfirmed() || !connection.paths().current().validated) {
            return 0;
        }
        int bytes = connection.loss().mtu().probeBytes(now);
        if (bytes == 0 || bytes > len || connection.loss().budgetBytes(now) < bytes || !prepareKeys()) {
            return 0;
        }
        ecnMarked = false;
        int payloadOff = beginAlone(buf, off, bytes, connection.peerIds().current());
        packet.ping();
        int n = endAlone(buf, off, payloadOff, bytes, SentPackets.ACK_ELICITING | SentPackets.MTU_PROBE);
        connection.paths().current().sent(n);
        return n;
    }

    private long aloneNumber;
    private int aloneNumberBytes;

    private int beginAlone(byte[] buf, int off, int bytes, int idPlace) {
        LossRecovery loss = connection.loss();
        aloneNumber = loss.nextNumber(PacketType.APPLICATION_SPACE);
        aloneNumberBytes = PacketNumbers.bytes(aloneNumber, loss.largestAcked(PacketType.APPLICATION_SPACE));
        int payloadOff = header(PacketType.ONE_RTT, buf, off, idPlace, aloneNumber, aloneNumberBytes);
        packet.begin(buf, payloadOff, off + bytes - PacketProtection.TAG_BYTES);
        return payloadOff;
    }

    private int endAlone(byte[] buf, int off, int payloadOff, int bytes, int flags) {
        packet.padTo(bytes - PacketProtection.TAG_BYTES - (payloadOff - off));
        int payload = packet.payloadBytes();
        long handle = packet.end();
        note(PacketType.ONE_RTT, aloneNumber, buf, off, payloadOff, payload);
        int behind = PacketEncoder.seal(buf, off, payloadOff, payload, aloneNumber, aloneNumberBytes, connection.phases().write());
        connection.loss().onPacketSent(PacketType.APPLICATION_SPACE, aloneNumber, behind - off, flags, handle, connection.now());
        connection.phases().onSealed(aloneNumber, false);
        connection.onElicitingSent();
        datagramsSent++;
        return behind - off;
    }

    // The end

    /** One datagram with a CONNECTION_CLOSE in each space that the peer may be able to read (RFC 9000 10.2.3). */
    int close(byte[] buf, int off, int len, Outgoing out, ConnectionCloser closer) {
        long now = connection.now();
        NetworkPath path = connection.paths().current();
        int limit = (int) Math.min(Math.min(len, MIN_DATAGRAM), path.credit());
        ecnMarked = false;
        mustPad = false;
        int at = off;
        for (int index = 0; index < SPACES; index++) {
            if (!canWrite(index) || isEarly(index) || off + limit - at < MIN_PACKET) {
                continue;
            }
            PacketType type = connection.space(index).type;
            token = type == PacketType.INITIAL ? connection.lifecycle().initialToken() : NO_TOKEN;
            if (off + limit - at < MIN_PACKET + token.length) {
                continue;
            }
            long number = connection.loss().nextNumber(index);
            int numberBytes = PacketNumbers.bytes(number, connection.loss().largestAcked(index));
            int payloadOff = header(type, buf, at, number, numberBytes);
            packet.begin(buf, payloadOff, off + limit - PacketProtection.TAG_BYTES);
            closer.write(packet, type == PacketType.ONE_RTT);
            mustPad |= type == PacketType.INITIAL && !connection.isServer();
            boolean isPadded = mustPad && isLastWritable(index);
            pad(isPadded, numberBytes, off, off + limit, payloadOff);
            at = finish(index, type, buf, at, payloadOff, number, numberBytes, false, isPadded, now);
        }
        if (at > off) {
            path.sent(at - off);
            address(out, path.remote, path.local, at - off);
            datagramsSent++;
        }
        return at - off;
    }

    private boolean isLastWritable(int index) {
        for (int later = index + 1; later < SPACES; later++) {
            if (canWrite(later) && !isEarly(later)) {
                return false;
            }
        }
        return true;
    }
}
