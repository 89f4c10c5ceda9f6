package io.shockwave.internal.http3;

/**
 * Reads the peer's control stream (RFC 9114 6.2.1, 7.2): SETTINGS first and once, then what governs the connection. Owned by a connection. Frames that are not known are skipped whatever their size.
 */
final class PeerControl {
    /** What a SETTINGS frame may take: some hundreds of settings of which six mean something. */
    static final int MAX_SETTINGS_BYTES = 4_096;
    /** A PRIORITY_UPDATE that is longer says nothing that we read. */
    static final int MAX_PRIORITY_BYTES = 64;

    private static final int SETTING_ID = 0;
    private static final int SETTING_VALUE = 1;

    private static final byte[] NOTHING = {};

    private final Http3Engine engine;
    private final Http3FrameDecoder frames = new Http3FrameDecoder();
    private final VarInts number = new VarInts();
    /** Made with the first PRIORITY_UPDATE. */
    private byte[] text = NOTHING;
    private int textLen;
    private boolean settingsSeen;
    private int settingStep;
    private long settingId;
    private int seen; // known settings, one bit each
    private boolean numbered;
    private boolean skipped;

    // ---- what the peer's SETTINGS say, with the defaults of the RFCs
    long tableBytes;
    long blockedStreams;
    long sectionBytes = Long.MAX_VALUE;
    boolean extendedConnect;
    boolean datagrams;

    PeerControl(Http3Engine engine) {
        this.engine = engine;
        frames.start();
    }

    boolean hasSettings() {
        return settingsSeen;
    }

    /** Takes all bytes. @return what is wrong; null when nothing is */
    Http3Error receive(byte[] buf, int off, int len) {
        int at = off;
        int end = off + len;
        Http3Error error = null;
        while (at < end && error == null) {
            if (frames.inPayload()) {
                int n = (int) Math.min(end - at, frames.left());
                error = payload(buf, at, n);
                frames.consumed(n);
                at += n;
            } else {
                at += frames.header(buf, at, end - at);
                if (!frames.inPayload()) {
                    break;
                }
                error = begin();
            }
            if (error == null && frames.inPayload() && frames.left() == 0) {
                error = complete();
                frames.next();
            }
        }
        return error;
    }

    private Http3Error begin() {
        long type = frames.type();
        long length = frames.left();
        number.start();
        numbered = false;
        textLen = 0;
        skipped = false;
        settingStep = SETTING_ID;
        if (!settingsSeen && type != FrameType.SETTINGS) {
            return Http3Error.MISSING_SETTINGS;
        }
        if (type == FrameType.SETTINGS) {
            if (settingsSeen) {
                return Http3Error.FRAME_UNEXPECTED;
            }
            return length > MAX_SETTINGS_BYTES ? Http3Error.EXCESSIVE_LOAD : null;
        }
        if (type == FrameType.DATA || type == FrameType.HEADERS || type == FrameType.PUSH_PROMISE || FrameType.isOfHttp2(type)) {
            return Http3Error.FRAME_UNEXPECTED;
        }
        boolean forServers = type == FrameType.MAX_PUSH_ID || type == FrameType.PRIORITY_UPDATE_REQUEST || type == FrameType.PRIORITY_UPDATE_PUSH;
        if (forServers && !engine.readsRequests()) {
            return Http3Error.FRAME_UNEXPECTED; // RFC 9114 7.2.7, RFC 9218 7.1
        }
        skipped = !FrameType.isKnown(type);
        return engine.uselessFrame() ? Http3Error.EXCESSIVE_LOAD : null;
    }

    private Http3Error payload(byte[] buf, int off, int len) {
        if (skipped) {
            return null;
        }
        if (frames.type() == FrameType.SETTINGS) {
            return settings(buf, off, len);
        }
        int at = off;
        if (!numbered) {
            at += number.take(buf, off, len);
            numbered = number.isComplete();
        }
        int rest = off + len - at;
        if (rest == 0) {
            return null;
        }
        if (frames.type() < FrameType.PRIORITY_UPDATE_REQUEST) {
            return Http3Error.FRAME_ERROR; // RFC 9114 7.1: more than the fields that it has
        }
        if (text.length == 0) {
            text = new byte[MAX_PRIORITY_BYTES];
        }
        int n = Math.min(rest, MAX_PRIORITY_BYTES - textLen);
        System.arraycopy(buf, at, text, textLen, n);
        textLen += n;
        return null;
    }

    private Http3Error complete() {
        if (skipped) {
            return null;
        }
        if (frames.type() == FrameType.SETTINGS) {
            if (settingStep != SETTING_ID || number.isBegun()) {
                return Http3Error.FRAME_ERROR;
            }
            settingsSeen = true;
            return engine.settingsComplete();
        }
        if (!numbered) {
            return Http3Error.FRAME_ERROR;
        }
        long value = number.value();
        if (frames.type() == FrameType.GOAWAY) {
            return engine.goAwayReceived(value);
        }
        if (frames.type() == FrameType.MAX_PUSH_ID) {
            return engine.maxPushIdReceived(value);
        }
        if (frames.type() == FrameType.CANCEL_PUSH) {
            return engine.cancelPushReceived(value);
        }
        return engine.priorityReceived(frames.type() == FrameType.PRIORITY_UPDATE_PUSH, value, Priority.parse(text, 0, textLen));
    }

    private Http3Error settings(byte[] buf, int off, int len) {
        int at = off;
        int end = off + len;
        while (at < end) {
            at += number.take(buf, at, end - at);
            if (!number.isComplete()) {
                break;
            }
            if (settingStep == SETTING_ID) {
                settingId = number.value();
                settingStep = SETTING_VALUE;
            } else {
                settingStep = SETTING_ID;
                Http3Error error = setting(settingId, number.value());
                if (error != null) {
                    return error;
                }
            }
            number.start();
        }
        return null;
    }

    private Http3Error setting(long id, long value) {
        if (FrameType.isSettingOfHttp2(id)) {
            return Http3Error.SETTINGS_ERROR;
        }
        if (id == FrameType.SETTING_TABLE_CAPACITY) {
            tableBytes = value;
        } else if (id == FrameType.SETTING_SECTION_SIZE) {
            sectionBytes = value;
        } else if (id == FrameType.SETTING_BLOCKED_STREAMS) {
            blockedStreams = value;
        } else if (id == FrameType.SETTING_EXTENDED_CONNECT || id == FrameType.SETTING_DATAGRAM) {
            if (value > 1) {
                return Http3Error.SETTINGS_ERROR; // RFC 8441 3, RFC 9297 2.1.1
            }
            extendedConnect |= id == FrameType.SETTING_EXTENDED_CONNECT && value == 1;
            datagrams |= id == FrameType.SETTING_DATAGRAM && value == 1;
        } else {
            return null; // RFC 9114 7.2.4: ignored, and not remembered, so that a repetition of it is not noticed
        }
        int bit = 1 << (id == FrameType.SETTING_DATAGRAM ? 9 : (int) id);
        if ((seen & bit) != 0) {
            return Http3Error.SETTINGS_ERROR;
        }
        seen |= bit;
        return null;
    }
}
