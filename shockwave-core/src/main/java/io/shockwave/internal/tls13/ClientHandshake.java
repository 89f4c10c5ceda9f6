package io.shockwave.internal.tls13;

import io.shockwave.internal.exchange.RandomBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The client's side (RFC 8446 A.1). Confined to its engine.
 *
 * <pre>
 *   START -> WAIT_SERVER_HELLO -(HelloRetryRequest: once, stays)-> WAIT_ENCRYPTED_EXTENSIONS -> WAIT_CERTIFICATE_OR_REQUEST -> WAIT_CERTIFICATE -> WAIT_CERTIFICATE_VERIFY
 *                                                                            \--(resumed)--------------------------------------> WAIT_FINISHED -> COMPLETE
 * </pre>
 */
final class ClientHandshake extends Handshake {
    private enum State { START, WAIT_SERVER_HELLO, WAIT_ENCRYPTED_EXTENSIONS, WAIT_CERTIFICATE_OR_REQUEST, WAIT_CERTIFICATE, WAIT_CERTIFICATE_VERIFY, WAIT_FINISHED, COMPLETE }

    /** Servers send two or three; what comes above is read and dropped. */
    static final int MAX_TICKETS = 32;
    /** RFC 9001 4.6.1: any other size of early data is an error. */
    static final long QUIC_EARLY_DATA_BYTES = 0xFFFF_FFFFL;

    private final TlsClientSettings settings;
    private final ClientHelloWriter hello;
    private State state = State.START;
    private byte[] firstHello = NOTHING;
    private byte[] peerTransportParameters = NOTHING;
    private boolean earlyDataOffered;
    private boolean certificateRequested;
    private SignatureScheme credentialScheme;
    private int tickets;

    ClientHandshake(TlsClientSettings settings, TlsSink sink, TlsKeys keys, RandomBytes random) {
        super(sink, keys, random, settings.keyLog());
        this.settings = settings;
        this.hello = new ClientHelloWriter(settings);
        this.serverName = settings.serverName();
    }

    @Override
    int refusal(int type) {
        boolean expected = switch (state) {
            case START -> false;
            case WAIT_SERVER_HELLO -> type == HandshakeType.SERVER_HELLO;
            case WAIT_ENCRYPTED_EXTENSIONS -> type == HandshakeType.ENCRYPTED_EXTENSIONS;
            case WAIT_CERTIFICATE_OR_REQUEST -> type == HandshakeType.CERTIFICATE || type == HandshakeType.CERTIFICATE_REQUEST;
            case WAIT_CERTIFICATE -> type == HandshakeType.CERTIFICATE;
            case WAIT_CERTIFICATE_VERIFY -> type == HandshakeType.CERTIFICATE_VERIFY;
            case WAIT_FINISHED -> type == HandshakeType.FINISHED;
            case COMPLETE -> type == HandshakeType.NEW_SESSION_TICKET;
        };
        if (expected) {
            return TlsError.NONE;
        }
        // RFC 9001 4.4: no authentication after the handshake. RFC 9001 6: KeyUpdate is an unexpected message like all others.
        return state == State.COMPLETE && type == HandshakeType.CERTIFICATE_REQUEST ? TlsError.PROTOCOL_VIOLATION : TlsError.UNEXPECTED_MESSAGE;
    }

    @Override
    int message(byte[] buf, int off, int len, long nowMs) {
        return switch (state) {
            case WAIT_SERVER_HELLO -> serverHello(buf, off, len, nowMs);
            case WAIT_ENCRYPTED_EXTENSIONS -> encryptedExtensions(buf, off, len);
            case WAIT_CERTIFICATE_OR_REQUEST -> nextIs(HandshakeType.CERTIFICATE, buf, off) ? certificate(buf, off, len) : certificateRequest(buf, off, len);
            case WAIT_CERTIFICATE -> certificate(buf, off, len);
            case WAIT_CERTIFICATE_VERIFY -> certificateVerify(buf, off, len);
            case WAIT_FINISHED -> finished(buf, off, len);
            case COMPLETE -> ticketAtRest(buf, off, len, nowMs);
            case START -> TlsError.UNEXPECTED_MESSAGE;
        };
    }

    // ---- ClientHello ----

    @Override
    void start(long nowMs) {
        if (state != State.START) {
            throw new IllegalStateException("started twice");
        }
        random.fill(hello.random, 0, RANDOM_BYTES);
        clientRandom = hello.random;
        byte[] parameters = new byte[TlsEngine.MAX_TRANSPORT_PARAMETERS_BYTES];
        hello.transportParameters = Arrays.copyOf(parameters, sink.localTransportParameters(parameters, 0));
        offerShares();
        SessionTicket ticket = settings.ticket().orElse(null);
        if (ticket != null && isUsable(ticket, nowMs)) {
            hello.ticket = ticket;
            hello.earlyData = settings.earlyData() && ticket.allowsEarlyData() && settings.alpn().contains(ticket.alpn()) && settings.suites().contains(ticket.suite());
            earlyDataOffered = hello.earlyData;
        }
        state = State.WAIT_SERVER_HELLO;
        hello.write(out, nowMs);
        Transcript early = hello.ticket == null ? null : bind(new Transcript(hello.ticket.suite()));
        firstHello = out.copy();
        flush(EncryptionLevel.INITIAL);
        if (earlyDataOffered) {
            byte[] secret = schedule.derive("c e traffic", early.hash());
            log("CLIENT_EARLY_TRAFFIC_SECRET", secret);
            sink.onWriteSecret(EncryptionLevel.EARLY, hello.ticket.suite(), secret);
            Arrays.fill(secret, (byte) 0);
        }
    }

    private void offerShares() {
        hello.groups = settings.groups().subList(0, settings.shares()).toArray(new NamedGroup[0]);
        hello.shares = new KeyShare[hello.groups.length];
        for (int i = 0; i < hello.groups.length; i++) {
            hello.shares[i] = keys.share(hello.groups[i]);
        }
    }

    private boolean isUsable(SessionTicket ticket, long nowMs) {
        boolean hashOffered = false;
        for (CipherSuite offered : settings.suites()) {
            hashOffered |= offered.hasHashOf(ticket.suite());
        }
        return hashOffered && ticket.isUsable(nowMs) && ticket.serverName().equals(settings.serverName());
    }

    /** Puts the binder at the end of the message in {@link #out}, given the transcript before it; returns the transcript with the whole of it. */
    private Transcript bind(Transcript before) {
        schedule = new KeySchedule(hello.ticket.suite());
        schedule.early(hello.ticket.psk());
        int covered = out.length() - hello.bindersBytes();
        before.add(out.array(), 0, covered);
        byte[] key = schedule.binderKey();
        byte[] binder = schedule.finished(key, before.hash());
        Arrays.fill(key, (byte) 0);
        System.arraycopy(binder, 0, out.array(), out.length() - binder.length, binder.length);
        before.add(out.array(), covered, out.length() - covered);
        return before;
    }

    // ---- ServerHello ----

    private int serverHello(byte[] buf, int off, int len, long nowMs) {
        body(buf, off, len);
        in.u16();
        int randomAt = in.skip(RANDOM_BYTES);
        int sessionId = in.vector8(0);
        in.skip(sessionId);
        int suiteCode = in.u16();
        int compression = in.u8();
        boolean hasExtensions = in.hasMore();
        if (hasExtensions) {
            extensions.decode(in);
        } else {
            extensions.clear();
        }
        if (!in.isAtEnd() || sessionId > 32) {
            return TlsError.DECODE_ERROR;
        }
        boolean retry = Arrays.equals(buf, randomAt, randomAt + RANDOM_BYTES, RETRY_RANDOM, 0, RANDOM_BYTES);
        int refused = judgeVersion(buf);
        if (refused == TlsError.NONE) {
            refused = retry ? extensions.check(ExtensionType.IN_HELLO_RETRY_REQUEST, hello.asked() | ExtensionBlock.bit(ExtensionType.COOKIE))
                    : extensions.check(ExtensionType.IN_SERVER_HELLO, hello.asked());
        }
        if (refused != TlsError.NONE) {
            return refused;
        }
        CipherSuite chosen = CipherSuite.ofCode(suiteCode);
        if (sessionId != 0 || compression != 0 || chosen == null || !settings.suites().contains(chosen) || retried && chosen != suite) {
            return TlsError.ILLEGAL_PARAMETER;
        }
        if (retry && retried) {
            return TlsError.UNEXPECTED_MESSAGE; // RFC 8446 4.1.4
        }
        suite = chosen;
        return retry ? helloRetryRequest(buf, off, len, nowMs) : agree(buf, off, len);
    }

    /** RFC 8446 4.2.1: before anything else. */
    private int judgeVersion(byte[] buf) {
        int version = extensions.find(ExtensionType.SUPPORTED_VERSIONS);
        if (version == ExtensionBlock.ABSENT) {
            return TlsError.PROTOCOL_VERSION;
        }
        if (extensions.len(version) != 2) {
            return TlsError.DECODE_ERROR;
        }
        return ExtensionBlock.lists16(buf, extensions.off(version), 2, VERSION_13) ? TlsError.NONE : TlsError.ILLEGAL_PARAMETER;
    }

    private int helloRetryRequest(byte[] buf, int off, int len, long nowMs) {
        int cookie = extensions.find(ExtensionType.COOKIE);
        int share = extensions.find(ExtensionType.KEY_SHARE);
        if (cookie != ExtensionBlock.ABSENT) {
            in.on(buf, extensions.off(cookie), extensions.len(cookie));
            int bytes = in.vector16(1);
            int from = in.skip(bytes);
            if (!in.isAtEnd()) {
                return TlsError.DECODE_ERROR;
            }
            hello.cookie = Arrays.copyOfRange(buf, from, from + bytes);
        }
        if (share != ExtensionBlock.ABSENT) {
            if (extensions.len(share) != 2) {
                return TlsError.DECODE_ERROR;
            }
            in.on(buf, extensions.off(share), 2);
            NamedGroup wanted = NamedGroup.ofCode(in.u16());
            if (wanted == null || !settings.groups().contains(wanted) || hello.shareOf(wanted) != null) {
                return TlsError.ILLEGAL_PARAMETER; // RFC 8446 4.2.8
            }
            hello.groups = new NamedGroup[] {wanted};
            hello.shares = new KeyShare[] {keys.share(wanted)};
        } else if (cookie == ExtensionBlock.ABSENT) {
            return TlsError.ILLEGAL_PARAMETER; // RFC 8446 4.1.4: it would change nothing.
        }
        retried = true;
        sayHelloAgain(buf, off, len, nowMs);
        return TlsError.NONE;
    }

    private void sayHelloAgain(byte[] buf, int off, int len, long nowMs) {
        transcript = new Transcript(suite);
        transcript.add(firstHello, 0, firstHello.length);
        firstHello = NOTHING;
        transcript.becomeMessageHash();
        transcript.add(buf, off, len);
        hello.earlyData = false; // RFC 8446 4.1.2
        if (hello.ticket != null && !hello.ticket.suite().hasHashOf(suite)) {
            hello.ticket = null;
        }
        hello.write(out, nowMs);
        if (hello.ticket == null) {
            transcript.add(out.array(), 0, out.length());
        } else {
            transcript = bind(transcript);
        }
        flush(EncryptionLevel.INITIAL);
        tellEarlyData(false);
    }

    private int agree(byte[] buf, int off, int len) {
        int psk = extensions.find(ExtensionType.PRE_SHARED_KEY);
        if (psk != ExtensionBlock.ABSENT) {
            if (extensions.len(psk) != 2) {
                return TlsError.DECODE_ERROR;
            }
            // One ticket was offered, so that its number is 0.
            if (!ExtensionBlock.lists16(buf, extensions.off(psk), 2, 0) || !hello.ticket.suite().hasHashOf(suite)) {
                return TlsError.ILLEGAL_PARAMETER;
            }
            resumed = true;
        }
        int share = extensions.find(ExtensionType.KEY_SHARE);
        if (share == ExtensionBlock.ABSENT) {
            return TlsError.MISSING_EXTENSION; // psk_ke was not offered.
        }
        in.on(buf, extensions.off(share), extensions.len(share));
        NamedGroup chosen = NamedGroup.ofCode(in.u16());
        int bytes = in.vector16(1);
        int from = in.skip(bytes);
        if (!in.isAtEnd()) {
            return TlsError.DECODE_ERROR;
        }
        KeyShare own = chosen == null ? null : hello.shareOf(chosen);
        if (own == null || bytes != chosen.serverShareBytes()) {
            return TlsError.ILLEGAL_PARAMETER;
        }
        byte[] shared = own.agree(buf, from, bytes);
        if (shared.length == 0) {
            return TlsError.ILLEGAL_PARAMETER;
        }
        group = chosen;
        if (transcript == null) {
            transcript = new Transcript(suite);
            transcript.add(firstHello, 0, firstHello.length);
            firstHello = NOTHING;
        }
        transcript.add(buf, off, len);
        beginHandshakeKeys(shared);
        return TlsError.NONE;
    }

    private void beginHandshakeKeys(byte[] shared) {
        if (schedule != null) {
            schedule.wipe();
        }
        schedule = new KeySchedule(suite);
        schedule.early(resumed ? hello.ticket.psk() : NOTHING);
        schedule.handshake(shared);
        Arrays.fill(shared, (byte) 0);
        hello.shares = new KeyShare[0];
        deriveHandshakeSecrets();
        sink.onWriteSecret(EncryptionLevel.HANDSHAKE, suite, clientSecret);
        sink.onReadSecret(EncryptionLevel.HANDSHAKE, suite, serverSecret);
        readLevel = EncryptionLevel.HANDSHAKE;
        state = State.WAIT_ENCRYPTED_EXTENSIONS;
    }

    private void tellEarlyData(boolean accepted) {
        if (earlyDataOffered) {
            earlyDataOffered = false;
            earlyDataAccepted = accepted;
            sink.onEarlyData(accepted);
        }
    }

    // ---- EncryptedExtensions ----

    private int encryptedExtensions(byte[] buf, int off, int len) {
        body(buf, off, len);
        extensions.decode(in);
        if (!in.isAtEnd()) {
            return TlsError.DECODE_ERROR;
        }
        int refused = extensions.check(ExtensionType.IN_ENCRYPTED_EXTENSIONS, hello.asked());
        if (refused == TlsError.NONE) {
            refused = chosenProtocol(buf);
        }
        if (refused != TlsError.NONE) {
            return refused;
        }
        int name = extensions.find(ExtensionType.SERVER_NAME);
        int groups = extensions.find(ExtensionType.SUPPORTED_GROUPS);
        if (name != ExtensionBlock.ABSENT && extensions.len(name) != 0 || groups != ExtensionBlock.ABSENT && !isList16(buf, groups)) {
            return TlsError.DECODE_ERROR;
        }
        refused = earlyDataAnswer();
        int parameters = extensions.find(ExtensionType.QUIC_TRANSPORT_PARAMETERS);
        if (refused == TlsError.NONE && parameters == ExtensionBlock.ABSENT) {
            refused = TlsError.MISSING_EXTENSION; // RFC 9001 8.2
        }
        if (refused != TlsError.NONE) {
            return refused;
        }
        int from = extensions.off(parameters);
        peerTransportParameters = Arrays.copyOfRange(buf, from, from + extensions.len(parameters));
        boolean accepted = extensions.has(ExtensionType.EARLY_DATA);
        refused = sink.onPeerTransportParameters(buf, from, extensions.len(parameters));
        if (refused != TlsError.NONE) {
            return refused;
        }
        transcript.add(buf, off, len);
        tellEarlyData(accepted);
        if (resumed) {
            peerChain = hello.ticket.peerChain();
        }
        state = resumed ? State.WAIT_FINISHED : State.WAIT_CERTIFICATE_OR_REQUEST;
        return TlsError.NONE;
    }

    private boolean isList16(byte[] buf, int extension) {
        in.on(buf, extensions.off(extension), extensions.len(extension));
        int bytes = in.vector16(2);
        in.skip(bytes);
        return in.isAtEnd() && bytes % 2 == 0;
    }

    private int chosenProtocol(byte[] buf) {
        int extension = extensions.find(ExtensionType.ALPN);
        if (extension == ExtensionBlock.ABSENT) {
            return TlsError.NO_APPLICATION_PROTOCOL; // RFC 9001 8.1
        }
        in.on(buf, extensions.off(extension), extensions.len(extension));
        int list = in.vector16(2);
        int bytes = in.vector8(1);
        int from = in.skip(bytes);
        if (in.isFailed() || list != extensions.len(extension) - 2) {
            return TlsError.DECODE_ERROR;
        }
        String chosen = new String(buf, from, bytes, StandardCharsets.ISO_8859_1);
        if (in.left() > 0) {
            while (in.hasMore()) {
                in.skip(in.vector8(1));
            }
            return in.isFailed() ? TlsError.DECODE_ERROR : TlsError.ILLEGAL_PARAMETER; // RFC 7301 3.1: exactly one.
        }
        if (!settings.alpn().contains(chosen)) {
            return TlsError.ILLEGAL_PARAMETER;
        }
        alpn = chosen;
        return TlsError.NONE;
    }

    /** RFC 8446 4.2.10: early data goes with the ticket's suite and protocol. */
    private int earlyDataAnswer() {
        int early = extensions.find(ExtensionType.EARLY_DATA);
        if (early == ExtensionBlock.ABSENT) {
            return TlsError.NONE;
        }
        if (extensions.len(early) != 0) {
            return TlsError.DECODE_ERROR;
        }
        return resumed && suite == hello.ticket.suite() && alpn.equals(hello.ticket.alpn()) ? TlsError.NONE : TlsError.ILLEGAL_PARAMETER;
    }

    // ---- certificates ----

    private int certificateRequest(byte[] buf, int off, int len) {
        body(buf, off, len);
        int context = in.vector8(0);
        in.skip(context);
        extensions.decode(in);
        if (!in.isAtEnd()) {
            return TlsError.DECODE_ERROR;
        }
        int schemes = extensions.find(ExtensionType.SIGNATURE_ALGORITHMS);
        if (schemes != ExtensionBlock.ABSENT && !isList16(buf, schemes)) {
            return TlsError.DECODE_ERROR;
        }
        List<byte[]> authorities = new ArrayList<>();
        int named = extensions.find(ExtensionType.CERTIFICATE_AUTHORITIES);
        if (named != ExtensionBlock.ABSENT && !Authorities.read(in.on(buf, extensions.off(named), extensions.len(named)), authorities)) {
            return TlsError.DECODE_ERROR;
        }
        int refused = extensions.check(ExtensionType.IN_CERTIFICATE_REQUEST, 0);
        if (refused != TlsError.NONE) {
            return refused;
        }
        if (context != 0) {
            return TlsError.ILLEGAL_PARAMETER; // RFC 8446 4.3.2
        }
        if (schemes == ExtensionBlock.ABSENT) {
            return TlsError.MISSING_EXTENSION;
        }
        certificateRequested = true;
        chooseCredential(buf, schemes, authorities);
        transcript.add(buf, off, len);
        state = State.WAIT_CERTIFICATE;
        return TlsError.NONE;
    }

    private void chooseCredential(byte[] buf, int schemes, List<byte[]> authorities) {
        for (TlsCredential candidate : settings.credentials().candidates(serverName, new boolean[1])) {
            SignatureScheme scheme = candidate.schemeFor(buf, extensions.off(schemes) + 2, extensions.len(schemes) - 2);
            if (scheme != null && candidate.isIssuedByOne(authorities)) {
                credential = candidate;
                credentialScheme = scheme;
                return;
            }
        }
    }

    private int certificate(byte[] buf, int off, int len) {
        int refused = readCertificate(buf, off, len);
        if (refused == TlsError.NONE && peerChain.length == 0) {
            refused = TlsError.DECODE_ERROR; // RFC 8446 4.4.2.4
        }
        if (refused == TlsError.NONE) {
            refused = settings.judge().judge(peerChain);
        }
        if (refused != TlsError.NONE) {
            return refused;
        }
        transcript.add(buf, off, len);
        state = State.WAIT_CERTIFICATE_VERIFY;
        return TlsError.NONE;
    }

    private int certificateVerify(byte[] buf, int off, int len) {
        int refused = readCertificateVerify(buf, off, len, SERVER_CONTEXT, settings.schemes());
        if (refused == TlsError.NONE) {
            transcript.add(buf, off, len);
            state = State.WAIT_FINISHED;
        }
        return refused;
    }

    // ---- the end ----

    private int finished(byte[] buf, int off, int len) {
        int refused = readFinished(buf, off, len, serverSecret);
        if (refused != TlsError.NONE) {
            return refused;
        }
        transcript.add(buf, off, len);
        byte[] hash = transcript.hash();
        schedule.master();
        clientApplicationSecret = schedule.derive("c ap traffic", hash);
        byte[] serverApplicationSecret = schedule.derive("s ap traffic", hash);
        log("CLIENT_TRAFFIC_SECRET_0", clientApplicationSecret);
        log("SERVER_TRAFFIC_SECRET_0", serverApplicationSecret);
        if (certificateRequested) {
            refused = showCertificate();
            if (refused != TlsError.NONE) {
                Arrays.fill(serverApplicationSecret, (byte) 0);
                return refused;
            }
        }
        writeFinished(clientSecret);
        flush(EncryptionLevel.HANDSHAKE);
        resumptionSecret = schedule.derive("res master", transcript.hash());
        sink.onWriteSecret(EncryptionLevel.APPLICATION, suite, clientApplicationSecret);
        sink.onReadSecret(EncryptionLevel.APPLICATION, suite, serverApplicationSecret);
        Arrays.fill(serverApplicationSecret, (byte) 0);
        state = State.COMPLETE;
        rest();
        forget();
        sink.onHandshakeComplete();
        return TlsError.NONE;
    }

    private int showCertificate() {
        if (credential == null) {
            int message = out.openMessage(HandshakeType.CERTIFICATE);
            out.u8(0);
            out.u24(0);
            endMessage(message);
            return TlsError.NONE;
        }
        writeCertificate(credential);
        return writeCertificateVerify(credential, credentialScheme, CLIENT_CONTEXT);
    }

    /** What only the handshake needed. */
    private void forget() {
        hello.transportParameters = NOTHING;
        if (hello.ticket != null) {
            hello.ticket.wipe(); // Used once.
            hello.ticket = null;
        }
    }

    // ---- tickets ----

    private int ticketAtRest(byte[] buf, int off, int len, long nowMs) {
        in = new TlsReader();
        extensions = new ExtensionBlock();
        int result = newSessionTicket(buf, off, len, nowMs);
        in = null;
        extensions = null;
        return result;
    }

    private int newSessionTicket(byte[] buf, int off, int len, long nowMs) {
        body(buf, off, len);
        long lifetimeS = in.u32();
        long ageAdd = in.u32();
        int nonceBytes = in.vector8(0);
        int nonceAt = in.skip(nonceBytes);
        int bytes = in.vector16(1);
        int from = in.skip(bytes);
        extensions.decode(in);
        if (!in.isAtEnd()) {
            return TlsError.DECODE_ERROR;
        }
        int early = extensions.find(ExtensionType.EARLY_DATA);
        if (early != ExtensionBlock.ABSENT && extensions.len(early) != 4) {
            return TlsError.DECODE_ERROR;
        }
        int refused = extensions.check(ExtensionType.IN_NEW_SESSION_TICKET, 0);
        if (refused != TlsError.NONE) {
            return refused;
        }
        if (early != ExtensionBlock.ABSENT && in.on(buf, extensions.off(early), 4).u32() != QUIC_EARLY_DATA_BYTES) {
            return TlsError.PROTOCOL_VIOLATION;
        }
        if (lifetimeS == 0 || ++tickets > MAX_TICKETS) {
            return TlsError.NONE;
        }
        byte[] psk = KeySchedule.resumptionKey(suite, resumptionSecret, Arrays.copyOfRange(buf, nonceAt, nonceAt + nonceBytes));
        long expiresMs = Math.min(nowMs + Math.min(lifetimeS, SessionTicket.MAX_LIFETIME_S) * 1_000, settings.judge().untilMs(peerChain));
        sink.onTicket(new SessionTicket(Arrays.copyOfRange(buf, from, from + bytes), psk, suite, ageAdd, nowMs, expiresMs, early != ExtensionBlock.ABSENT, alpn, serverName,
                peerTransportParameters, peerChain, NOTHING));
        return TlsError.NONE;
    }

    @Override
    void sendTicket(long nowMs) {
        sendTicket(NOTHING, nowMs);
    }

    @Override
    void sendTicket(byte[] sessionContext, long nowMs) {
        throw new IllegalStateException("only servers send tickets");
    }

    @Override
    void wipe() {
        super.wipe();
        if (hello.ticket != null) {
            hello.ticket.wipe();
        }
    }
}
