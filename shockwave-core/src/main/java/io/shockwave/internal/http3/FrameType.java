package io.shockwave.internal.http3;

/** The numbers of frames, streams and settings (RFC 9114 7.2, 6.2 and 7.2.4; RFC 9204 5; RFC 9218 7; RFC 9220 3; RFC 9297 2.1). Stateless. */
final class FrameType {
    static final long DATA = 0x00;
    static final long HEADERS = 0x01;
    static final long CANCEL_PUSH = 0x03;
    static final long SETTINGS = 0x04;
    static final long PUSH_PROMISE = 0x05;
    static final long GOAWAY = 0x07;
    static final long MAX_PUSH_ID = 0x0D;
    static final long PRIORITY_UPDATE_REQUEST = 0xF0700;
    static final long PRIORITY_UPDATE_PUSH = 0xF0701;

    static final long STREAM_CONTROL = 0x00;
    static final long STREAM_PUSH = 0x01;
    static final long STREAM_ENCODER = 0x02;
    static final long STREAM_DECODER = 0x03;

    static final long SETTING_TABLE_CAPACITY = 0x01;
    static final long SETTING_SECTION_SIZE = 0x06;
    static final long SETTING_BLOCKED_STREAMS = 0x07;
    static final long SETTING_EXTENDED_CONNECT = 0x08;
    static final long SETTING_DATAGRAM = 0x33;

    private FrameType() {
    }

    /** RFC 9114 7.2.8: types that HTTP/2 used and HTTP/3 does not; receiving one is an error on any stream. */
    static boolean isOfHttp2(long type) {
        return type == 0x02 || type == 0x06 || type == 0x08 || type == 0x09;
    }

    /** RFC 9114 7.2.4.1: settings that HTTP/2 used and HTTP/3 does not. */
    static boolean isSettingOfHttp2(long id) {
        return id == 0x00 || id >= 0x02 && id <= 0x05;
    }

    /** Whether a type is defined for some stream, so that on another it is an error and not skipped. */
    static boolean isKnown(long type) {
        return type == DATA || type == HEADERS || type >= CANCEL_PUSH && type <= PUSH_PROMISE || type == GOAWAY || type == MAX_PUSH_ID || type == PRIORITY_UPDATE_REQUEST
                || type == PRIORITY_UPDATE_PUSH;
    }
}
