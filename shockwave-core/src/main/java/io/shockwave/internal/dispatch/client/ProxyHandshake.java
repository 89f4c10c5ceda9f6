package io.shockwave.internal.dispatch.client;

import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.internal.exchange.Violation;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.http1.Http1Decoder;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.pool.Origin;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Asks a proxy for a tunnel, over a connection to it that blocks. Used by one thread, for one dial; the time limit is the connection's. */
final class ProxyHandshake {
    private static final int MAX_INTERIM = 8;

    private final ClientConnection connection;
    private final ClientSettings settings;
    private final ByteBuffer scratch;

    ProxyHandshake(ClientConnection connection, ClientSettings settings, ByteBuffer scratch) {
        this.connection = connection;
        this.settings = settings;
        this.scratch = scratch;
    }

    /** The value of Proxy-Authorization (RFC 7617). */
    static String basic(ClientSettings settings) {
        String pair = settings.proxyUser() + ':' + settings.proxyPassword();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    // ---- HTTP (RFC 9110 9.3.6)

    void connect(Origin origin) throws IOException {
        String host = origin.host().indexOf(':') < 0 ? origin.host() : "[" + origin.host() + "]";
        String authority = host + ":" + origin.port();
        // The host went through the URL's parser, which lets no CR, LF or blank through; credentials are in base64.
        String head = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n"
                + (settings.hasProxyCredentials() ? "Proxy-Authorization: " + basic(settings) + "\r\n" : "") + "\r\n";
        connection.push(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        int status = readHead();
        if (status == 407) {
            throw refused(settings.hasProxyCredentials() ? "does not accept the user and password (407)" : "asks for a user and password (407)", origin);
        }
        if (status < 200 || status > 299) {
            throw refused("answered " + status + " to CONNECT", origin);
        }
    }

    private int readHead() throws IOException {
        HeaderBlock fields = new HeaderBlock(new Slab(0), new Lifetime());
        Http1Decoder decoder = new Http1Decoder(false);
        decoder.start(Http1Decoder.Kind.RESPONSE, fields, settings.limits());
        scratch.clear();
        int consumed = 0;
        for (int interim = 0; ; ) {
            consumed += decoder.decode(scratch.array(), consumed, scratch.position() - consumed);
            Violation fault = decoder.violation();
            if (fault != null) {
                throw new HttpException(Kind.PROTOCOL, Phase.PROXY, "the answer of " + settings.proxyName() + " is not valid: " + fault.text(), null);
            }
            if (decoder.isDone() && decoder.status() < 200 && ++interim <= MAX_INTERIM) {
                fields.clear();
                decoder.start(Http1Decoder.Kind.RESPONSE, fields, settings.limits());
                continue;
            }
            if (decoder.isDone()) {
                if (consumed < scratch.position() && decoder.status() < 300) {
                    throw new HttpException(Kind.PROTOCOL, Phase.PROXY, settings.proxyName() + " sent data before it was asked", null);
                }
                return decoder.status();
            }
            if (!scratch.hasRemaining()) {
                throw new HttpException(Kind.PROTOCOL, Phase.PROXY, "the answer of " + settings.proxyName() + " is longer than " + scratch.capacity() + " bytes", null);
            }
            if (connection.read(scratch) < 0) {
                throw new EOFException("it closed the connection");
            }
        }
    }

    // ---- SOCKS5 (RFC 1928)

    void socks(Origin origin) throws IOException {
        boolean withPassword = settings.hasProxyCredentials();
        connection.push(ByteBuffer.wrap(Socks5.greeting(withPassword)));
        byte[] chosen = read(Socks5.SHORT_REPLY_BYTES);
        check(Socks5.greetingProblem(chosen, withPassword), origin);
        if (chosen[1] == Socks5.USER_PASSWORD) {
            byte[] user = settings.proxyUser().getBytes(StandardCharsets.UTF_8);
            byte[] password = settings.proxyPassword().getBytes(StandardCharsets.UTF_8);
            connection.push(ByteBuffer.wrap(Socks5.credentials(user, password)));
            if (read(Socks5.SHORT_REPLY_BYTES)[1] != 0) {
                throw refused("does not accept the user and password", origin);
            }
        }
        connection.push(ByteBuffer.wrap(Socks5.connect(origin.host(), origin.port())));
        byte[] start = read(Socks5.REPLY_START_BYTES);
        check(Socks5.replyProblem(start), origin);
        read(Socks5.replyRest(start));
    }

    private void check(String problem, Origin origin) throws HttpException {
        if (problem != null) {
            throw refused(problem, origin);
        }
    }

    private byte[] read(int bytes) throws IOException {
        scratch.clear().limit(bytes);
        while (scratch.hasRemaining()) {
            if (connection.read(scratch) < 0) {
                throw new EOFException("it closed the connection");
            }
        }
        byte[] out = new byte[bytes];
        scratch.get(0, out);
        return out;
    }

    private HttpException refused(String problem, Origin origin) {
        return new HttpException(Kind.CONNECT, Phase.PROXY, settings.proxyName() + " " + problem + ", on the way to " + origin, null);
    }
}
