package io.shockwave.internal.tls13;

import io.shockwave.internal.exchange.RandomBytes;
import java.util.Arrays;

/**
 * The server's side (RFC 8446 A.2). Confined to its engine.
 *
 * <pre>
 *   WAIT_CLIENT_HELLO -> WAIT_CERTIFICATE -> WAIT_CERTIFICATE_VERIFY -> WAIT_FINISHED -> COMPLETE
 *     \ (HelloRetryRequest: once, stays)  \--(none asked for or shown)--/
 * </pre>
 */
final class ServerHandshake extends Handshake {
    private enum State { WAIT_CLIENT_HELLO, WAIT_CERTIFICATE, WAIT_CERTIFICATE_VERIFY, WAIT_FINISHED, COMPLETE }

    /** How many of a client's tickets are looked at: each costs a decryption. */
    static final int MAX_TICKETS_TRIED = 4;

    private final TlsServerSettings settings;
    private State state = State.WAIT_CLIENT_HELLO;
    private ClientHello hello;
    private SignatureScheme credentialScheme;
    /** The session that is resumed, or null. */
    private ServerTicket ticket;
    private int ticketNumber;
    private boolean earlyDataOffered;
    private int ticketsSent;
    /** For peers without QUIC, against which the handshake is tested: they refuse the answer to an extension that they can only ask for. */
    boolean silentOnQuic;

    ServerHandshake(TlsServerSettings settings, TlsSink sink, TlsKeys keys, RandomBytes random) {
        super(sink, keys, random, settings.keyLog());
        this.settings = settings;
        this.hello = new ClientHello(extensions, in);
    }

    @Override
    void start(long nowMs) {
        // A server waits for the client.
    }

    @Override
    int refusal(int type) {
        boolean expected = switch (state) {
            case WAIT_CLIENT_HELLO -> type == HandshakeType.CLIENT_HELLO;
            case WAIT_CERTIFICATE -> type == HandshakeType.CERTIFICATE;
            case WAIT_CERTIFICATE_VERIFY -> type == HandshakeType.CERTIFICATE_VERIFY;
            case WAIT_FINISHED -> type == HandshakeType.FINISHED;
            case COMPLETE -> false; // RFC 9001 6: not even KeyUpdate.
        };
        return expected ? TlsError.NONE : TlsError.UNEXPECTED_MESSAGE;
    }

    @Override
    int message(byte[] buf, int off, int len, long nowMs) {
        return switch (state) {
            case WAIT_CLIENT_HELLO -> clientHello(buf, off, len, nowMs);
            case WAIT_CERTIFICATE -> certificate(buf, off, len);
            case WAIT_CERTIFICATE_VERIFY -> certificateVerify(buf, off, len);
            case WAIT_FINISHED -> finished(buf, off, len);
            case COMPLETE -> TlsError.UNEXPECTED_MESSAGE;
        };
    }

    // ---- ClientHello ----

    private int clientHello(byte[] buf, int off, int len, long nowMs) {
        int refused = hello.decode(buf, off + HandshakeType.HEADER_BYTES, len - HandshakeType.HEADER_BYTES);
        if (refused == TlsError.NONE) {
            refused = judge();
        }
        if (refused == TlsError.NONE) {
            refused = retried ? chooseAgain(buf) : choose(buf);
        }
        if (refused != TlsError.NONE) {
            return refused;
        }
        NamedGroup chosen = chooseGroup();
        if (chosen == null) {
            return TlsError.HANDSHAKE_FAILURE;
        }
        int share = hello.shareOf(chosen);
        if (share < 0) {
            return retried ? TlsError.ILLEGAL_PARAMETER : retry(chosen, buf, off, len);
        }
        if (retried && (hello.shares != 1 || chosen != group)) {
            return TlsError.ILLEGAL_PARAMETER; // RFC 8446 4.1.2
        }
        group = chosen;
        return answer(share, buf, off, len, nowMs);
    }

    /** What RFC 8446 4.1.2, 4.2 and 9.2 and RFC 9001 8 ask of any ClientHello. */
    private int judge() {
        if (!hello.offersVersion13()) {
            return TlsError.PROTOCOL_VERSION;
        }
        if (hello.sessionIdBytes > 0) {
            return TlsError.PROTOCOL_VIOLATION; // RFC 9001 8.4
        }
        if (hello.offersCompression() || !hello.isPreSharedKeySound()) {
            return TlsError.ILLEGAL_PARAMETER;
        }
        boolean groups = hello.has(ExtensionType.SUPPORTED_GROUPS);
        // Without psk_ke there is no handshake without these.
        if (!groups || !hello.has(ExtensionType.KEY_SHARE) || !hello.has(ExtensionType.SIGNATURE_ALGORITHMS) && !hello.hasTickets()) {
            return TlsError.MISSING_EXTENSION;
        }
        if (hello.hasTickets() && !hello.has(ExtensionType.PSK_KEY_EXCHANGE_MODES) || !hello.has(ExtensionType.QUIC_TRANSPORT_PARAMETERS)) {
            return TlsError.MISSING_EXTENSION;
        }
        return hello.areSharesSound() ? TlsError.NONE : TlsError.ILLEGAL_PARAMETER;
    }

    private int choose(byte[] buf) {
        clientRandom = Arrays.copyOfRange(buf, hello.randomAt, hello.randomAt + RANDOM_BYTES);
        serverName = hello.serverName;
        earlyDataOffered = hello.earlyData;
        alpn = chooseProtocol();
        if (alpn.isEmpty()) {
            return TlsError.NO_APPLICATION_PROTOCOL;
        }
        suite = chooseSuite();
        return suite == null ? TlsError.HANDSHAKE_FAILURE : TlsError.NONE;
    }

    /** RFC 8446 4.1.2: the second ClientHello is the first but for the share, the tickets and early data. */
    private int chooseAgain(byte[] buf) {
        boolean same = !hello.earlyData && hello.serverName.equals(serverName) && chooseProtocol().equals(alpn) && chooseSuite() == suite
                && Arrays.equals(buf, hello.randomAt, hello.randomAt + RANDOM_BYTES, clientRandom, 0, RANDOM_BYTES);
        return same ? TlsError.NONE : TlsError.ILLEGAL_PARAMETER;
    }

    private String chooseProtocol() {
        for (String protocol : settings.alpn()) {
            if (hello.offersProtocol(protocol)) {
                return protocol;
            }
        }
        return "";
    }

    private CipherSuite chooseSuite() {
        for (CipherSuite own : settings.suites()) {
            if (hello.offersSuite(own)) {
                return own;
            }
        }
        return null;
    }

    /** The best group with a share; if there is none the best without, which costs a round trip. */
    private NamedGroup chooseGroup() {
        for (NamedGroup own : settings.groups()) {
            if (hello.shareOf(own) >= 0) {
                return own;
            }
        }
        for (NamedGroup own : settings.groups()) {
            if (hello.offersGroup(own.code())) {
                return own;
            }
        }
        return null;
    }

    private int retry(NamedGroup wanted, byte[] buf, int off, int len) {
        retried = true;
        group = wanted;
        transcript = new Transcript(suite);
        transcript.add(buf, off, len);
        transcript.becomeMessageHash();
        int message = out.openMessage(HandshakeType.SERVER_HELLO);
        writeServerHello(RETRY_RANDOM);
        int all = out.open16();
        writeVersion();
        int extension = ClientHelloWriter.open(out, ExtensionType.KEY_SHARE);
        out.u16(wanted.code());
        out.close16(extension);
        out.close16(all);
        endMessage(message);
        flush(EncryptionLevel.INITIAL);
        tellEarlyData(false);
        return TlsError.NONE;
    }

    private void writeServerHello(byte[] serverRandom) {
        out.u16(VERSION_12);
        out.bytes(serverRandom);
        out.u8(0);
        out.u16(suite.code());
        out.u8(0);
    }

    private void writeVersion() {
        int extension = ClientHelloWriter.open(out, ExtensionType.SUPPORTED_VERSIONS);
        out.u16(VERSION_13);
        out.close16(extension);
    }

    private void tellEarlyData(boolean accepted) {
        if (earlyDataOffered) {
            earlyDataOffered = false;
            earlyDataAccepted = accepted;
            sink.onEarlyData(accepted);
        }
    }

    // ---- the answer ----

    private int answer(int share, byte[] buf, int off, int len, long nowMs) {
        if (hello.shareBytes[share] != group.clientShareBytes()) {
            return TlsError.ILLEGAL_PARAMETER;
        }
        if (transcript == null) {
            transcript = new Transcript(suite);
        }
        schedule = new KeySchedule(suite);
        int refused = resume(buf, off, nowMs);
        if (refused == TlsError.NONE && !resumed) {
            schedule.early(NOTHING);
            refused = chooseCredential(buf);
        }
        if (refused != TlsError.NONE) {
            return refused;
        }
        transcript.add(buf, off, len);
        refused = sink.onPeerTransportParameters(buf, hello.parametersAt, hello.parametersBytes);
        if (refused != TlsError.NONE) {
            return refused;
        }
        TlsKeys.Answer exchange = keys.answer(group, buf, hello.shareAt[share], hello.shareBytes[share]);
        if (exchange.secret().length == 0) {
            return TlsError.ILLEGAL_PARAMETER;
        }
        decideEarlyData(nowMs);
        sendServerHello(exchange);
        return sendFlight();
    }

    /** Looks for a ticket that can be resumed; its binder must be right (RFC 8446 4.2.11). */
    private int resume(byte[] buf, int off, long nowMs) {
        if (!hello.hasTickets() || !hello.takesPskWithDh()) {
            return TlsError.NONE;
        }
        for (int i = 0; i < Math.min(hello.identities, MAX_TICKETS_TRIED) && ticket == null; i++) {
            int at = hello.identityAt(i);
            ServerTicket opened = ServerTicket.open(settings.tickets(), buf, at + 2, hello.u16(at), nowMs);
            if (opened != null && isSameSession(opened)) {
                ticket = opened;
                ticketNumber = i;
            }
        }
        if (ticket == null) {
            return TlsError.NONE;
        }
        schedule.early(ticket.psk());
        Transcript covered = transcript.copy();
        covered.add(buf, off, hello.coveredEnd() - off);
        byte[] key = schedule.binderKey();
        byte[] binder = schedule.finished(key, covered.hash());
        Arrays.fill(key, (byte) 0);
        int binderAt = hello.binderAt(ticketNumber);
        if ((buf[binderAt] & 0xFF) != binder.length || !KeySchedule.areEqual(binder, buf, binderAt + 1, binder.length)) {
            return TlsError.DECRYPT_ERROR;
        }
        resumed = true;
        peerChain = ticket.peerChain();
        return TlsError.NONE;
    }

    private boolean isSameSession(ServerTicket opened) {
        return opened.suite().hasHashOf(suite) && opened.serverName().equals(serverName) && Arrays.equals(opened.sessionContext(), settings.sessionContext()) && isClientStillKnown(opened);
    }

    /** Who was to show a certificate must have shown one, and it is judged again: it may have expired. */
    private boolean isClientStillKnown(ServerTicket opened) {
        if (opened.peerChain().length == 0) {
            return settings.clients() != TlsServerSettings.ClientAuthentication.REQUIRED;
        }
        return settings.clients() != TlsServerSettings.ClientAuthentication.NONE && settings.judge().judge(opened.peerChain()) == TlsError.NONE;
    }

    private int chooseCredential(byte[] buf) {
        if (!hello.has(ExtensionType.SIGNATURE_ALGORITHMS)) {
            return TlsError.MISSING_EXTENSION; // Only a session that is resumed does without.
        }
        boolean[] known = new boolean[1];
        TlsCredential[] candidates = settings.credentials().candidates(serverName, known);
        if (settings.unknownNamesRefused() && !serverName.isEmpty() && !known[0]) {
            return TlsError.UNRECOGNIZED_NAME;
        }
        for (TlsCredential candidate : candidates) {
            SignatureScheme scheme = candidate.schemeFor(buf, hello.schemesAt, hello.schemesBytes);
            if (scheme != null) {
                credential = candidate;
                credentialScheme = scheme;
                return TlsError.NONE;
            }
        }
        return TlsError.HANDSHAKE_FAILURE;
    }

    /** RFC 8446 4.2.10, RFC 9001 4.6: only with the first ticket, and if nothing has changed since. */
    private void decideEarlyData(long nowMs) {
        boolean accepted = earlyDataOffered && resumed && ticketNumber == 0 && !retried && ticket.suite() == suite && ticket.alpn().equals(alpn)
                && Arrays.equals(ticket.earlyDataContext(), settings.earlyDataContext()) && isFirstUse(nowMs);
        if (accepted) {
            byte[] secret = schedule.derive("c e traffic", transcript.hash());
            log("CLIENT_EARLY_TRAFFIC_SECRET", secret);
            sink.onReadSecret(EncryptionLevel.EARLY, suite, secret);
            Arrays.fill(secret, (byte) 0);
        }
        tellEarlyData(accepted);
    }

    private boolean isFirstUse(long nowMs) {
        long sentMs = ticket.sentMs(hello.ageAt(hello.identityAt(0)));
        return Math.abs(nowMs - sentMs) <= ReplayGuard.AGE_TOLERANCE_MS && settings.guard().isFirstUse(ticket.id(), nowMs, sentMs + ReplayGuard.AGE_TOLERANCE_MS);
    }

    private void sendServerHello(TlsKeys.Answer exchange) {
        byte[] serverRandom = new byte[RANDOM_BYTES];
        random.fill(serverRandom, 0, RANDOM_BYTES);
        int message = out.openMessage(HandshakeType.SERVER_HELLO);
        writeServerHello(serverRandom);
        int all = out.open16();
        writeVersion();
        int extension = ClientHelloWriter.open(out, ExtensionType.KEY_SHARE);
        out.u16(group.code());
        out.vector16(exchange.share());
        out.close16(extension);
        if (resumed) {
            extension = ClientHelloWriter.open(out, ExtensionType.PRE_SHARED_KEY);
            out.u16(ticketNumber);
            out.close16(extension);
        }
        out.close16(all);
        endMessage(message);
        flush(EncryptionLevel.INITIAL);
        schedule.handshake(exchange.secret());
        Arrays.fill(exchange.secret(), (byte) 0);
        deriveHandshakeSecrets();
        sink.onWriteSecret(EncryptionLevel.HANDSHAKE, suite, serverSecret);
        sink.onReadSecret(EncryptionLevel.HANDSHAKE, suite, clientSecret);
        readLevel = EncryptionLevel.HANDSHAKE;
    }

    /** EncryptedExtensions to Finished. */
    private int sendFlight() {
        writeEncryptedExtensions();
        boolean asks = !resumed && settings.clients() != TlsServerSettings.ClientAuthentication.NONE;
        if (asks) {
            writeCertificateRequest();
        }
        if (!resumed) {
            writeCertificate(credential);
            int refused = writeCertificateVerify(credential, credentialScheme, SERVER_CONTEXT);
            if (refused != TlsError.NONE) {
                return refused;
            }
        }
        writeFinished(serverSecret);
        flush(EncryptionLevel.HANDSHAKE);
        byte[] hash = transcript.hash();
        schedule.master();
        clientApplicationSecret = schedule.derive("c ap traffic", hash);
        byte[] serverApplicationSecret = schedule.derive("s ap traffic", hash);
        log("CLIENT_TRAFFIC_SECRET_0", clientApplicationSecret);
        log("SERVER_TRAFFIC_SECRET_0", serverApplicationSecret);
        sink.onWriteSecret(EncryptionLevel.APPLICATION, suite, serverApplicationSecret);
        Arrays.fill(serverApplicationSecret, (byte) 0);
        Arrays.fill(serverSecret, (byte) 0);
        hello = null;
        state = asks ? State.WAIT_CERTIFICATE : State.WAIT_FINISHED;
        return TlsError.NONE;
    }

    private void writeEncryptedExtensions() {
        int message = out.openMessage(HandshakeType.ENCRYPTED_EXTENSIONS);
        int all = out.open16();
        int extension = ClientHelloWriter.open(out, ExtensionType.ALPN);
        int list = out.open16();
        out.u8(alpn.length());
        for (int i = 0; i < alpn.length(); i++) {
            out.u8(alpn.charAt(i));
        }
        out.close16(list);
        out.close16(extension);
        if (!silentOnQuic) {
            extension = ClientHelloWriter.open(out, ExtensionType.QUIC_TRANSPORT_PARAMETERS);
            out.room(TlsEngine.MAX_TRANSPORT_PARAMETERS_BYTES);
            out.advance(sink.localTransportParameters(out.array(), out.length()));
            out.close16(extension);
        }
        if (earlyDataAccepted) {
            out.close16(ClientHelloWriter.open(out, ExtensionType.EARLY_DATA));
        }
        out.close16(all);
        endMessage(message);
    }

    private void writeCertificateRequest() {
        int message = out.openMessage(HandshakeType.CERTIFICATE_REQUEST);
        out.u8(0);
        int all = out.open16();
        ClientHelloWriter.signatureSchemes(out, settings.schemes());
        if (!settings.authorities().isEmpty()) {
            int extension = ClientHelloWriter.open(out, ExtensionType.CERTIFICATE_AUTHORITIES);
            int list = out.open16();
            for (byte[] authority : settings.authorities()) {
                out.vector16(authority);
            }
            out.close16(list);
            out.close16(extension);
        }
        out.close16(all);
        endMessage(message);
    }

    // ---- the client's flight ----

    private int certificate(byte[] buf, int off, int len) {
        int refused = readCertificate(buf, off, len);
        if (refused != TlsError.NONE) {
            return refused;
        }
        transcript.add(buf, off, len);
        if (peerChain.length == 0) {
            state = State.WAIT_FINISHED;
            return settings.clients() == TlsServerSettings.ClientAuthentication.REQUIRED ? TlsError.CERTIFICATE_REQUIRED : TlsError.NONE;
        }
        state = State.WAIT_CERTIFICATE_VERIFY;
        return settings.judge().judge(peerChain);
    }

    private int certificateVerify(byte[] buf, int off, int len) {
        int refused = readCertificateVerify(buf, off, len, CLIENT_CONTEXT, settings.schemes());
        if (refused == TlsError.NONE) {
            transcript.add(buf, off, len);
            state = State.WAIT_FINISHED;
        }
        return refused;
    }

    private int finished(byte[] buf, int off, int len) {
        int refused = readFinished(buf, off, len, clientSecret);
        if (refused != TlsError.NONE) {
            return refused;
        }
        transcript.add(buf, off, len);
        resumptionSecret = schedule.derive("res master", transcript.hash());
        sink.onReadSecret(EncryptionLevel.APPLICATION, suite, clientApplicationSecret);
        state = State.COMPLETE;
        rest();
        if (ticket != null) {
            ticket.wipe();
            ticket = null;
        }
        sink.onHandshakeComplete();
        return TlsError.NONE;
    }

    // ---- tickets ----

    @Override
    void sendTicket(long nowMs) {
        sendTicket(settings.sessionContext(), nowMs);
    }

    @Override
    void sendTicket(byte[] sessionContext, long nowMs) {
        TicketKeys.Key key = settings.tickets().current(nowMs);
        if (key == null || ticketsSent > 0xFF) {
            return;
        }
        byte[] nonce = {(byte) ticketsSent++};
        byte[] chance = new byte[4];
        random.fill(chance, 0, 4);
        long ageAdd = (chance[0] & 0xFFL) << 24 | (chance[1] & 0xFF) << 16 | (chance[2] & 0xFF) << 8 | chance[3] & 0xFF;
        int lifetimeS = settings.tickets().lifetimeS();
        ServerTicket fresh = new ServerTicket(suite, nowMs, lifetimeS, ageAdd, KeySchedule.resumptionKey(suite, resumptionSecret, nonce), alpn, serverName, sessionContext,
                settings.earlyDataContext(), peerChain, NOTHING);
        byte[] sealed = fresh.seal(key, random);
        fresh.wipe();
        if (sealed.length == 0) {
            return;
        }
        out = new TlsWriter(sealed.length + 64);
        int message = out.openMessage(HandshakeType.NEW_SESSION_TICKET);
        out.u32(lifetimeS);
        out.u32(ageAdd);
        out.vector8(nonce);
        out.vector16(sealed);
        int all = out.open16();
        if (settings.guard() != ReplayGuard.REFUSES) {
            int extension = ClientHelloWriter.open(out, ExtensionType.EARLY_DATA);
            out.u32(ClientHandshake.QUIC_EARLY_DATA_BYTES);
            out.close16(extension);
        }
        out.close16(all);
        out.close24(message);
        flush(EncryptionLevel.APPLICATION);
        out = null;
    }

    @Override
    void wipe() {
        super.wipe();
        if (ticket != null) {
            ticket.wipe();
        }
    }
}
