package io.shockwave.internal.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Tls;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.testing.OpenSsl;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions against OpenSSL in both roles, over loopback sockets, driven by threads that block. */
@Timeout(60)
final class OpenSslIT {
    @TempDir
    static Path folder;
    private static final TestCertificates CA = TestCertificates.authority("Test CA");
    private static TlsConfig client;

    private final OpenSsl openssl = new OpenSsl(folder);
    private final Slab slab = new Slab(1 << 20);

    @BeforeAll
    static void findOpenSsl() throws Exception {
        OpenSsl.assumeInstalled();
        client = TlsConfig.trusting(CA.write(folder.resolve("ca.pem")));
    }

    @AfterEach
    void stop() {
        openssl.close();
    }

    private static TlsConfig site(String name, Kind kind) throws IOException {
        Issued issued = CA.issue(kind, "localhost");
        return TlsConfig.pem(issued.writeChain(folder.resolve(name + ".pem")), issued.writeKey(folder.resolve(name + ".key")), new char[0]);
    }

    // ---- our server, openssl s_client ----

    /** Serves one connection: sends back each line in capitals; ends when the peer does. */
    private Thread serveOne(ServerSocket listener, TlsConfig config, List<SocketSession> served) {
        return Thread.ofVirtual().start(() -> {
            try (Socket socket = listener.accept()) {
                SocketSession session = new SocketSession(socket, config.serverSession(slab, new TlsViews(), "h2", "http/1.1"));
                served.add(session);
                byte[] buffer = new byte[5_000];
                for (int n = session.read(buffer); n > 0; n = session.read(buffer)) {
                    byte[] capitals = new String(buffer, 0, n, StandardCharsets.ISO_8859_1).toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
                    session.write(capitals, capitals.length);
                }
                session.end();
            } catch (IOException e) {
                // Looked at through the session.
            }
        });
    }

    private static ServerSocket listen() throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setSoTimeout(20_000);
        listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        return listener;
    }

    /** Runs s_client, waits for {@code until} in its output after each of the lines given to it. */
    private String talk(ServerSocket listener, String[] options, String... linesAndAnswers) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("s_client", "-connect", "127.0.0.1:" + listener.getLocalPort(), "-servername", "localhost", "-CAfile", "ca.pem", "-verify_return_error", "-verify_hostname", "localhost"));
        arguments.addAll(Arrays.asList(options));
        Process process = openssl.start(arguments.toArray(new String[0]));
        StringBuilder output = new StringBuilder();
        OutputStream in = process.getOutputStream();
        for (int i = 0; i < linesAndAnswers.length; i += 2) {
            in.write((linesAndAnswers[i] + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
            readUntil(process.getInputStream(), output, linesAndAnswers[i + 1]);
        }
        in.close();
        readUntil(process.getInputStream(), output, "\0never");
        process.waitFor();
        return output.toString();
    }

    private static void readUntil(InputStream in, StringBuilder output, String wanted) throws IOException {
        byte[] buffer = new byte[4096];
        int from = output.length();
        while (output.indexOf(wanted, from) < 0) {
            int n = in.read(buffer);
            if (n < 0) {
                return;
            }
            output.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
        }
    }

    @ParameterizedTest
    @CsvSource({"EC_P256,-tls1_3", "EC_P384,-tls1_3", "RSA_2048,-tls1_3", "ED25519,-tls1_3", "EC_P256,-tls1_2", "EC_P384,-tls1_2", "RSA_2048,-tls1_2", "ED25519,-tls1_2"})
    void aForeignClientIsServed(Kind kind, String version) throws Exception {
        List<SocketSession> served = new ArrayList<>();
        try (ServerSocket listener = listen()) {
            Thread server = serveOne(listener, site("site-" + kind, kind), served);
            String output = talk(listener, new String[] {version, "-alpn", "http/1.1"}, "hello", "HELLO");
            server.join();
            assertTrue(output.contains("HELLO") && output.contains("Verification: OK") && output.contains("ALPN protocol: http/1.1"), output);
            assertFalse(served.getFirst().tls.isFailed());
            assertEquals(0, slab.lentBytes());
        }
    }

    @Test
    void aForeignClientWithoutACommonProtocolIsToldSo() throws Exception {
        List<SocketSession> served = new ArrayList<>();
        try (ServerSocket listener = listen()) {
            Thread server = serveOne(listener, site("alpn", Kind.EC_P256), served);
            String output = talk(listener, new String[] {"-alpn", "spdy/3"});
            server.join();
            assertTrue(output.contains("no application protocol"), output);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2"})
    void aForeignClientResumesItsSession(String version) throws Exception {
        List<SocketSession> served = new ArrayList<>();
        TlsConfig config = site("resume", Kind.EC_P256);
        Path ticket = folder.resolve("session" + version);
        try (ServerSocket listener = listen()) {
            Thread first = serveOne(listener, config, served);
            talk(listener, new String[] {version, "-sess_out", ticket.toString()}, "hello", "HELLO");
            first.join();
            Thread second = serveOne(listener, config, served);
            String output = talk(listener, new String[] {version, "-sess_in", ticket.toString()}, "again", "AGAIN");
            second.join();
            assertTrue(output.contains("Reused, TLSv1." + version.charAt(version.length() - 1)), output);
        }
    }

    @Test
    void aForeignClientMayUpdateItsKeys() throws Exception {
        List<SocketSession> served = new ArrayList<>();
        try (ServerSocket listener = listen()) {
            Thread server = serveOne(listener, site("update", Kind.EC_P256), served);
            String output = talk(listener, new String[] {"-tls1_3"}, "alpha", "ALPHA", "K", "KEYUPDATE", "beta", "BETA", "k", "KEYUPDATE", "gamma", "GAMMA");
            server.join();
            assertTrue(output.contains("GAMMA"), output);
            assertFalse(served.getFirst().tls.isFailed());
        }
    }

    @Test
    void aForeignClientMayNotRenegotiate() throws Exception {
        List<SocketSession> served = new ArrayList<>();
        try (ServerSocket listener = listen()) {
            Thread server = serveOne(listener, site("renegotiate", Kind.EC_P256), served);
            String output = talk(listener, new String[] {"-tls1_2"}, "alpha", "ALPHA", "R", "RENEGOTIATING");
            server.join();
            assertTrue(served.getFirst().tls.isFailed(), output);
            assertTrue(served.getFirst().tls.failure().getMessage().contains("renegotiation"), output);
        }
    }

    @Test
    void aForeignClientShowsItsCertificate() throws Exception {
        Issued person = CA.issue(Kind.RSA_2048, "ada.test");
        person.writeChain(folder.resolve("ada.pem"));
        person.writeKey(folder.resolve("ada.key"));
        List<SocketSession> served = new ArrayList<>();
        TlsConfig config = TlsConfig.of(site("mutual", Kind.EC_P256).requireClientCertificates(folder.resolve("ca.pem")));
        try (ServerSocket listener = listen()) {
            Thread server = serveOne(listener, config, served);
            String output = talk(listener, new String[] {"-cert", "ada.pem", "-key", "ada.key"}, "hello", "HELLO");
            server.join();
            assertTrue(output.contains("HELLO"), output);
            assertEquals(person.certificate(), served.getFirst().tls.session().getPeerCertificates()[0]);
            Thread refused = serveOne(listener, config, served);
            String without = talk(listener, new String[0], "hello", "alert");
            refused.join();
            assertFalse(without.contains("HELLO"), without);
            assertTrue(served.getLast().tls.isFailed());
        }
    }

    @Test
    void aForeignClientThatOnlySpeaksTls11IsRefused() throws Exception {
        List<SocketSession> served = new ArrayList<>();
        try (ServerSocket listener = listen()) {
            Thread server = serveOne(listener, site("old", Kind.EC_P256), served);
            talk(listener, new String[] {"-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"});
            server.join();
            assertTrue(served.getFirst().tls.isFailed());
        }
    }

    // ---- our client, openssl s_server ----

    private int serve(String name, Kind kind, String... options) throws Exception {
        Issued issued = CA.issue(kind, "localhost");
        issued.writeChain(folder.resolve(name + ".pem"));
        issued.writeKey(folder.resolve(name + ".key"));
        int port;
        try (ServerSocket free = listen()) {
            port = free.getLocalPort();
        }
        List<String> arguments = new ArrayList<>(List.of("s_server", "-accept", "127.0.0.1:" + port, "-cert", name + ".pem", "-key", name + ".key"));
        arguments.addAll(Arrays.asList(options));
        Process process = openssl.start(arguments.toArray(new String[0]));
        StringBuilder output = new StringBuilder();
        readUntil(process.getInputStream(), output, "ACCEPT");
        Thread.ofVirtual().start(() -> {
            try {
                process.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // It was stopped.
            }
        });
        return port;
    }

    private SocketSession connect(int port, TlsConfig config, String host) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        return new SocketSession(socket, config.clientSession(slab, new TlsViews(), host, port, "http/1.1"));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aForeignServerIsUnderstood(Kind kind) throws Exception {
        for (String version : new String[] {"-tls1_3", "-tls1_2"}) {
            int port = serve("rev-" + kind, kind, "-rev", version, "-alpn", "http/1.1");
            SocketSession session = connect(port, client, "localhost");
            session.write("abc\n".getBytes(StandardCharsets.US_ASCII), 4);
            byte[] answer = new byte[100];
            int n = session.read(answer);
            assertEquals("cba\n", new String(answer, 0, n, StandardCharsets.US_ASCII));
            assertEquals("http/1.1", session.tls.protocol());
            session.close();
            assertEquals(0, slab.lentBytes());
        }
    }

    @Test
    void aForeignServerForAnotherHostIsRefused() throws Exception {
        int port = serve("wrong-host", Kind.EC_P256, "-rev");
        SocketSession session = connect(port, client, "127.0.0.1");
        assertEquals(-1, session.read(new byte[10]));
        assertTrue(session.tls.isFailed());
        assertTrue(session.tls.failure().getMessage().contains("not for 127.0.0.1 but for localhost"), session.tls.failure().getMessage());
        session.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2"})
    void aLargeFileComesWhole(String version) throws Exception {
        byte[] content = new byte[24 << 20];
        new Random(7).nextBytes(content);
        Files.write(folder.resolve("large.bin"), content);
        int port = serve("large", Kind.EC_P256, "-HTTP", version);
        SocketSession session = connect(port, client, "localhost");
        byte[] request = ("GET /large.bin HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        session.write(request, request.length);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[7_001];
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        long total = 0;
        for (int n = session.read(buffer); n > 0; n = session.read(buffer)) {
            digest.update(buffer, 0, n);
            start.write(buffer, 0, total == 0 ? n : 0);
            total += n;
        }
        assertEquals(content.length, total);
        assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(content), digest.digest(), () -> HexFormat.of().formatHex(start.toByteArray(), 0, 16));
        session.close();
        assertEquals(0, slab.lentBytes());
    }

    @Test
    void keysThatOpenSslMadeAreRead() throws Exception {
        run("genrsa", "-traditional", "-out", "rsa1.key", "2048");
        run("ecparam", "-name", "prime256v1", "-genkey", "-out", "sec1.key");
        run("genpkey", "-algorithm", "ED25519", "-out", "ed.key");
        run("pkcs8", "-topk8", "-in", "sec1.key", "-out", "enc.key", "-passout", "pass:secret");
        for (String key : new String[] {"rsa1", "sec1", "ed"}) {
            run("req", "-x509", "-new", "-key", key + ".key", "-subj", "/CN=x", "-days", "1", "-out", key + ".crt");
            Tls.pem(folder.resolve(key + ".crt"), folder.resolve(key + ".key"));
        }
        Tls.pem(folder.resolve("sec1.crt"), folder.resolve("enc.key"), "secret".toCharArray());
        run("pkcs12", "-export", "-inkey", "rsa1.key", "-in", "rsa1.crt", "-out", "rsa1.p12", "-passout", "pass:secret");
        Tls.pkcs12(folder.resolve("rsa1.p12"), "secret".toCharArray());
    }

    private void run(String... arguments) throws Exception {
        Process process = openssl.start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0, output);
    }

    /** A session over a blocking socket, driven as the Javadoc of TlsSession says. */
    private static final class SocketSession {
        final TlsSession tls;
        private final Socket socket;
        private final byte[] in = new byte[3_000];
        private final byte[] out = new byte[40_000];

        SocketSession(Socket socket, TlsSession tls) throws IOException {
            this.socket = socket;
            this.tls = tls;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(20_000);
        }

        /** Does all that must be done before the socket is read. */
        private void settle() throws IOException {
            while (tls.needsTask() || tls.wantsTransmit()) {
                if (tls.needsTask()) {
                    tls.delegatedTask().run();
                    tls.taskDone();
                }
                socket.getOutputStream().write(out, 0, tls.transmit(in, 0, 0, out, 0, out.length));
            }
        }

        /** -1 at the end, whichever it is. */
        int read(byte[] dst) throws IOException {
            for (;;) {
                int n = tls.receive(in, 0, 0, dst, 0, dst.length);
                settle();
                if (n > 0) {
                    return n;
                }
                if (tls.hasMore()) {
                    continue;
                }
                if (tls.isInputClosed() || tls.isDone() || tls.isFailed()) {
                    return -1;
                }
                int came = socket.getInputStream().read(in);
                if (came < 0) {
                    tls.receiveEnd();
                    continue;
                }
                n = tls.receive(in, 0, came, dst, 0, dst.length);
                settle();
                if (n > 0) {
                    return n;
                }
            }
        }

        void write(byte[] plain, int len) throws IOException {
            settle();
            while (!tls.isOpen() && !tls.isFailed()) {
                int came = tls.hasMore() ? 0 : socket.getInputStream().read(in);
                if (came < 0) {
                    tls.receiveEnd();
                } else {
                    assertEquals(0, tls.receive(in, 0, came, in, 0, 0), "no room, no data");
                }
                settle();
            }
            for (int at = 0; at < len && !tls.isDone();) {
                socket.getOutputStream().write(out, 0, tls.transmit(plain, at, len - at, out, 0, out.length));
                at += tls.consumed();
            }
        }

        /** Says close_notify and waits for the peer to close. */
        void end() throws IOException {
            tls.close();
            settle();
            socket.shutdownOutput();
            while (socket.getInputStream().read(in) > 0) {
                // What still comes is of no interest.
            }
            tls.release();
        }

        void close() throws IOException {
            tls.close();
            settle();
            socket.close();
            tls.release();
        }
    }
}
