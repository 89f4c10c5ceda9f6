package io.shockwave.internal.quic;

/**
 * How a connection changes its path (RFC 9000 9): the peer probes another or moves there, or its NAT gives it another port; a client moves, or goes to the address that the server prefers. Owned by
 * a connection.
 */
final class Migration {
    /** The number of the socket that a server has its connections begin at. */
    static final int FIRST = 0;

    private final QuicConnection connection;
    private final PathSet paths;
    private final PeerIds peerIds;
    /** A client's: where the server would rather have it; null if it does not say, or if that is no address to go to. */
    private PeerAddress preferred;
    private int moves;

    Migration(QuicConnection connection, PathSet paths, PeerIds peerIds) {
        this.connection = connection;
        this.paths = paths;
        this.peerIds = peerIds;
    }

    // What the peer does

    /** @param idSequence of our id that the packet was sent to */
    void onChallenge(long data, PacketReceiver packet, long idSequence) {
        if (find(packet) != null || open(packet, idSequence) != null) {
            paths.respond(data, packet.from(), packet.local());
        }
    }

    private NetworkPath find(PacketReceiver packet) {
        return paths.find(packet.from(), connection.isServer() ? packet.local() : PathSet.ANY);
    }

    /** The peer is heard on a path that is not known. Null where it cannot be answered there: for want of an id that was on no other path (RFC 9000 9.5). */
    private NetworkPath open(PacketReceiver packet, long idSequence) {
        if (!connection.isServer() || !connection.handshake().isConfirmed()) {
            return null;
        }
        NetworkPath current = paths.current();
        // RFC 9000 9.5: a peer that did not change its id did not mean to move, and we may keep ours to it as long as we send from where we did.
        boolean keepsId = idSequence == current.receivedIdSequence && packet.local() == current.local;
        int place = keepsId ? peerIds.current() : peerIds.take();
        if (place < 0) {
            return null;
        }
        NetworkPath path = paths.toOpen();
        drop(path);
        path.open(packet.from(), packet.local(), peerIds.sequence(place), false, true);
        path.receivedIdSequence = idSequence;
        path.received(packet.datagramBytes());
        // RFC 9000 9.6.3, 9.3: what may become the path is validated from the first packet on.
        path.validate(connection.now(), connection.ptoNs());
        return path;
    }

    /** A packet with other than probing frames, the newest so far, says where the peer is (RFC 9000 9.3). */
    void onNewest(PacketReceiver packet, long idSequence) {
        NetworkPath current = paths.current();
        if (!connection.isServer() || current.isOn(packet.from(), packet.local())) {
            current.receivedIdSequence = idSequence;
            return;
        }
        if (current.local != FIRST && packet.local() == FIRST) {
            return; // RFC 9000 9.6.2: who is at the preferred address is there for good, whatever comes late or as a copy
        }
        NetworkPath path = find(packet);
        if (path == null) {
            path = open(packet, idSequence);
        }
        if (path == null) {
            return;
        }
        path.receivedIdSequence = idSequence;
        if (path.local != current.local && !path.validated) {
            // RFC 9000 9.6.2: a server goes on from its first address until the path from the preferred one is validated.
            path.wanted = true;
            return;
        }
        follow(path);
    }

    private void follow(NetworkPath path) {
        NetworkPath old = paths.current();
        boolean isRebinding = old.remote.isSameHost(path.remote) && old.local == path.local;
        use(path);
        // RFC 9000 9.4: where only the port changed, what was learnt of the path still holds.
        if (!isRebinding) {
            connection.loss().onPathChanged(connection.now());
        }
        if (!path.validated) {
            path.validate(connection.now(), connection.ptoNs());
        }
        if (old.local != path.local) {
            old.linger(connection.now(), connection.ptoNs());
        } else if (paths.previous() == old && old.inUse) {
            // RFC 9000 9.3.3: if the peer is still there, and a copy of its packet took another way, its answer brings us back.
            old.validate(connection.now(), connection.ptoNs());
        }
        migrated(isRebinding);
    }

    /** Makes another path the current one. Only a validated one can be returned to. */
    private void use(NetworkPath path) {
        NetworkPath old = paths.current();
        int place = place(path);
        old.peerId = peerIds.sequence(peerIds.current());
        NetworkPath left;
        if (path == paths.previous()) {
            paths.swap();
            left = old.validated ? null : old;
        } else {
            left = paths.promote(!old.validated);
        }
        if (place >= 0) {
            peerIds.switchTo(place);
        }
        connection.sender().spin().reset();
        path.wanted = false;
        if (left != null) {
            drop(left);
        }
    }

    /** Where the id is that packets on a path carry: another than before if the peer has retired that one, -1 if there is none. */
    int place(NetworkPath path) {
        if (path == paths.current()) {
            return peerIds.current();
        }
        int place = peerIds.placeOf(path.peerId);
        if (place < 0) {
            place = peerIds.take();
            if (place >= 0) {
                path.peerId = peerIds.sequence(place);
            }
        }
        return place;
    }

    /** A path is of no more use, nor is its id (RFC 9000 9.5). */
    private void drop(NetworkPath path) {
        if (!path.inUse) {
            return;
        }
        path.close();
        int place = peerIds.placeOf(path.peerId);
        if (place >= 0 && place != peerIds.current() && !paths.isUsed(path.peerId)) {
            peerIds.release(place);
        }
    }

    // Validation

    void onResponse(long data) {
        long now = connection.now();
        NetworkPath candidate = paths.candidate();
        if (candidate.inUse && candidate.onResponse(data, now)) {
            if (!connection.isServer()) {
                useCandidate();
            } else if (candidate.wanted) {
                follow(candidate);
            }
        } else if (paths.current().onResponse(data, now)) {
            onCurrentValidated();
        } else if (paths.previous().inUse && paths.previous().onResponse(data, now) && !paths.current().isBusy()) {
            drop(paths.previous());
        }
        if (paths.current().credit() > 0) {
            connection.loss().onAmplificationLimit(false, now);
        }
    }

    /** The one before is not gone back to any more, once it has said whether the peer is still there. */
    private void onCurrentValidated() {
        if (!paths.previous().isBusy()) {
            drop(paths.previous());
        }
    }

    void timeout(long nowNs) {
        NetworkPath candidate = paths.candidate();
        if (candidate.inUse && candidate.timeout(nowNs)) {
            drop(candidate);
        }
        NetworkPath previous = paths.previous();
        boolean isPreviousOver = previous.inUse && previous.timeout(nowNs);
        NetworkPath current = paths.current();
        if (current.timeout(nowNs)) {
            fallBack(nowNs);
        } else if (isPreviousOver && !current.isBusy()) {
            drop(previous);
        }
    }

    /** The current path does not carry what it has to (RFC 9000 9.3.2). */
    private void fallBack(long nowNs) {
        NetworkPath previous = paths.previous();
        if (previous.inUse && previous.validated) {
            NetworkPath failed = paths.current();
            use(previous);
            drop(failed);
            moves++;
            connection.loss().onPathChanged(nowNs);
            if (!connection.isServer()) {
                // It left for a reason: if nothing answers here either, it is to know it before its application does.
                previous.validated = false;
                previous.validate(nowNs, connection.ptoNs());
            }
        } else if (!paths.current().validated) {
            // There is no state left to go on with.
            connection.forget(QuicSink.NO_PATH, "path validation failed");
        }
    }

    /** How often the path has become another. */
    int moves() {
        return moves;
    }

    private void migrated(boolean isRebinding) {
        moves++;
        connection.context().counters().increment(QuicCounters.MIGRATIONS);
        connection.context().settings().observer().onMigrated(connection, isRebinding);
    }

    // What a client does

    /** A client goes on from another local address; false when it may not, or has no id left for it. */
    boolean moveTo(int local) {
        // RFC 9000 18.2: disable_active_migration is about the address of the handshake, not about the preferred one.
        if (connection.isServer() || !connection.handshake().isConfirmed() || connection.peerParameters().disableActiveMigration() && !isAtPreferred()) {
            return false;
        }
        // RFC 9000 9.5: SHOULD NOT, where the peer's ids have no bytes: it may not find the connection, and others would.
        int place = peerIds.length(peerIds.current()) == 0 ? -1 : peerIds.take();
        if (place < 0) {
            return false;
        }
        NetworkPath candidate = paths.toOpen();
        boolean wasTrying = candidate.inUse;
        drop(candidate);
        candidate.open(paths.current().remote, local, peerIds.sequence(place), false, false);
        use(candidate);
        connection.loss().onPathChanged(connection.now());
        paths.current().validate(connection.now(), connection.ptoNs());
        moved();
        if (wasTrying) {
            tryPreferred(); // RFC 9000 9.6.3: from the new address, both of the server's
        }
        return true;
    }

    private boolean isAtPreferred() {
        return preferred != null && paths.current().remote.equals(preferred);
    }

    /** The handshake is confirmed, and the server prefers another address: a client tries it, and moves once it answers (RFC 9000 9.6). */
    void onPreferred(TransportParameters server) {
        PeerAddress now = paths.current().remote;
        PeerAddress other = now.isIpv4() ? server.preferredIpv4() : server.preferredIpv6();
        // RFC 9000 21.5.6: no server of another host is asked for this host's own services.
        if (other != null && !other.equals(now) && (now.isLoopback() || !other.isLoopback())) {
            preferred = other;
            tryPreferred();
        }
    }

    private void tryPreferred() {
        int place = peerIds.take();
        if (place < 0) {
            return;
        }
        NetworkPath candidate = paths.toOpen();
        candidate.open(preferred, paths.current().local, peerIds.sequence(place), false, false);
        candidate.validate(connection.now(), connection.ptoNs());
    }

    private void useCandidate() {
        use(paths.candidate());
        // The server sends from its first address until it has validated this path too (RFC 9000 9.6.2).
        paths.previous().linger(connection.now(), connection.ptoNs());
        connection.loss().onPathChanged(connection.now());
        moved();
    }

    /** A server follows what is no mere probe (RFC 9000 9.2), also when there is nothing else to say. */
    private void moved() {
        connection.sender().ping();
        migrated(false);
    }
}
