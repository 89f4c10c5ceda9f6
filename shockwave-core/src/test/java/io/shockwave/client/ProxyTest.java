package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.HttpException.Phase;
import io.shockwave.internal.testing.RawServer;
import io.shockwave.internal.testing.TestCertificates;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP and SOCKS5 proxies, and Unix sockets. */
@Timeout(30)
class ProxyTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path folder;

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private static String get(ShockwaveClient client, String url) throws IOException {
        try (ClientResponse response = client.get(url).send()) {
            return response.status() + " " + new String(response.body().readAll(100), StandardCharsets.US_ASCII);
        }
    }

    private RawServer recording(String answer) throws IOException {
        return new RawServer(peer -> {
            for (String request = peer.readRequest(); request != null; request = peer.readRequest()) {
                seen.add(request);
                peer.send(answer);
            }
        });
    }

    @Test
    void httpGoesThroughAnHttpProxyInAbsoluteForm() throws Exception {
        try (RawServer proxy = recording(OK); ShockwaveClient client = ShockwaveClient.builder().httpProxy(proxy.address(), "user", "pässword").build()) {
            ClientRequest request = client.get("http://origin.example/a?b");
            request.headers().add(HeaderName.PROXY_AUTHORIZATION, "Basic own");
            request.send().close();
            String sent = seen.take();
            assertTrue(sent.startsWith("GET http://origin.example/a?b HTTP/1.1\r\nHost: origin.example\r\n"), sent);
            assertTrue(sent.contains("\r\nProxy-Authorization: Basic dXNlcjpww6Rzc3dvcmQ=\r\n"), sent);
            assertFalse(sent.contains("own"), sent);
            assertEquals("200 ok", get(client, "http://origin.example/a?b"));
            assertEquals(1, proxy.connections());
        }
    }

    private RawServer connectProxy(String answer, RawServer origin) throws IOException {
        return new RawServer(peer -> {
            seen.add(peer.readHead());
            peer.send(answer);
            if (answer.startsWith("HTTP/1.1 2")) {
                relay(peer, origin);
            } else {
                peer.readAll();
            }
        });
    }

    private static void relay(RawServer.Peer peer, RawServer origin) throws Exception {
        try (java.net.Socket onward = new java.net.Socket("127.0.0.1", origin.port())) {
            Thread back = Thread.ofPlatform().daemon().start(() -> {
                try {
                    onward.getInputStream().transferTo(peer.socket.getOutputStream());
                    peer.socket.shutdownOutput();
                } catch (IOException gone) {
                    // The end of the test.
                }
            });
            for (int b = peer.readByte(); b >= 0; b = peer.readByte()) {
                onward.getOutputStream().write(b);
            }
            onward.shutdownOutput();
            back.join();
        }
    }

    @Test
    void httpsGoesThroughATunnelAndCredentialsStayWithTheProxy() throws Exception {
        TestCertificates authority = TestCertificates.authority("proxy test");
        TlsOrigin keys = new TlsOrigin(authority.issue(TestCertificates.Kind.EC_P256, "origin.example"));
        BlockingQueue<String> inside = new LinkedBlockingQueue<>();
        try (RawServer origin = keys.server((peer, tls) -> {
            for (String request = tls.readRequest(); request != null; request = tls.readRequest()) {
                inside.add(request);
                tls.send(OK);
            }
        });
                RawServer proxy = connectProxy("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n", origin);
                ShockwaveClient client = ShockwaveClient.builder().tls(io.shockwave.Tls.trusting(authority.write(folder.resolve("ca.pem")))).httpProxy(proxy.address(), "user", "password").build()) {
            ClientRequest request = client.get("https://origin.example/x");
            request.headers().add(HeaderName.PROXY_AUTHORIZATION, "Basic own");
            request.send().close();
            assertEquals("200 ok", get(client, "https://origin.example/y"));
            String connect = seen.take();
            assertEquals("CONNECT origin.example:443 HTTP/1.1\r\nHost: origin.example:443\r\nProxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n\r\n", connect);
            String first = inside.take();
            assertTrue(first.startsWith("GET /x HTTP/1.1\r\nHost: origin.example\r\n"), first);
            assertFalse(first.contains("Proxy-Authorization"), first);
            assertEquals(1, proxy.connections());
        }
    }

    @Test
    void refusalsOfAnHttpProxyAreTold() throws Exception {
        String[][] table = {
            {"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", "asks for a user and password (407)"},
            {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "answered 403 to CONNECT"},
            {"HTTP/1.1 200 OK\r\n\r\nearly bytes", "before it was asked"},
            {"garbage\r\n\r\n", "not valid"},
            {"HTTP/1.1 200 OK\r\nX: " + "v".repeat(80_000), "longer than"},
        };
        for (String[] row : table) {
            try (RawServer proxy = connectProxyThatEnds(row[0]); ShockwaveClient client = ShockwaveClient.builder().httpProxy(proxy.address()).build()) {
                HttpException refused = assertThrows(HttpException.class, () -> get(client, "https://origin.example/"));
                assertEquals(Phase.PROXY, refused.phase(), refused.toString());
                assertTrue(refused.getMessage().contains(row[1]), refused.getMessage());
                assertEquals(0, client.poolStats().leased() + client.poolStats().dialling());
            }
        }
        try (RawServer proxy = connectProxyThatEnds(table[0][0]); ShockwaveClient client = ShockwaveClient.builder().httpProxy(proxy.address(), "u", "p").build()) {
            HttpException refused = assertThrows(HttpException.class, () -> get(client, "https://origin.example/"));
            assertTrue(refused.getMessage().contains("does not accept the user and password (407)"), refused.getMessage());
            assertFalse(refused.getMessage().contains("u:p"));
        }
    }

    private static RawServer connectProxyThatEnds(String answer) throws IOException {
        return new RawServer(peer -> {
            peer.readHead();
            peer.send(answer);
            peer.readAll();
        });
    }

    // ---- SOCKS5

    /** A SOCKS5 proxy that notes what it is asked and then answers HTTP itself. */
    private RawServer socks(int method, boolean accepted, int reply) throws IOException {
        return new RawServer(peer -> {
            assertEquals(5, peer.readByte());
            String methods = peer.read(peer.readByte());
            peer.send(new byte[] {5, (byte) method});
            StringBuilder note = new StringBuilder("methods " + methods.chars().boxed().toList());
            if (method == 2) {
                assertEquals(1, peer.readByte());
                note.append(' ').append(peer.read(peer.readByte())).append('/').append(peer.read(peer.readByte()));
                peer.send(new byte[] {1, (byte) (accepted ? 0 : 1)});
            }
            if (method == 0 || method == 2 && accepted) {
                assertEquals("\u0005\u0001\u0000", peer.read(3));
                int type = peer.readByte();
                note.append(" type ").append(type).append(' ');
                String address = peer.read(type == 1 ? 4 : type == 4 ? 16 : peer.readByte());
                note.append(type == 3 ? address : address.chars().boxed().toList());
                note.append(':').append(peer.readByte() << 8 | peer.readByte());
                peer.send(reply == 0 ? new byte[] {5, 0, 0, 3, 4, 'n', 'a', 'm', 'e', 1, 2} : new byte[] {5, (byte) reply, 0, 1, 0, 0, 0, 0, 0, 0});
            }
            seen.add(note.toString());
            if (reply == 0 && method != 0xFF && accepted) {
                seen.add(peer.readRequest());
                peer.send(OK);
            }
            peer.readAll();
        });
    }

    @Test
    void socksResolvesNamesItself() throws Exception {
        try (RawServer proxy = socks(0, true, 0); ShockwaveClient client = ShockwaveClient.builder().socksProxy(proxy.address()).resolver(host -> {
            throw new java.net.UnknownHostException("resolved here: " + host);
        }).build()) {
            assertEquals("200 ok", get(client, "http://origin.example:8080/"));
            assertEquals("methods [0] type 3 origin.example:8080", seen.take());
            assertTrue(seen.take().startsWith("GET / HTTP/1.1\r\nHost: origin.example:8080\r\n"));
        }
    }

    @Test
    void socksTakesAddressesAsTheyAre() throws Exception {
        try (RawServer proxy = socks(0, true, 0); ShockwaveClient client = ShockwaveClient.builder().socksProxy(proxy.address()).build()) {
            get(client, "http://10.1.2.3/");
            assertEquals("methods [0] type 1 [10, 1, 2, 3]:80", seen.take());
            seen.take();
            get(client, "http://[::1]:81/");
            assertEquals("methods [0] type 4 [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]:81", seen.take());
        }
    }

    @Test
    void socksAuthenticates() throws Exception {
        try (RawServer proxy = socks(2, true, 0); ShockwaveClient client = ShockwaveClient.builder().socksProxy(proxy.address(), "user", "password").build()) {
            assertEquals("200 ok", get(client, "http://origin.example/"));
            assertEquals("methods [0, 2] user/password type 3 origin.example:80", seen.take());
        }
    }

    private void refused(int method, boolean accepted, int reply, boolean credentials, String words) throws Exception {
        try (RawServer proxy = socks(method, accepted, reply);
                ShockwaveClient client = credentials ? ShockwaveClient.builder().socksProxy(proxy.address(), "u", "p").build() : ShockwaveClient.builder().socksProxy(proxy.address()).build()) {
            HttpException refused = assertThrows(HttpException.class, () -> get(client, "http://origin.example/"));
            assertEquals(Kind.CONNECT, refused.kind(), refused.toString());
            assertEquals(Phase.PROXY, refused.phase(), refused.toString());
            assertTrue(refused.getMessage().contains(words) && refused.getMessage().contains("SOCKS"), refused.getMessage());
        }
    }

    @Test
    void refusalsOfASocksProxyAreTold() throws Exception {
        refused(0xFF, true, 0, false, "asks for authentication");
        refused(0xFF, true, 0, true, "accepts neither");
        refused(2, true, 0, false, "asks for authentication");
        refused(2, false, 0, true, "does not accept the user and password");
        String[] replies = {"general failure", "does not allow", "cannot reach the network", "cannot reach the host", "was refused", "time to live", "does not know the command", "does not know the type", "code 9"};
        for (int i = 0; i < replies.length; i++) {
            refused(0, true, i + 1, false, replies[i]);
        }
    }

    @Test
    void whatIsNoProxyIsTold() throws Exception {
        try (RawServer web = new RawServer(peer -> {
            peer.read(3);
            peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        });
                ShockwaveClient client = ShockwaveClient.builder().socksProxy(web.address()).build()) {
            assertTrue(assertThrows(HttpException.class, () -> get(client, "http://origin.example/")).getMessage().contains("is no SOCKS5 proxy"));
        }
        try (RawServer closing = new RawServer(peer -> { }); ShockwaveClient client = ShockwaveClient.builder().socksProxy(closing.address()).build()) {
            assertEquals(Phase.PROXY, assertThrows(HttpException.class, () -> get(client, "http://origin.example/")).phase());
        }
    }

    // ---- Unix sockets

    @Test
    void everyOriginGoesThroughTheUnixSocket() throws Exception {
        Path path = folder.resolve("s");
        List<String> heads = new ArrayList<>();
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX); ShockwaveClient client = ShockwaveClient.builder().unixSocket(UnixDomainSocketAddress.of(path)).build()) {
            listener.bind(UnixDomainSocketAddress.of(path));
            Thread server = Thread.ofPlatform().daemon().start(() -> {
                try (SocketChannel peer = listener.accept()) {
                    ByteBuffer in = ByteBuffer.allocate(4_096);
                    for (int i = 0; i < 2; i++) {
                        peer.read(in.clear());
                        heads.add(new String(in.array(), 0, in.position(), StandardCharsets.US_ASCII));
                        peer.write(ByteBuffer.wrap(OK.getBytes(StandardCharsets.US_ASCII)));
                    }
                } catch (IOException gone) {
                    // The end of the test.
                }
            });
            assertEquals("200 ok", get(client, "http://docker.example/v1/info"));
            assertEquals("200 ok", get(client, "http://docker.example/v1/info"));
            server.join();
            assertTrue(heads.get(0).startsWith("GET /v1/info HTTP/1.1\r\nHost: docker.example\r\n"));
        }
        try (ShockwaveClient client = ShockwaveClient.builder().unixSocket(UnixDomainSocketAddress.of(folder.resolve("none"))).build()) {
            HttpException none = assertThrows(HttpException.class, () -> get(client, "http://x/"));
            assertEquals(Kind.CONNECT, none.kind());
            assertTrue(none.getMessage().contains("none"), none.getMessage());
        }
    }
}
