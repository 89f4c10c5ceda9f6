package io.shockwave.internal.tls13;

import io.shockwave.internal.exchange.RandomBytes;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.tls.JcaTlsKeys;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.crypto.spec.SecretKeySpec;

/** A client and a server of the handshake with what they told their connections; bytes go over by hand. */
public final class TlsRig {
    /** Milliseconds since 1970 at which everything happens; certificates of tests are valid then. */
    public static final long NOW_MS = System.currentTimeMillis();
    public static final String NAME = "site.test";
    public static final List<String> PROTOCOLS = List.of("h3");
    static final PeerJudge TRUSTS_ALL = _ -> TlsError.NONE;
    private static final Map<Kind, Issued> ISSUED = new EnumMap<>(Kind.class);
    private static final SecureRandom SECURE = new SecureRandom();

    /** What one side's engine told. */
    public static final class Told implements TlsSink {
        public final Map<EncryptionLevel, ByteArrayOutputStream> bytes = new EnumMap<>(EncryptionLevel.class);
        public final Map<EncryptionLevel, String> readSecrets = new EnumMap<>(EncryptionLevel.class);
        public final Map<EncryptionLevel, String> writeSecrets = new EnumMap<>(EncryptionLevel.class);
        public final List<SessionTicket> tickets = new ArrayList<>();
        public final List<Boolean> earlyData = new ArrayList<>();
        public final List<String> keyLog = new ArrayList<>();
        public byte[] parameters = "parameters".getBytes(StandardCharsets.US_ASCII);
        public String peerParameters = "";
        public int parametersError;
        public int completions;

        @Override
        public void onHandshakeBytes(EncryptionLevel level, byte[] buf, int off, int len) {
            bytes.computeIfAbsent(level, _ -> new ByteArrayOutputStream()).write(buf, off, len);
        }

        @Override
        public void onReadSecret(EncryptionLevel level, CipherSuite suite, byte[] secret) {
            readSecrets.put(level, suite + " " + HexFormat.of().formatHex(secret));
        }

        @Override
        public void onWriteSecret(EncryptionLevel level, CipherSuite suite, byte[] secret) {
            writeSecrets.put(level, suite + " " + HexFormat.of().formatHex(secret));
        }

        @Override
        public int onPeerTransportParameters(byte[] buf, int off, int len) {
            peerParameters = new String(buf, off, len, StandardCharsets.US_ASCII);
            return parametersError;
        }

        @Override
        public int localTransportParameters(byte[] dst, int off) {
            System.arraycopy(parameters, 0, dst, off, parameters.length);
            return parameters.length;
        }

        @Override
        public void onEarlyData(boolean accepted) {
            earlyData.add(accepted);
        }

        @Override
        public void onTicket(SessionTicket ticket) {
            tickets.add(ticket);
        }

        @Override
        public void onHandshakeComplete() {
            completions++;
        }

        @Override
        public void onKeyLog(String label, byte[] clientRandom, byte[] secret) {
            keyLog.add(label + " " + HexFormat.of().formatHex(secret));
        }

        /** Takes the bytes of a level that were not taken yet. */
        public byte[] take(EncryptionLevel level) {
            ByteArrayOutputStream out = bytes.get(level);
            if (out == null) {
                return new byte[0];
            }
            byte[] taken = out.toByteArray();
            out.reset();
            return taken;
        }
    }

    public final Told clientTold = new Told();
    public final Told serverTold = new Told();
    public final TlsEngine client;
    public final TlsEngine server;

    public TlsRig(TlsClientSettings client, TlsServerSettings server) {
        this.client = TlsEngine.client(client, clientTold, keys(), random());
        this.server = TlsEngine.server(server, serverTold, keys(), random());
        clientTold.parameters = "of the client".getBytes(StandardCharsets.US_ASCII);
        serverTold.parameters = "of the server".getBytes(StandardCharsets.US_ASCII);
    }

    public TlsRig() {
        this(clientSettings(), serverSettings());
    }

    static TlsKeys keys() {
        return new JcaTlsKeys(SECURE);
    }

    static RandomBytes random() {
        Random random = new Random(SECURE.nextLong());
        return (dst, off, len) -> {
            byte[] bytes = new byte[len];
            random.nextBytes(bytes);
            System.arraycopy(bytes, 0, dst, off, len);
        };
    }

    public static TlsClientSettings clientSettings() {
        return new TlsClientSettings(NAME, TRUSTS_ALL, PROTOCOLS);
    }

    public static TlsServerSettings serverSettings() {
        return new TlsServerSettings(credentials(Kind.EC_P256), PROTOCOLS);
    }

    static synchronized Issued issued(Kind kind) {
        return ISSUED.computeIfAbsent(kind, k -> TestCertificates.selfSigned(k, NAME));
    }

    public static CredentialChooser credentials(Kind... kinds) {
        TlsCredential[] all = Arrays.stream(kinds).map(k -> new TlsCredential(issued(k).chain(), issued(k).key())).toArray(TlsCredential[]::new);
        return (_, known) -> {
            known[0] = true;
            return all;
        };
    }

    /** A session as a server gave it at {@link #NOW_MS}, good for an hour. */
    public static SessionTicket ticket() {
        return ticket(100 + 32);
    }

    /** One that takes so many bytes to keep. */
    public static SessionTicket ticket(int keptBytes) {
        return new SessionTicket(new byte[keptBytes - 32], new byte[32], CipherSuite.AES_128_GCM_SHA256, 0, NOW_MS, NOW_MS + 3_600_000, false, "h3", NAME, new byte[0], new X509Certificate[0], new byte[0]);
    }

    /** The ticket, with other transport parameters remembered beside it than the server gave. */
    public static SessionTicket remembering(SessionTicket t, byte[] parameters) {
        return new SessionTicket(t.ticket(), t.psk().clone(), t.suite(), t.obfuscatedAge(NOW_MS), NOW_MS, t.expiresMs(), t.allowsEarlyData(), t.alpn(), t.serverName(), parameters, t.peerChain(), t.applicationState());
    }

    /** One key, for good. */
    public static TicketKeys ticketKeys() {
        byte[] secret = new byte[16];
        SECURE.nextBytes(secret);
        TicketKeys.Key only = new TicketKeys.Key(Arrays.copyOf(secret, TicketKeys.NAME_BYTES), new SecretKeySpec(secret, "AES"));
        return new TicketKeys() {
            @Override
            public Key current(long nowMs) {
                return only;
            }

            @Override
            public Key find(byte[] buf, int off, long nowMs) {
                return Arrays.equals(buf, off, off + NAME_BYTES, only.name(), 0, NAME_BYTES) ? only : null;
            }

            @Override
            public int lifetimeS() {
                return 3_600;
            }
        };
    }

    /** Runs the handshake as far as it goes. @return 0 or the first error of either side */
    public int run() {
        client.start(NOW_MS);
        return exchange(Integer.MAX_VALUE);
    }

    /** Carries bytes to and fro in pieces of at most this size until nobody says anything. */
    public int exchange(int pieceBytes) {
        boolean moved;
        do {
            moved = carry(clientTold, server, pieceBytes) | carry(serverTold, client, pieceBytes);
        } while (moved && client.error() == 0 && server.error() == 0);
        return client.error() != 0 ? client.error() : server.error();
    }

    static boolean carry(Told from, TlsEngine to, int pieceBytes) {
        boolean moved = false;
        for (EncryptionLevel level : EncryptionLevel.values()) {
            byte[] bytes = from.take(level);
            for (int at = 0; at < bytes.length; at += Math.min(pieceBytes, bytes.length)) {
                int piece = Math.min(pieceBytes, bytes.length - at);
                moved = true;
                if (to.receive(level, bytes, at, piece, NOW_MS) != 0) {
                    return true;
                }
            }
        }
        return moved;
    }
}
