package io.shockwave.internal.http1;

import io.shockwave.HeaderName;

/** What a known field means to the framing of HTTP/1 messages, as a number to switch on. Stateless. */
final class FieldRole {
    static final int NONE = 0;
    static final int HOST = 1;
    static final int CONTENT_LENGTH = 2;
    static final int TRANSFER_ENCODING = 3;
    static final int CONNECTION = 4;
    static final int UPGRADE = 5;
    static final int EXPECT = 6;
    static final int DATE = 7;
    static final int SERVER = 8;
    static final int ALT_SVC = 9;

    private static final byte[] ROLES = new byte[128];
    private static final boolean[] FORBIDDEN_TRAILERS = new boolean[128];

    static {
        ROLES[HeaderName.HOST.id()] = HOST;
        ROLES[HeaderName.CONTENT_LENGTH.id()] = CONTENT_LENGTH;
        ROLES[HeaderName.TRANSFER_ENCODING.id()] = TRANSFER_ENCODING;
        ROLES[HeaderName.CONNECTION.id()] = CONNECTION;
        ROLES[HeaderName.UPGRADE.id()] = UPGRADE;
        ROLES[HeaderName.EXPECT.id()] = EXPECT;
        ROLES[HeaderName.DATE.id()] = DATE;
        ROLES[HeaderName.SERVER.id()] = SERVER;
        ROLES[HeaderName.ALT_SVC.id()] = ALT_SVC;
        // RFC 9110 6.5.1: framing, routing, request modifiers, authentication and how to process the content.
        HeaderName[] forbidden = {
            HeaderName.CONTENT_LENGTH, HeaderName.TRANSFER_ENCODING, HeaderName.CONNECTION, HeaderName.KEEP_ALIVE, HeaderName.PROXY_CONNECTION, HeaderName.UPGRADE,
            HeaderName.TE, HeaderName.TRAILER, HeaderName.HOST, HeaderName.EXPECT, HeaderName.MAX_FORWARDS, HeaderName.RANGE, HeaderName.AUTHORIZATION,
            HeaderName.PROXY_AUTHORIZATION, HeaderName.WWW_AUTHENTICATE, HeaderName.PROXY_AUTHENTICATE, HeaderName.COOKIE, HeaderName.SET_COOKIE,
            HeaderName.CONTENT_ENCODING, HeaderName.CONTENT_TYPE, HeaderName.CONTENT_RANGE,
        };
        for (HeaderName name : forbidden) {
            FORBIDDEN_TRAILERS[name.id()] = true;
        }
    }

    private FieldRole() {
    }

    /** The role of a name with this id, which may be -1. */
    static int of(int id) {
        return id < 0 ? NONE : ROLES[id];
    }

    /** Whether RFC 9110 6.5.1 keeps the field out of trailers. */
    static boolean isForbiddenTrailer(int id) {
        return id >= 0 && FORBIDDEN_TRAILERS[id];
    }
}
