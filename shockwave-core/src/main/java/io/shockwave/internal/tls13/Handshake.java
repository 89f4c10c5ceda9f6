package io.shockwave.internal.tls13;

import io.shockwave.internal.exchange.RandomBytes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/** What both roles of a handshake have in common: the transcript, the secrets, and the messages for certificates, signatures and Finished. Confined to its engine. */
abstract sealed class Handshake permits ClientHandshake, ServerHandshake {
    static final byte[] NOTHING = {};
    static final X509Certificate[] NOBODY = {};
    static final int RANDOM_BYTES = 32;
    private static final byte DER_SEQUENCE = 0x30;
    static final int VERSION_12 = 0x0303;
    static final int VERSION_13 = 0x0304;

    /** RFC 8446 4.1.3: the random of a ServerHello that is a HelloRetryRequest, the SHA-256 of that word. */
    static final byte[] RETRY_RANDOM = {(byte) 0xCF, 0x21, (byte) 0xAD, 0x74, (byte) 0xE5, (byte) 0x9A, 0x61, 0x11, (byte) 0xBE, 0x1D, (byte) 0x8C, 0x02, 0x1E, 0x65, (byte) 0xB8, (byte) 0x91,
        (byte) 0xC2, (byte) 0xA2, 0x11, 0x16, 0x7A, (byte) 0xBB, (byte) 0x8C, 0x5E, 0x07, (byte) 0x9E, 0x09, (byte) 0xE2, (byte) 0xC8, (byte) 0xA8, 0x33, (byte) 0x9C};

    static final byte[] SERVER_CONTEXT = context("TLS 1.3, server CertificateVerify");
    static final byte[] CLIENT_CONTEXT = context("TLS 1.3, client CertificateVerify");

    final TlsSink sink;
    final TlsKeys keys;
    final RandomBytes random;
    final boolean keyLog;

    /** These serve messages, and are not kept by a connection that says nothing more. */
    TlsReader in = new TlsReader();
    ExtensionBlock extensions = new ExtensionBlock();
    TlsWriter out = new TlsWriter(1_024);
    EncryptionLevel readLevel = EncryptionLevel.INITIAL;
    CipherSuite suite;
    NamedGroup group;
    Transcript transcript;
    KeySchedule schedule;
    byte[] clientRandom = NOTHING;
    byte[] clientSecret = NOTHING;
    byte[] serverSecret = NOTHING;
    byte[] clientApplicationSecret = NOTHING;
    byte[] resumptionSecret = NOTHING;
    String alpn = "";
    String serverName = "";
    X509Certificate[] peerChain = NOBODY;
    /** What this side showed, or would have: many connections share it. Null for none. */
    TlsCredential credential;
    boolean resumed;
    boolean earlyDataAccepted;
    boolean retried;
    boolean complete;

    Handshake(TlsSink sink, TlsKeys keys, RandomBytes random, boolean keyLog) {
        this.sink = sink;
        this.keys = keys;
        this.random = random;
        this.keyLog = keyLog;
    }

    /** RFC 8446 4.4.3: 64 spaces, the words and a zero; the hash follows. */
    private static byte[] context(String words) {
        byte[] context = new byte[64 + words.length() + 1];
        Arrays.fill(context, 0, 64, (byte) ' ');
        System.arraycopy(words.getBytes(StandardCharsets.US_ASCII), 0, context, 64, words.length());
        return context;
    }

    abstract void start(long nowMs);

    /** Whether a message of this type may come now: 0, or the error. Asked when its header is there. */
    abstract int refusal(int type);

    /** A complete message with its header, whose type is not refused. @return 0 or the error */
    abstract int message(byte[] buf, int off, int len, long nowMs);

    abstract void sendTicket(long nowMs);

    abstract void sendTicket(byte[] sessionContext, long nowMs);

    // ---- sending ----

    /** Ends a message that was opened in {@link #out}: it becomes part of the transcript. */
    final void endMessage(int mark) {
        out.close24(mark);
        int from = mark - HandshakeType.HEADER_BYTES;
        transcript.add(out.array(), from, out.length() - from);
    }

    final void flush(EncryptionLevel level) {
        sink.onHandshakeBytes(level, out.array(), 0, out.length());
        out.clear();
    }

    final void writeCertificate(TlsCredential credential) {
        int message = out.openMessage(HandshakeType.CERTIFICATE);
        out.u8(0); // certificate_request_context
        out.bytes(credential.certificateList());
        endMessage(message);
    }

    final int writeCertificateVerify(TlsCredential credential, SignatureScheme scheme, byte[] context) {
        byte[] content = signed(context);
        byte[] signature = keys.sign(scheme, credential.key(), content, 0, content.length);
        if (signature.length == 0) {
            return TlsError.INTERNAL_ERROR;
        }
        int message = out.openMessage(HandshakeType.CERTIFICATE_VERIFY);
        out.u16(scheme.code());
        out.vector16(signature);
        endMessage(message);
        return TlsError.NONE;
    }

    private byte[] signed(byte[] context) {
        byte[] hash = transcript.hash();
        byte[] content = Arrays.copyOf(context, context.length + hash.length);
        System.arraycopy(hash, 0, content, context.length, hash.length);
        return content;
    }

    final void writeFinished(byte[] secret) {
        byte[] content = schedule.finished(secret, transcript.hash());
        int message = out.openMessage(HandshakeType.FINISHED);
        out.bytes(content);
        endMessage(message);
    }

    // ---- receiving ----

    /** The reader on the content of a message. */
    final TlsReader body(byte[] buf, int off, int len) {
        return in.on(buf, off + HandshakeType.HEADER_BYTES, len - HandshakeType.HEADER_BYTES);
    }

    final boolean nextIs(int type, byte[] buf, int off) {
        return (buf[off] & 0xFF) == type;
    }

    /** A Certificate message (RFC 8446 4.4.2) into {@link #peerChain}; an empty list leaves it empty. */
    final int readCertificate(byte[] buf, int off, int len) {
        body(buf, off, len);
        int context = in.vector8(0);
        in.skip(context);
        int list = in.vector24(0);
        if (in.isFailed() || list != in.left()) {
            return TlsError.DECODE_ERROR;
        }
        if (context != 0) {
            return TlsError.ILLEGAL_PARAMETER; // Only a request after the handshake has one.
        }
        int from = in.at();
        int count = countCertificates();
        if (!in.isAtEnd()) {
            return TlsError.DECODE_ERROR;
        }
        if (count > HandshakeType.MAX_CHAIN) {
            return TlsError.BAD_CERTIFICATE;
        }
        X509Certificate[] chain = new X509Certificate[count];
        in.on(buf, from, list);
        for (int i = 0; i < count; i++) {
            int bytes = in.vector24(1);
            int at = in.skip(bytes);
            extensions.decode(in);
            int refused = extensions.check(ExtensionType.IN_CERTIFICATE, 0);
            if (refused != TlsError.NONE) {
                return refused;
            }
            chain[i] = parsed(buf, at, bytes);
            if (chain[i] == null) {
                return TlsError.BAD_CERTIFICATE;
            }
        }
        peerChain = chain;
        return TlsError.NONE;
    }

    /** The certificate, or null if these bytes are not one. The JDK keeps what it parsed, and knows it again by its bytes. */
    private static X509Certificate parsed(byte[] buf, int off, int len) {
        if (buf[off] != DER_SEQUENCE) {
            return null; // CertificateFactory would also take PEM.
        }
        try {
            ByteArrayInputStream der = new ByteArrayInputStream(buf, off, len);
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(der);
            return der.available() == 0 ? certificate : null;
        } catch (CertificateException | RuntimeException e) {
            return null; // Providers have thrown this and that on what strangers send.
        }
    }

    private int countCertificates() {
        int count = 0;
        while (in.hasMore()) {
            in.skip(in.vector24(1));
            extensions.decode(in);
            count++;
        }
        return count;
    }

    /** A CertificateVerify of the peer, whose certificates were read (RFC 8446 4.4.3). */
    final int readCertificateVerify(byte[] buf, int off, int len, byte[] context, Iterable<SignatureScheme> offered) {
        body(buf, off, len);
        int code = in.u16();
        int bytes = in.vector16(0);
        int from = in.skip(bytes);
        if (!in.isAtEnd()) {
            return TlsError.DECODE_ERROR;
        }
        PublicKey key = peerChain[0].getPublicKey();
        for (SignatureScheme scheme : offered) {
            if (scheme.code() == code) {
                if (!scheme.fits(key)) {
                    return TlsError.ILLEGAL_PARAMETER;
                }
                return isSigned(scheme, key, signed(context), buf, from, bytes) ? TlsError.NONE : TlsError.DECRYPT_ERROR;
            }
        }
        return TlsError.ILLEGAL_PARAMETER;
    }

    private static boolean isSigned(SignatureScheme scheme, PublicKey key, byte[] content, byte[] buf, int off, int len) {
        try {
            Signature signature = Signature.getInstance(scheme.algorithm());
            if (scheme.isPss()) {
                signature.setParameter(scheme.pssParameters());
            }
            signature.initVerify(key);
            signature.update(content);
            return signature.verify(buf, off, len);
        } catch (GeneralSecurityException | RuntimeException e) {
            return false; // A signature that is not even well-formed; providers throw this and that.
        }
    }

    /** A Finished of the peer, made with this secret (RFC 8446 4.4.4). */
    final int readFinished(byte[] buf, int off, int len, byte[] secret) {
        if (len != HandshakeType.HEADER_BYTES + suite.hashBytes()) {
            return TlsError.DECODE_ERROR;
        }
        byte[] expected = schedule.finished(secret, transcript.hash());
        return KeySchedule.areEqual(expected, buf, off + HandshakeType.HEADER_BYTES, expected.length) ? TlsError.NONE : TlsError.DECRYPT_ERROR;
    }

    // ---- secrets ----

    final void log(String label, byte[] secret) {
        if (keyLog) {
            sink.onKeyLog(label, clientRandom, secret);
        }
    }

    /** The secrets of the handshake, once the transcript ends with ServerHello. */
    final void deriveHandshakeSecrets() {
        byte[] hash = transcript.hash();
        clientSecret = schedule.derive("c hs traffic", hash);
        serverSecret = schedule.derive("s hs traffic", hash);
        log("CLIENT_HANDSHAKE_TRAFFIC_SECRET", clientSecret);
        log("SERVER_HANDSHAKE_TRAFFIC_SECRET", serverSecret);
    }

    /** The handshake is complete: lets go of all but what tickets need. */
    final void rest() {
        Arrays.fill(clientApplicationSecret, (byte) 0);
        Arrays.fill(clientSecret, (byte) 0);
        Arrays.fill(serverSecret, (byte) 0);
        clientApplicationSecret = NOTHING;
        clientSecret = NOTHING;
        serverSecret = NOTHING;
        clientRandom = NOTHING;
        schedule.wipe();
        schedule = null;
        transcript = null;
        in = null;
        extensions = null;
        out = null;
        readLevel = EncryptionLevel.APPLICATION;
        complete = true;
    }

    /** Overwrites all secrets. */
    void wipe() {
        Arrays.fill(clientSecret, (byte) 0);
        Arrays.fill(serverSecret, (byte) 0);
        Arrays.fill(clientApplicationSecret, (byte) 0);
        Arrays.fill(resumptionSecret, (byte) 0);
        if (schedule != null) {
            schedule.wipe();
        }
    }

    // ---- what is asked ----

    final EncryptionLevel readLevel() {
        return readLevel;
    }

    final boolean isComplete() {
        return complete;
    }

    final String alpn() {
        return alpn;
    }

    final String serverName() {
        return serverName;
    }

    final CipherSuite suite() {
        if (suite == null) {
            throw new IllegalStateException("no suite is agreed on yet");
        }
        return suite;
    }

    final NamedGroup group() {
        if (group == null) {
            throw new IllegalStateException("no group is agreed on yet");
        }
        return group;
    }

    final boolean isResumed() {
        return resumed;
    }

    final boolean isEarlyDataAccepted() {
        return earlyDataAccepted;
    }

    final boolean wasRetried() {
        return retried;
    }

    final X509Certificate[] peerChain() {
        return peerChain;
    }

    final X509Certificate[] ownChain() {
        return credential == null ? NOBODY : credential.chain();
    }
}
