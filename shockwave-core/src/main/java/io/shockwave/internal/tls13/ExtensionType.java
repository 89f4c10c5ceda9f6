package io.shockwave.internal.tls13;

/** Extensions that are known here and the messages in which each may stand (RFC 8446 4.2). Stateless. */
final class ExtensionType {
    static final int SERVER_NAME = 0;
    static final int MAX_FRAGMENT_LENGTH = 1;
    static final int STATUS_REQUEST = 5;
    static final int SUPPORTED_GROUPS = 10;
    static final int SIGNATURE_ALGORITHMS = 13;
    static final int ALPN = 16;
    static final int SIGNED_CERTIFICATE_TIMESTAMP = 18;
    static final int PADDING = 21;
    static final int PRE_SHARED_KEY = 41;
    static final int EARLY_DATA = 42;
    static final int SUPPORTED_VERSIONS = 43;
    static final int COOKIE = 44;
    static final int PSK_KEY_EXCHANGE_MODES = 45;
    static final int CERTIFICATE_AUTHORITIES = 47;
    static final int OID_FILTERS = 48;
    static final int POST_HANDSHAKE_AUTH = 49;
    static final int SIGNATURE_ALGORITHMS_CERT = 50;
    static final int KEY_SHARE = 51;
    /** RFC 9001 8.2. */
    static final int QUIC_TRANSPORT_PARAMETERS = 57;

    /** Messages, as bits. */
    static final int IN_CLIENT_HELLO = 1;
    static final int IN_SERVER_HELLO = 2;
    static final int IN_HELLO_RETRY_REQUEST = 4;
    static final int IN_ENCRYPTED_EXTENSIONS = 8;
    static final int IN_CERTIFICATE = 16;
    static final int IN_CERTIFICATE_REQUEST = 32;
    static final int IN_NEW_SESSION_TICKET = 64;
    /** Those that answer: they may hold nothing that was not asked for. */
    static final int ANSWERS = IN_SERVER_HELLO | IN_HELLO_RETRY_REQUEST | IN_ENCRYPTED_EXTENSIONS | IN_CERTIFICATE;

    private ExtensionType() {
    }

    /** The messages in which the extension may stand; 0 for an unknown one. */
    static int allowedIn(int type) {
        return switch (type) {
            case SERVER_NAME, MAX_FRAGMENT_LENGTH, SUPPORTED_GROUPS, ALPN, QUIC_TRANSPORT_PARAMETERS -> IN_CLIENT_HELLO | IN_ENCRYPTED_EXTENSIONS;
            case STATUS_REQUEST, SIGNED_CERTIFICATE_TIMESTAMP -> IN_CLIENT_HELLO | IN_CERTIFICATE_REQUEST | IN_CERTIFICATE;
            case SIGNATURE_ALGORITHMS, SIGNATURE_ALGORITHMS_CERT, CERTIFICATE_AUTHORITIES -> IN_CLIENT_HELLO | IN_CERTIFICATE_REQUEST;
            case PADDING, PSK_KEY_EXCHANGE_MODES, POST_HANDSHAKE_AUTH -> IN_CLIENT_HELLO;
            case PRE_SHARED_KEY -> IN_CLIENT_HELLO | IN_SERVER_HELLO;
            case EARLY_DATA -> IN_CLIENT_HELLO | IN_ENCRYPTED_EXTENSIONS | IN_NEW_SESSION_TICKET;
            case SUPPORTED_VERSIONS, KEY_SHARE -> IN_CLIENT_HELLO | IN_SERVER_HELLO | IN_HELLO_RETRY_REQUEST;
            case COOKIE -> IN_CLIENT_HELLO | IN_HELLO_RETRY_REQUEST;
            case OID_FILTERS -> IN_CERTIFICATE_REQUEST;
            default -> 0;
        };
    }
}
