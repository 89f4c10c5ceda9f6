package io.shockwave;

import io.shockwave.internal.header.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The name of a field (RFC 9110 5.1), checked once. Immutable; keep those that are used often in constants. Names compare without case.
 * The constants carry an id under which header blocks store them without their bytes.
 */
public final class HeaderName {
    private static final int TABLE = 1024;
    private static final HeaderName[] BY_ID = new HeaderName[128];
    /** Open-addressed over a hash of the length and three letters; so sparse that a look-up compares about one name. */
    private static final HeaderName[] SLOTS = new HeaderName[TABLE];
    private static int count;

    public static final HeaderName ACCEPT = known("Accept");
    public static final HeaderName ACCEPT_CH = known("Accept-CH");
    public static final HeaderName ACCEPT_CHARSET = known("Accept-Charset");
    public static final HeaderName ACCEPT_ENCODING = known("Accept-Encoding");
    public static final HeaderName ACCEPT_LANGUAGE = known("Accept-Language");
    public static final HeaderName ACCEPT_PATCH = known("Accept-Patch");
    public static final HeaderName ACCEPT_RANGES = known("Accept-Ranges");
    public static final HeaderName ACCESS_CONTROL_ALLOW_CREDENTIALS = known("Access-Control-Allow-Credentials");
    public static final HeaderName ACCESS_CONTROL_ALLOW_HEADERS = known("Access-Control-Allow-Headers");
    public static final HeaderName ACCESS_CONTROL_ALLOW_METHODS = known("Access-Control-Allow-Methods");
    public static final HeaderName ACCESS_CONTROL_ALLOW_ORIGIN = known("Access-Control-Allow-Origin");
    public static final HeaderName ACCESS_CONTROL_EXPOSE_HEADERS = known("Access-Control-Expose-Headers");
    public static final HeaderName ACCESS_CONTROL_MAX_AGE = known("Access-Control-Max-Age");
    public static final HeaderName ACCESS_CONTROL_REQUEST_HEADERS = known("Access-Control-Request-Headers");
    public static final HeaderName ACCESS_CONTROL_REQUEST_METHOD = known("Access-Control-Request-Method");
    public static final HeaderName AGE = known("Age");
    public static final HeaderName ALLOW = known("Allow");
    public static final HeaderName ALT_SVC = known("Alt-Svc");
    public static final HeaderName AUTHORIZATION = known("Authorization");
    public static final HeaderName CACHE_CONTROL = known("Cache-Control");
    public static final HeaderName CDN_CACHE_CONTROL = known("CDN-Cache-Control");
    public static final HeaderName CONNECTION = known("Connection");
    public static final HeaderName CONTENT_DISPOSITION = known("Content-Disposition");
    public static final HeaderName CONTENT_ENCODING = known("Content-Encoding");
    public static final HeaderName CONTENT_LANGUAGE = known("Content-Language");
    public static final HeaderName CONTENT_LENGTH = known("Content-Length");
    public static final HeaderName CONTENT_LOCATION = known("Content-Location");
    public static final HeaderName CONTENT_RANGE = known("Content-Range");
    public static final HeaderName CONTENT_SECURITY_POLICY = known("Content-Security-Policy");
    public static final HeaderName CONTENT_TYPE = known("Content-Type");
    public static final HeaderName COOKIE = known("Cookie");
    public static final HeaderName DATE = known("Date");
    public static final HeaderName DNT = known("DNT");
    public static final HeaderName EARLY_DATA = known("Early-Data");
    public static final HeaderName ETAG = known("ETag");
    public static final HeaderName EXPECT = known("Expect");
    public static final HeaderName EXPIRES = known("Expires");
    public static final HeaderName FORWARDED = known("Forwarded");
    public static final HeaderName FROM = known("From");
    public static final HeaderName HOST = known("Host");
    public static final HeaderName HTTP2_SETTINGS = known("HTTP2-Settings");
    public static final HeaderName IF_MATCH = known("If-Match");
    public static final HeaderName IF_MODIFIED_SINCE = known("If-Modified-Since");
    public static final HeaderName IF_NONE_MATCH = known("If-None-Match");
    public static final HeaderName IF_RANGE = known("If-Range");
    public static final HeaderName IF_UNMODIFIED_SINCE = known("If-Unmodified-Since");
    public static final HeaderName KEEP_ALIVE = known("Keep-Alive");
    public static final HeaderName LAST_MODIFIED = known("Last-Modified");
    public static final HeaderName LINK = known("Link");
    public static final HeaderName LOCATION = known("Location");
    public static final HeaderName MAX_FORWARDS = known("Max-Forwards");
    public static final HeaderName ORIGIN = known("Origin");
    public static final HeaderName P3P = known("P3P");
    public static final HeaderName PRAGMA = known("Pragma");
    public static final HeaderName PRIORITY = known("Priority");
    public static final HeaderName PROXY_AUTHENTICATE = known("Proxy-Authenticate");
    public static final HeaderName PROXY_AUTHORIZATION = known("Proxy-Authorization");
    public static final HeaderName PROXY_CONNECTION = known("Proxy-Connection");
    public static final HeaderName PURPOSE = known("Purpose");
    public static final HeaderName RANGE = known("Range");
    public static final HeaderName REFERER = known("Referer");
    public static final HeaderName REFERRER_POLICY = known("Referrer-Policy");
    public static final HeaderName REFRESH = known("Refresh");
    public static final HeaderName RETRY_AFTER = known("Retry-After");
    public static final HeaderName SEC_CH_UA = known("Sec-CH-UA");
    public static final HeaderName SEC_CH_UA_MOBILE = known("Sec-CH-UA-Mobile");
    public static final HeaderName SEC_CH_UA_PLATFORM = known("Sec-CH-UA-Platform");
    public static final HeaderName SEC_FETCH_DEST = known("Sec-Fetch-Dest");
    public static final HeaderName SEC_FETCH_MODE = known("Sec-Fetch-Mode");
    public static final HeaderName SEC_FETCH_SITE = known("Sec-Fetch-Site");
    public static final HeaderName SEC_FETCH_USER = known("Sec-Fetch-User");
    public static final HeaderName SEC_WEBSOCKET_ACCEPT = known("Sec-WebSocket-Accept");
    public static final HeaderName SEC_WEBSOCKET_EXTENSIONS = known("Sec-WebSocket-Extensions");
    public static final HeaderName SEC_WEBSOCKET_KEY = known("Sec-WebSocket-Key");
    public static final HeaderName SEC_WEBSOCKET_PROTOCOL = known("Sec-WebSocket-Protocol");
    public static final HeaderName SEC_WEBSOCKET_VERSION = known("Sec-WebSocket-Version");
    public static final HeaderName SERVER = known("Server");
    public static final HeaderName SERVER_TIMING = known("Server-Timing");
    public static final HeaderName SET_COOKIE = known("Set-Cookie");
    public static final HeaderName STRICT_TRANSPORT_SECURITY = known("Strict-Transport-Security");
    public static final HeaderName TE = known("TE");
    public static final HeaderName TIMING_ALLOW_ORIGIN = known("Timing-Allow-Origin");
    public static final HeaderName TRAILER = known("Trailer");
    public static final HeaderName TRANSFER_ENCODING = known("Transfer-Encoding");
    public static final HeaderName UPGRADE = known("Upgrade");
    public static final HeaderName UPGRADE_INSECURE_REQUESTS = known("Upgrade-Insecure-Requests");
    public static final HeaderName USER_AGENT = known("User-Agent");
    public static final HeaderName VARY = known("Vary");
    public static final HeaderName VIA = known("Via");
    public static final HeaderName WWW_AUTHENTICATE = known("WWW-Authenticate");
    public static final HeaderName X_CACHE = known("X-Cache");
    public static final HeaderName X_CONTENT_TYPE_OPTIONS = known("X-Content-Type-Options");
    public static final HeaderName X_FORWARDED_FOR = known("X-Forwarded-For");
    public static final HeaderName X_FORWARDED_HOST = known("X-Forwarded-Host");
    public static final HeaderName X_FORWARDED_PROTO = known("X-Forwarded-Proto");
    public static final HeaderName X_FRAME_OPTIONS = known("X-Frame-Options");
    public static final HeaderName X_POWERED_BY = known("X-Powered-By");
    public static final HeaderName X_REQUEST_ID = known("X-Request-ID");
    public static final HeaderName X_REQUESTED_WITH = known("X-Requested-With");
    public static final HeaderName X_UA_COMPATIBLE = known("X-UA-Compatible");
    public static final HeaderName X_XSS_PROTECTION = known("X-XSS-Protection");

    /** The longest name that can be sent, in bytes; what peers send is bounded by the limits on header sections. */
    public static final int MAX_LENGTH = 8_192;

    private final String text;
    private final byte[] bytes;
    private final int id;

    private HeaderName(String text, int id) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.US_ASCII);
        this.id = id;
    }

    private static HeaderName known(String text) {
        HeaderName name = new HeaderName(text, count);
        BY_ID[count++] = name;
        int slot = slotOf(name.bytes, 0, name.bytes.length);
        while (SLOTS[slot] != null) {
            slot = slot + 1 & TABLE - 1;
        }
        SLOTS[slot] = name;
        return name;
    }

    /**
     * The name written like this; one of the constants where the text names one, whatever its case.
     *
     * @throws IllegalArgumentException if it is empty, longer than {@link #MAX_LENGTH} bytes or no token (RFC 9110 5.6.2)
     */
    public static HeaderName of(String name) {
        Objects.requireNonNull(name, "name");
        if (name.length() > MAX_LENGTH || !Tokens.isToken(name)) {
            throw new IllegalArgumentException("not a field name of 1 to " + MAX_LENGTH + " token characters (RFC 9110 5.1): \"" + Tokens.printable(name) + '"');
        }
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        int id = idOf(bytes, 0, bytes.length);
        return id >= 0 ? BY_ID[id] : new HeaderName(name, -1);
    }

    /** The constant with this id. */
    public static HeaderName byId(int id) {
        return BY_ID[id];
    }

    /** The id of the constant that these bytes spell in any case; -1 when there is none. Allocates nothing. */
    public static int idOf(byte[] buf, int off, int len) {
        if (len == 0) {
            return -1;
        }
        int slot = slotOf(buf, off, len);
        for (HeaderName name = SLOTS[slot]; name != null; name = SLOTS[slot]) {
            if (name.matches(buf, off, len)) {
                return name.id;
            }
            slot = slot + 1 & TABLE - 1;
        }
        return -1;
    }

    private static int slotOf(byte[] buf, int off, int len) {
        // 0x20 folds the case of letters; what it does to other bytes only moves their slot.
        int first = buf[off] | 0x20;
        int middle = buf[off + (len >> 1)] | 0x20;
        int last = buf[off + len - 1] | 0x20;
        int hash = len * 31 + first * 131 + middle * 1031 + last * 8191;
        return (hash ^ hash >>> 10) & TABLE - 1;
    }

    /** The id under which header blocks store it; -1 for names that are not known. */
    public int id() {
        return id;
    }

    /** The length of the name in bytes. */
    public int length() {
        return bytes.length;
    }

    /** Whether these bytes are this name, without case. */
    public boolean matches(byte[] buf, int off, int len) {
        if (len != bytes.length) {
            return false;
        }
        for (int i = 0; i < len; i++) {
            int mine = bytes[i];
            int other = buf[off + i];
            if (mine != other && Tokens.lower(mine) != Tokens.lower(other)) {
                return false;
            }
        }
        return true;
    }

    /** The name as it is written. The array is shared: it must not be changed. */
    public byte[] wireBytes() {
        return bytes;
    }

    /** Copies the name as it is written and returns its length. */
    public int copyTo(byte[] dst, int off) {
        System.arraycopy(bytes, 0, dst, off, bytes.length);
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof HeaderName n && id < 0 && n.id < 0 && n.matches(bytes, 0, bytes.length);
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (byte b : bytes) {
            hash = hash * 31 + Tokens.lower(b);
        }
        return hash;
    }

    @Override
    public String toString() {
        return text;
    }
}
