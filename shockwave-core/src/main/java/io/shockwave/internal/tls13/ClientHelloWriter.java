package io.shockwave.internal.tls13;

import java.nio.charset.StandardCharsets;

/** Writes ClientHello (RFC 8446 4.1.2) as QUIC wants it, and the second one after a HelloRetryRequest, which differs in a few fields. Confined to its handshake. */
final class ClientHelloWriter {
    /** RFC 6066 3. */
    static final int HOST_NAME = 0;
    /** RFC 8446 4.2.9. */
    static final int PSK_DHE_KE = 1;

    final TlsClientSettings settings;
    final byte[] random = new byte[Handshake.RANDOM_BYTES];
    byte[] transportParameters = Handshake.NOTHING;
    byte[] cookie = Handshake.NOTHING;
    NamedGroup[] groups = {};
    KeyShare[] shares = {};
    boolean earlyData;
    /** The session to resume, or null. */
    SessionTicket ticket;

    ClientHelloWriter(TlsClientSettings settings) {
        this.settings = settings;
    }

    /** The share for a group, or null if none was sent. */
    KeyShare shareOf(NamedGroup group) {
        for (int i = 0; i < groups.length; i++) {
            if (groups[i] == group) {
                return shares[i];
            }
        }
        return null;
    }

    /** The extensions that an answer may hold. */
    long asked() {
        long asked = ExtensionBlock.bit(ExtensionType.SUPPORTED_VERSIONS) | ExtensionBlock.bit(ExtensionType.SUPPORTED_GROUPS) | ExtensionBlock.bit(ExtensionType.ALPN)
                | ExtensionBlock.bit(ExtensionType.KEY_SHARE) | ExtensionBlock.bit(ExtensionType.QUIC_TRANSPORT_PARAMETERS);
        if (!settings.serverName().isEmpty()) {
            asked |= ExtensionBlock.bit(ExtensionType.SERVER_NAME);
        }
        if (ticket != null) {
            asked |= ExtensionBlock.bit(ExtensionType.PRE_SHARED_KEY);
        }
        return earlyData ? asked | ExtensionBlock.bit(ExtensionType.EARLY_DATA) : asked;
    }

    /** Writes the whole message; with a ticket it ends with a binder of zeros, which is to be replaced. */
    void write(TlsWriter out, long nowMs) {
        int message = out.openMessage(HandshakeType.CLIENT_HELLO);
        out.u16(Handshake.VERSION_12);
        out.bytes(random);
        out.u8(0); // RFC 9001 8.4: no session id.
        int suites = out.open16();
        for (CipherSuite suite : settings.suites()) {
            out.u16(suite.code());
        }
        out.close16(suites);
        out.u8(1); // One method of compression, which is none.
        out.u8(0);
        int extensions = out.open16();
        offers(out);
        int extension = open(out, ExtensionType.PSK_KEY_EXCHANGE_MODES);
        out.u8(1);
        out.u8(PSK_DHE_KE);
        out.close16(extension);
        extension = open(out, ExtensionType.QUIC_TRANSPORT_PARAMETERS);
        out.bytes(transportParameters);
        out.close16(extension);
        if (cookie.length > 0) {
            extension = open(out, ExtensionType.COOKIE);
            out.vector16(cookie);
            out.close16(extension);
        }
        if (earlyData) {
            out.close16(open(out, ExtensionType.EARLY_DATA));
        }
        if (ticket != null) {
            preSharedKey(out, nowMs);
        }
        out.close16(extensions);
        out.close24(message);
    }

    private void offers(TlsWriter out) {
        if (!settings.serverName().isEmpty()) {
            serverName(out, settings.serverName());
        }
        int extension = open(out, ExtensionType.SUPPORTED_VERSIONS);
        out.u8(2);
        out.u16(Handshake.VERSION_13);
        out.close16(extension);
        extension = open(out, ExtensionType.SUPPORTED_GROUPS);
        int list = out.open16();
        for (NamedGroup group : settings.groups()) {
            out.u16(group.code());
        }
        out.close16(list);
        out.close16(extension);
        signatureSchemes(out, settings.schemes());
        extension = open(out, ExtensionType.ALPN);
        list = out.open16();
        for (String protocol : settings.alpn()) {
            out.vector8(protocol.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.close16(list);
        out.close16(extension);
        extension = open(out, ExtensionType.KEY_SHARE);
        list = out.open16();
        for (int i = 0; i < shares.length; i++) {
            out.u16(groups[i].code());
            out.vector16(shares[i].publicBytes());
        }
        out.close16(list);
        out.close16(extension);
    }

    static int open(TlsWriter out, int type) {
        out.u16(type);
        return out.open16();
    }

    private static void serverName(TlsWriter out, String name) {
        int extension = open(out, ExtensionType.SERVER_NAME);
        int list = out.open16();
        out.u8(HOST_NAME);
        out.vector16(name.getBytes(StandardCharsets.US_ASCII));
        out.close16(list);
        out.close16(extension);
    }

    static void signatureSchemes(TlsWriter out, Iterable<SignatureScheme> schemes) {
        int extension = open(out, ExtensionType.SIGNATURE_ALGORITHMS);
        int list = out.open16();
        for (SignatureScheme scheme : schemes) {
            out.u16(scheme.code());
        }
        out.close16(list);
        out.close16(extension);
    }

    /** RFC 8446 4.2.11: the last extension. */
    private void preSharedKey(TlsWriter out, long nowMs) {
        int extension = open(out, ExtensionType.PRE_SHARED_KEY);
        int identities = out.open16();
        out.vector16(ticket.ticket());
        out.u32(ticket.obfuscatedAge(nowMs));
        out.close16(identities);
        int binders = out.open16();
        out.vector8(new byte[ticket.suite().hashBytes()]);
        out.close16(binders);
        out.close16(extension);
    }

    /** The bytes at the end that a binder does not cover: the vector of binders. */
    int bindersBytes() {
        return 2 + 1 + ticket.suite().hashBytes();
    }
}
