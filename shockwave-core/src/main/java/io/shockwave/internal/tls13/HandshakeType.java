package io.shockwave.internal.tls13;

/** The messages of RFC 8446 B.3 and how long each may be: enough for what honest peers send, so that nobody can claim memory by a length. Stateless. */
final class HandshakeType {
    static final int CLIENT_HELLO = 1;
    static final int SERVER_HELLO = 2;
    static final int NEW_SESSION_TICKET = 4;
    static final int END_OF_EARLY_DATA = 5;
    static final int ENCRYPTED_EXTENSIONS = 8;
    static final int CERTIFICATE = 11;
    static final int CERTIFICATE_REQUEST = 13;
    static final int CERTIFICATE_VERIFY = 15;
    static final int FINISHED = 20;
    static final int KEY_UPDATE = 24;
    /** Never on the wire: stands for the first ClientHello after a HelloRetryRequest (RFC 8446 4.4.1). */
    static final int MESSAGE_HASH = 254;

    static final int HEADER_BYTES = 4;
    /** Two key shares with ML-KEM are 2.5 KB, a ticket with a chain of certificates 4 KB. */
    static final int MAX_CLIENT_HELLO_BYTES = 16_384;
    /** A key share of 1.1 KB; a HelloRetryRequest with a cookie that the client must send back within a ClientHello. */
    static final int MAX_SERVER_HELLO_BYTES = 8_192;
    static final int MAX_ENCRYPTED_EXTENSIONS_BYTES = 8_192;
    /** Servers that name every authority they trust send up to some 20 KB. */
    static final int MAX_CERTIFICATE_REQUEST_BYTES = 32_768;
    static final int MAX_CERTIFICATE_BYTES = 65_536;
    /** As many as the JDK takes (jdk.tls.maxCertificateChainLength). */
    static final int MAX_CHAIN = 10;
    /** An RSA key of 16,384 bits signs with 2,048 bytes. */
    static final int MAX_CERTIFICATE_VERIFY_BYTES = 4_096;
    static final int MAX_FINISHED_BYTES = 48;
    static final int MAX_NEW_SESSION_TICKET_BYTES = 16_384;

    private HandshakeType() {
    }

    /** The most bytes a message of this type may have behind its header; 0 for types that are never welcome. */
    static int maxBytes(int type) {
        return switch (type) {
            case CLIENT_HELLO -> MAX_CLIENT_HELLO_BYTES;
            case SERVER_HELLO -> MAX_SERVER_HELLO_BYTES;
            case NEW_SESSION_TICKET -> MAX_NEW_SESSION_TICKET_BYTES;
            case ENCRYPTED_EXTENSIONS -> MAX_ENCRYPTED_EXTENSIONS_BYTES;
            case CERTIFICATE -> MAX_CERTIFICATE_BYTES;
            case CERTIFICATE_REQUEST -> MAX_CERTIFICATE_REQUEST_BYTES;
            case CERTIFICATE_VERIFY -> MAX_CERTIFICATE_VERIFY_BYTES;
            case FINISHED -> MAX_FINISHED_BYTES;
            default -> 0;
        };
    }
}
