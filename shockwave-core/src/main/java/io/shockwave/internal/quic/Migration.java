package io.shockwave.internal.quic;

/**
 * How a connection changes its path (RFC 9000 9): the peer moves, or its NAT gives it another port; a client moves, or goes to the address that the server prefers. Owned by a connection.
 */
final class Migration {
    private final QuicConnection connection;
    private final PathSet paths;
    private final PeerIds peerIds;

    Migration(QuicConnection connection, PathSet paths, PeerIds peerIds) {
        this.connection = connection;
        this.paths = paths;
        this.peerIds = peerIds;
    }

    void onChallenge(long data, PacketReceiver packet) {
        paths.respond(data, packet.from(), packet.local(), packet.datagramBytes());
    }

    void onResponse(long data) {
        NetworkPath candidate = paths.candidate();
        if (candidate.inUse && candidate.onResponse(data)) {
            useCandidate();
        } else if (paths.current().onResponse(data)) {
            onCurrentValidated();
        } else if (paths.previous().inUse) {
            paths.previous().onResponse(data);
        }
    }

    /** The one before is not gone back to any more, and its id is of no more use (RFC 9000 9.5). */
    private void onCurrentValidated() {
        NetworkPath previous = paths.previous();
        if (previous.inUse) {
            previous.inUse = false;
            previous.stopValidating();
            peerIds.release(previous.idPlace);
        }
        connection.loss().onAmplificationLimit(false, connection.now());
    }

    private void useCandidate() {
        paths.promote();
        paths.previous().idPlace = peerIds.current();
        peerIds.switchTo(paths.current().idPlace);
        connection.loss().onPathChanged(connection.now());
        onCurrentValidated();
        migrated(false);
    }

    private void migrated(boolean isRebinding) {
        connection.context().counters().increment(QuicCounters.MIGRATIONS);
        connection.context().settings().observer().onMigrated(connection, isRebinding);
    }

    /** A packet with other than probing frames, the newest so far, says where the peer is (RFC 9000 9.3). */
    void onNewest(PacketReceiver packet, long idSequence) {
        NetworkPath current = paths.current();
        if (current.isTo(packet.from())) {
            current.receivedIdSequence = idSequence;
            return;
        }
        if (!connection.isServer() || !connection.handshake().isConfirmed()) {
            return;
        }
        boolean isRebinding = current.remote.isSameHost(packet.from());
        boolean hasNewId = idSequence != current.receivedIdSequence;
        if (paths.previous().isTo(packet.from())) {
            int place = peerIds.current();
            paths.swap();
            paths.previous().idPlace = place;
        } else {
            move(packet, hasNewId);
        }
        NetworkPath moved = paths.current();
        moved.receivedIdSequence = idSequence;
        peerIds.switchTo(moved.idPlace);
        // RFC 9000 9.4: where only the port changed, what was learnt of the path still holds.
        if (!isRebinding) {
            connection.loss().onPathChanged(connection.now());
        }
        if (!moved.validated) {
            moved.validate(connection.now(), connection.ptoNs());
        }
        migrated(isRebinding);
    }

    private void move(PacketReceiver packet, boolean hasNewId) {
        int old = peerIds.current();
        int place = hasNewId ? peerIds.take() : old;
        NetworkPath current = paths.current();
        current.idPlace = old;
        if (!current.validated && current.inUse && place != old && place >= 0) {
            // A path that was never validated is not returned to.
            peerIds.switchTo(place);
            peerIds.release(old);
        }
        releasePrevious(current, old);
        NetworkPath moved = paths.move(packet.from(), packet.local(), place < 0 ? old : place, false, true);
        moved.received(packet.datagramBytes());
    }

    /** The current path takes the place of the one before it. */
    private void releasePrevious(NetworkPath current, int currentPlace) {
        NetworkPath previous = paths.previous();
        if (current.validated && previous.inUse && previous.idPlace != currentPlace) {
            peerIds.release(previous.idPlace);
        }
    }

    /** A client goes on from another local address; false when it may not, or has no id left for it. */
    boolean moveTo(int local) {
        if (connection.isServer() || !connection.handshake().isConfirmed() || connection.peerParameters().disableActiveMigration()) {
            return false;
        }
        int place = peerIds.take();
        if (place < 0) {
            return false;
        }
        NetworkPath current = paths.current();
        current.idPlace = peerIds.current();
        releasePrevious(current, current.idPlace);
        NetworkPath moved = paths.move(current.remote.copy(), local, place, false, false);
        peerIds.switchTo(place);
        connection.loss().onPathChanged(connection.now());
        moved.validate(connection.now(), connection.ptoNs());
        migrated(false);
        return true;
    }

    /** The server prefers another address: a client tries it, and moves once it answers (RFC 9000 9.6). */
    void tryPreferred(TransportParameters server) {
        if (!server.hasPreferredAddress() || !connection.handshake().isConfirmed() || paths.candidate().inUse) {
            return;
        }
        PeerAddress preferred = paths.current().remote.isIpv4() ? server.preferredIpv4() : server.preferredIpv6();
        int place = peerIds.placeOf(1);
        if (preferred == null || preferred.equals(paths.current().remote) || place < 0) {
            return;
        }
        place = peerIds.take();
        if (place < 0) {
            return;
        }
        NetworkPath candidate = paths.candidate();
        candidate.open(preferred, paths.current().local, place, false, false);
        candidate.validate(connection.now(), connection.ptoNs());
    }

    void timeout(long nowNs) {
        NetworkPath candidate = paths.candidate();
        if (candidate.inUse && candidate.timeout(nowNs)) {
            candidate.inUse = false;
            peerIds.release(candidate.idPlace);
        }
        if (paths.previous().inUse) {
            paths.previous().timeout(nowNs);
        }
        NetworkPath current = paths.current();
        if (current.timeout(nowNs)) {
            int failed = peerIds.current();
            if (!paths.fallBack()) {
                // RFC 9000 9.3.2: there is no state left to go on with.
                connection.forget(QuicSink.NO_PATH, "path validation failed");
                return;
            }
            peerIds.switchTo(paths.current().idPlace);
            if (paths.current().idPlace != failed) {
                peerIds.release(failed);
            }
            connection.loss().onPathChanged(nowNs);
        }
    }
}
