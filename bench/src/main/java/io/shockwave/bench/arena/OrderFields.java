package io.shockwave.bench.arena;

import io.shockwave.HeaderName;
import io.shockwave.MutableHeaders;

/** The twelve fields of an answer; what an application keeps as constants. */
final class OrderFields {
    static final HeaderName REQUEST_ID = HeaderName.of("X-Request-Id");
    private static final HeaderName OPTIONS = HeaderName.of("X-Content-Type-Options");
    private static final HeaderName TRANSPORT = HeaderName.of("Strict-Transport-Security");
    private static final HeaderName ORIGIN = HeaderName.of("Access-Control-Allow-Origin");
    private static final HeaderName LINES = HeaderName.of("X-Lines");
    private static final HeaderName TOTAL = HeaderName.of("X-Total-Cents");
    static final int COUNT = 12;

    private OrderFields() {
    }

    static void put(MutableHeaders fields, CharSequence location, CharSequence tag, CharSequence requestId, long lines, long cents) {
        fields.add(HeaderName.CONTENT_TYPE, "application/json").add(HeaderName.CACHE_CONTROL, "private, no-cache").add(HeaderName.VARY, "accept-encoding, cookie")
                .add(HeaderName.LAST_MODIFIED, OrderWork.MODIFIED).add(OPTIONS, "nosniff").add(TRANSPORT, "max-age=31536000; includeSubDomains").add(ORIGIN, "https://shop.example.com")
                .add(HeaderName.LOCATION, location).add(HeaderName.ETAG, tag).add(REQUEST_ID, requestId).add(LINES, lines).add(TOTAL, cents);
    }
}
