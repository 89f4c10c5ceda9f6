package io.shockwave.internal.dispatch.client;

import io.shockwave.Ascii;
import io.shockwave.BodyReader;
import io.shockwave.Headers;
import io.shockwave.HttpDatagrams;
import io.shockwave.HttpVersion;
import io.shockwave.RequestArena;
import io.shockwave.client.ClientResponse;
import io.shockwave.internal.dispatch.HandlerArena;
import io.shockwave.internal.dispatch.StreamDatagrams;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.header.Span;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.pool.UrlEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A request's response, a window on the exchange that the client lent it until {@link #close}. Owned by its request, which reuses it; used by one thread at a time. */
final class PooledResponse extends Lifetime implements ClientResponse {
    private final PooledClient client;
    private ClientExchange exchange;
    private UrlEntry url;
    private final ResponseFields headers = new ResponseFields(this, false); // with it, as most look at them, so that they lie together
    private final ResponseBody body = new ResponseBody(this);
    private ResponseFields trailers;
    private Span reason;
    private Tunnel tunnel; // null until it is asked for
    private HandlerArena arena;
    private Exchange arenaOf; // whose memory it lends

    PooledResponse(PooledClient client) {
        this.client = client;
    }

    void open(ClientExchange lent, UrlEntry answered) {
        exchange = lent;
        url = answered;
        tunnel = null;
        body.reopen();
    }

    boolean isOpen() {
        return exchange != null;
    }

    /** @throws IllegalStateException if it was closed */
    ClientExchange exchange() {
        ClientExchange lent = exchange;
        if (lent == null) {
            throw new IllegalStateException("the response was closed; copy what must outlive it");
        }
        return lent;
    }

    @Override
    public HttpVersion version() {
        return exchange().x.version;
    }

    @Override
    public String versionReason() {
        return exchange().http3().versionReason();
    }

    @Override
    public boolean isResumed() {
        return exchange().http3().isResumed();
    }

    @Override
    public boolean isEarlyData() {
        return exchange().http3().isEarly();
    }

    @Override
    public int status() {
        return exchange().x.status;
    }

    @Override
    public Ascii reason() {
        ClientExchange lent = exchange();
        if (reason == null) {
            reason = new Span(this);
        }
        return reason.set(lent.x.received.bytes(), 0, lent.x.received.lineLen());
    }

    @Override
    public String url() {
        exchange();
        return url.text();
    }

    @Override
    public Headers headers() {
        exchange();
        return headers;
    }

    /** The trailers, empty until they came. */
    Headers trailers() {
        exchange();
        if (trailers == null) {
            trailers = new ResponseFields(this, true);
        }
        return trailers;
    }

    @Override
    public BodyReader body() {
        exchange();
        return body;
    }

    @Override
    public RequestArena arena() {
        Exchange x = exchange().x;
        arena = HandlerArena.of(x, this, arenaOf == x ? arena : null, true, client.chunks, client.settings.maxArenaBytes(), client.slab);
        arenaOf = x;
        return arena;
    }

    @Override
    public Upgraded upgraded() {
        ClientExchange lent = exchange();
        if (lent.http3().isTunnel()) {
            return lent.http3().tunnel();
        }
        if (!lent.engine.isTunnel()) {
            throw new IllegalStateException("status " + lent.x.status + " to " + lent.x.method + " is no upgrade");
        }
        if (tunnel == null) {
            tunnel = new Tunnel(this);
        }
        return tunnel;
    }

    @Override
    public void close() {
        ClientExchange lent = exchange;
        if (lent == null) {
            return;
        }
        lent.discardRest();
        advance();
        exchange = null;
        url = null;
        client.exchanges.giveBack(lent);
    }

    /** Both directions of a connection that left HTTP. */
    private static final class Tunnel implements Upgraded {
        private final ClientExchange exchange;
        private final PooledResponse response;
        private volatile StreamDatagrams datagrams; // once it carries nothing else

        Tunnel(PooledResponse response) {
            this.response = response;
            this.exchange = response.exchange();
        }

        private ClientExchange open() throws IOException {
            if (response.exchange != exchange) {
                throw new IOException("the connection was closed");
            }
            return exchange;
        }

        private ClientExchange raw() throws IOException {
            if (datagrams != null) {
                throw new IllegalStateException("the tunnel carries datagrams");
            }
            return open();
        }

        @Override
        public InputStream in() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] b, int off, int len) throws IOException {
                    return raw().read(b, off, len);
                }

                @Override
                public void close() {
                    Tunnel.this.close();
                }
            };
        }

        @Override
        public OutputStream out() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] b, int off, int len) throws IOException {
                    raw().writeTunnel(b, off, len);
                }

                @Override
                public void close() {
                    Tunnel.this.close();
                }
            };
        }

        @Override
        public void endOutput() {
            throw new UnsupportedOperationException("a tunnel over HTTP/1.1 ends as a whole (RFC 9110 9.3.6)");
        }

        @Override
        public HttpDatagrams datagrams() {
            if (datagrams == null) {
                datagrams = new StreamDatagrams(new Capsules(), null);
            }
            return datagrams;
        }

        @Override
        public void reset() {
            close();
        }

        @Override
        public void close() {
            exchange.abortTunnel();
        }

        /** The connection as what carries datagrams: each call blocks for what it does. */
        private final class Capsules implements StreamDatagrams.Carrier {
            @Override
            public int read(byte[] dst, int off, int len) throws IOException {
                return open().read(dst, off, len);
            }

            @Override
            public void await() {
            }

            @Override
            public void write(byte[] src, int off, int len) throws IOException {
                open().writeTunnel(src, off, len);
            }

            @Override
            public void awaitMaxBytes() {
            }

            @Override
            public void checkOutput() {
            }

            @Override
            public void datagramsWait() {
            }

            @Override
            public void malformed() {
                Tunnel.this.close();
            }
        }
    }
}
