package io.shockwave.internal.dispatch;

import io.shockwave.HeaderName;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.Tokens;
import io.shockwave.internal.http1.FramingRules;
import io.shockwave.internal.http1.Http1Limits;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import java.nio.charset.StandardCharsets;

/** A request whose response a handler wants to push (RFC 9114 4.6). Made on the handler's thread, which then waits; decided on the reactor. */
final class PushPromise {
    private static final Slab UNPOOLED = new Slab(0);

    private final Method method;
    private final HeaderBlock request = new HeaderBlock(UNPOOLED, new Lifetime());

    boolean made; // before decided
    volatile boolean decided;

    /** @throws IllegalArgumentException if no such request could be made */
    PushPromise(Exchange parent, Method method, CharSequence path, HeaderBlock fields, Http1Limits limits) {
        if (method != Method.GET && method != Method.HEAD) {
            throw new IllegalArgumentException("a push answers GET or HEAD (RFC 9114 4.6), not " + method);
        }
        this.method = method;
        byte[] line = path.toString().getBytes(StandardCharsets.UTF_8);
        if (line.length == 0 || line[0] != '/') {
            throw new IllegalArgumentException("the path begins with a slash: \"" + path + '"');
        }
        for (byte b : line) {
            if (!Tokens.isTargetChar(b)) {
                throw new IllegalArgumentException("a character that cannot stand in a path (RFC 9112 3.2): \"" + Tokens.printable(path.toString()) + '"');
            }
        }
        request.line(line, 0, line.length);
        request.append(HeaderName.HOST, parent.received.bytes(), parent.received.valueOff(parent.hostIndex), parent.received.valueLen(parent.hostIndex));
        for (int i = 0; fields != null && i < fields.size(); i++) {
            int id = fields.id(i);
            if (id == HeaderName.HOST.id()) {
                throw new IllegalArgumentException("a push is for the origin of the request that it belongs to");
            }
            if (id >= 0) {
                request.append(HeaderName.byId(id), fields.bytes(), fields.valueOff(i), fields.valueLen(i));
            } else {
                request.append(fields.bytes(), fields.nameOff(i), fields.nameLen(i), fields.valueOff(i), fields.valueLen(i));
            }
        }
        judge(limits);
    }

    private void judge(Http1Limits limits) {
        Exchange tried = new Exchange(UNPOOLED);
        Violation wrong = copyTo(tried, limits);
        if (wrong != null || tried.receivedLength != 0 || tried.expectsContinue) {
            throw new IllegalArgumentException("such a request cannot be promised: " + (wrong == null ? "it has content" : wrong.text()));
        }
    }

    /** Sets the exchange as if the client had made the request. */
    Violation copyTo(Exchange x, Http1Limits limits) {
        x.method = method;
        x.version = HttpVersion.HTTP_3;
        x.received.copyFrom(request);
        return new FramingRules().judgeRequest(x, limits);
    }
}
