package io.shockwave.internal.tls13;

/**
 * A ClientHello as a server reads it (RFC 8446 4.1.2): every known extension taken apart, the values where they lie in the message. Valid while the message is. Confined to its
 * handshake.
 */
final class ClientHello {
    /** Nobody makes more: each costs its sender a key pair. */
    static final int MAX_SHARES = 8;
    /** RFC 6066 3 bounds a name by DNS: 253 characters; as TLS stacks do, 255 are read. */
    static final int MAX_SERVER_NAME_BYTES = 255;

    private final ExtensionBlock extensions;
    private final TlsReader in;
    private byte[] buf = Handshake.NOTHING;
    private boolean otherCompression;

    int randomAt;
    int sessionIdBytes;
    int suitesAt;
    int suitesBytes;
    int versionsAt;
    int versionsBytes;
    int groupsAt;
    int groupsBytes;
    int schemesAt;
    int schemesBytes;
    int protocolsAt;
    int protocolsBytes;
    int parametersAt;
    int parametersBytes;
    int modesAt;
    int modesBytes;
    String serverName = "";
    final int[] shareGroups = new int[MAX_SHARES];
    final int[] shareAt = new int[MAX_SHARES];
    final int[] shareBytes = new int[MAX_SHARES];
    int shares;
    boolean earlyData;
    int identitiesAt;
    int identitiesBytes;
    int identities;
    int bindersAt;
    int bindersBytes;

    ClientHello(ExtensionBlock extensions, TlsReader in) {
        this.extensions = extensions;
        this.in = in;
    }

    /** Takes the content of the message apart. @return 0, or the error of its form */
    int decode(byte[] bytes, int off, int len) {
        buf = bytes;
        in.on(buf, off, len);
        in.u16(); // RFC 8446 4.2.1: legacy_version means nothing beside supported_versions.
        randomAt = in.skip(Handshake.RANDOM_BYTES);
        sessionIdBytes = in.vector8(0);
        in.skip(sessionIdBytes);
        suitesBytes = in.vector16(2);
        suitesAt = in.skip(suitesBytes);
        int compressions = in.vector8(1);
        int compressionsAt = in.skip(compressions);
        boolean hasExtensions = in.hasMore();
        if (hasExtensions) {
            extensions.decode(in);
        } else {
            extensions.clear();
        }
        if (!in.isAtEnd() || sessionIdBytes > 32 || suitesBytes % 2 != 0) {
            return TlsError.DECODE_ERROR;
        }
        otherCompression = compressions != 1 || buf[compressionsAt] != 0;
        int refused = decodeExtensions();
        if (refused != TlsError.NONE) {
            return refused;
        }
        return extensions.check(ExtensionType.IN_CLIENT_HELLO, 0);
    }

    private int decodeExtensions() {
        boolean wellFormed = list16(ExtensionType.SUPPORTED_GROUPS, 2) && list16(ExtensionType.SIGNATURE_ALGORITHMS, 2) && list16(ExtensionType.SIGNATURE_ALGORITHMS_CERT, 2)
                && versions() && protocols() && keyShares() && modes() && preSharedKey() && empty(ExtensionType.EARLY_DATA) && empty(ExtensionType.POST_HANDSHAKE_AUTH)
                && cookie();
        if (!wellFormed) {
            return TlsError.DECODE_ERROR;
        }
        earlyData = extensions.has(ExtensionType.EARLY_DATA);
        int parameters = extensions.find(ExtensionType.QUIC_TRANSPORT_PARAMETERS);
        parametersAt = parameters == ExtensionBlock.ABSENT ? 0 : extensions.off(parameters);
        parametersBytes = parameters == ExtensionBlock.ABSENT ? 0 : extensions.len(parameters);
        return serverName();
    }

    /** The reader on an extension; on nothing, if it is absent. */
    private boolean enter(int type) {
        int extension = extensions.find(type);
        if (extension == ExtensionBlock.ABSENT) {
            return false;
        }
        in.on(buf, extensions.off(extension), extensions.len(extension));
        return true;
    }

    private boolean empty(int type) {
        return !enter(type) || in.left() == 0;
    }

    private boolean list16(int type, int min) {
        boolean present = enter(type);
        int bytes = present ? in.vector16(min) : 0;
        int at = present ? in.skip(bytes) : 0;
        if (type == ExtensionType.SUPPORTED_GROUPS) {
            groupsAt = at;
            groupsBytes = bytes;
        } else if (type == ExtensionType.SIGNATURE_ALGORITHMS) {
            schemesAt = at;
            schemesBytes = bytes;
        }
        return !present || in.isAtEnd() && bytes % 2 == 0;
    }

    private boolean versions() {
        boolean present = enter(ExtensionType.SUPPORTED_VERSIONS);
        versionsBytes = present ? in.vector8(2) : 0;
        versionsAt = present ? in.skip(versionsBytes) : 0;
        return !present || in.isAtEnd() && versionsBytes % 2 == 0;
    }

    private boolean protocols() {
        boolean present = enter(ExtensionType.ALPN);
        protocolsBytes = present ? in.vector16(2) : 0;
        protocolsAt = in.at();
        if (!present) {
            return true;
        }
        if (protocolsBytes != in.left()) {
            return false;
        }
        while (in.hasMore()) {
            in.skip(in.vector8(1));
        }
        return in.isAtEnd();
    }

    private boolean keyShares() {
        shares = 0;
        if (!enter(ExtensionType.KEY_SHARE)) {
            return true;
        }
        if (in.vector16(0) != in.left() || in.isFailed()) {
            return false;
        }
        while (in.hasMore()) {
            int group = in.u16();
            int bytes = in.vector16(1);
            int at = in.skip(bytes);
            if (shares < MAX_SHARES) {
                shareGroups[shares] = group;
                shareAt[shares] = at;
                shareBytes[shares] = bytes;
            }
            shares++;
        }
        return in.isAtEnd();
    }

    private boolean modes() {
        boolean present = enter(ExtensionType.PSK_KEY_EXCHANGE_MODES);
        modesBytes = present ? in.vector8(1) : 0;
        modesAt = present ? in.skip(modesBytes) : 0;
        return !present || in.isAtEnd();
    }

    private boolean cookie() {
        if (!enter(ExtensionType.COOKIE)) {
            return true;
        }
        in.skip(in.vector16(1));
        return in.isAtEnd();
    }

    private boolean preSharedKey() {
        identities = 0;
        if (!enter(ExtensionType.PRE_SHARED_KEY)) {
            return true;
        }
        identitiesBytes = in.vector16(7);
        identitiesAt = in.at();
        int end = identitiesAt + identitiesBytes;
        while (!in.isFailed() && in.at() < end) {
            in.skip(in.vector16(1));
            in.skip(4);
            identities++;
        }
        if (in.isFailed() || in.at() != end) {
            return false;
        }
        bindersBytes = in.vector16(33);
        bindersAt = in.at();
        if (in.isFailed() || bindersBytes != in.left()) {
            return false;
        }
        while (in.hasMore()) {
            in.skip(in.vector8(32));
        }
        return in.isAtEnd();
    }

    private int serverName() {
        serverName = "";
        if (!enter(ExtensionType.SERVER_NAME)) {
            return TlsError.NONE;
        }
        int list = in.vector16(1);
        if (in.isFailed() || list != in.left()) {
            return TlsError.DECODE_ERROR;
        }
        int type = in.u8();
        int bytes = in.vector16(1);
        int at = in.skip(bytes);
        if (in.isFailed() || bytes > MAX_SERVER_NAME_BYTES) {
            return TlsError.DECODE_ERROR;
        }
        boolean several = in.left() > 0;
        while (in.hasMore()) {
            in.u8();
            in.skip(in.vector16(1));
        }
        if (in.isFailed()) {
            return TlsError.DECODE_ERROR;
        }
        if (several || type != ClientHelloWriter.HOST_NAME) {
            return TlsError.ILLEGAL_PARAMETER; // RFC 6066 3: one name of each type, and there is one type.
        }
        StringBuilder name = new StringBuilder(bytes);
        for (int i = at; i < at + bytes; i++) {
            int c = buf[i];
            if (c <= ' ' || c == 0x7F) {
                return TlsError.ILLEGAL_PARAMETER; // RFC 6066 3: ASCII, A-labels for the rest; nothing of a host name can be a control.
            }
            name.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c));
        }
        serverName = name.toString();
        return TlsError.NONE;
    }

    // ---- what it says ----

    boolean has(int extension) {
        return extensions.has(extension);
    }

    /** Whether it offers a method of compression, as no ClientHello of TLS 1.3 does. */
    boolean offersCompression() {
        return otherCompression;
    }

    boolean offersVersion13() {
        return ExtensionBlock.lists16(buf, versionsAt, versionsBytes, Handshake.VERSION_13);
    }

    boolean offersSuite(CipherSuite suite) {
        return ExtensionBlock.lists16(buf, suitesAt, suitesBytes, suite.code());
    }

    boolean offersGroup(int code) {
        return ExtensionBlock.lists16(buf, groupsAt, groupsBytes, code);
    }

    /** RFC 8446 4.2.8: each group once, and only such as are offered. */
    boolean areSharesSound() {
        if (shares > MAX_SHARES) {
            return false;
        }
        for (int i = 0; i < shares; i++) {
            if (!offersGroup(shareGroups[i])) {
                return false;
            }
            for (int j = 0; j < i; j++) {
                if (shareGroups[j] == shareGroups[i]) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The place of the share for a group, or -1. */
    int shareOf(NamedGroup group) {
        for (int i = 0; i < shares; i++) {
            if (shareGroups[i] == group.code()) {
                return i;
            }
        }
        return -1;
    }

    boolean offersProtocol(String protocol) {
        int at = protocolsAt;
        int end = protocolsAt + protocolsBytes;
        while (at < end) {
            int bytes = buf[at] & 0xFF;
            if (bytes == protocol.length() && isAt(at + 1, protocol)) {
                return true;
            }
            at += 1 + bytes;
        }
        return false;
    }

    private boolean isAt(int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if ((buf[at + i] & 0xFF) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    boolean takesPskWithDh() {
        for (int i = 0; i < modesBytes; i++) {
            if (buf[modesAt + i] == ClientHelloWriter.PSK_DHE_KE) {
                return true;
            }
        }
        return false;
    }

    boolean hasTickets() {
        return identities > 0;
    }

    /** RFC 8446 4.2.11: pre_shared_key is last, and each identity has a binder. */
    boolean isPreSharedKeySound() {
        int extension = extensions.find(ExtensionType.PRE_SHARED_KEY);
        if (extension == ExtensionBlock.ABSENT) {
            return true;
        }
        int binders = 0;
        for (int at = bindersAt; at < bindersAt + bindersBytes; at += 1 + (buf[at] & 0xFF)) {
            binders++;
        }
        return extensions.isLast(extension) && binders == identities;
    }

    /** Where the identity of this number lies, its length of two bytes first. */
    int identityAt(int number) {
        int at = identitiesAt;
        for (int i = 0; i < number; i++) {
            at += 2 + u16(at) + 4;
        }
        return at;
    }

    int u16(int at) {
        return (buf[at] & 0xFF) << 8 | buf[at + 1] & 0xFF;
    }

    /** The obfuscated age behind an identity. */
    long ageAt(int identityAt) {
        int at = identityAt + 2 + u16(identityAt);
        return (long) u16(at) << 16 | u16(at + 2);
    }

    /** Where the binder of this number lies, its length of one byte first. */
    int binderAt(int number) {
        int at = bindersAt;
        for (int i = 0; i < number; i++) {
            at += 1 + (buf[at] & 0xFF);
        }
        return at;
    }

    /** Where the part ends that binders cover: before the vector of binders (RFC 8446 4.2.11.2). */
    int coveredEnd() {
        return bindersAt - 2;
    }
}
