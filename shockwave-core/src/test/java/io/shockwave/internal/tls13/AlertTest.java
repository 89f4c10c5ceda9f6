package io.shockwave.internal.tls13;

import static io.shockwave.internal.tls13.Wire.bytes;
import static io.shockwave.internal.tls13.Wire.join;
import static io.shockwave.internal.tls13.Wire.u16;
import static io.shockwave.internal.tls13.Wire.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.tls13.Wire.Extension;
import io.shockwave.internal.tls13.Wire.Hello;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Well-formed messages that say what must not be said, and the alert that RFC 8446 (or the RFC named) has for each. */
class AlertTest {
    private static final Recording FULL = Recording.full();
    private static final Recording RESUMED = Recording.resumed();
    private static final Recording RETRIED = Recording.retried();
    private static final byte[] NOTHING = {};
    private static final int UNKNOWN = 0xABCD;

    private static void client(String expected, Recording recording, UnaryOperator<Hello> change) {
        byte[] hello = change.apply(new Hello(recording.bytesOf(false, HandshakeType.CLIENT_HELLO))).encode();
        assertEquals(expected, recording.outcome(false, HandshakeType.CLIENT_HELLO, hello));
    }

    private static void server(String expected, Recording recording, UnaryOperator<Hello> change) {
        byte[] hello = change.apply(new Hello(recording.bytesOf(true, HandshakeType.SERVER_HELLO))).encode();
        assertEquals(expected, recording.outcome(true, HandshakeType.SERVER_HELLO, hello));
    }

    // ---- ClientHello ----

    @Test
    void aClientHelloThatIsOnlyOrderedOtherwiseIsTaken() {
        client("none", FULL, h -> h);
        client("none", FULL, h -> h.add(UNKNOWN, new byte[100])); // RFC 8446 4.1.2: unknown extensions are ignored.
        client("none", FULL, h -> {
            h.version = bytes(3, 1); // 4.2.1: not looked at.
            h.suites = vector(2, u16(0x0A0A, 0x1301, 0x00FF));
            return h.put(ExtensionType.SUPPORTED_GROUPS, vector(2, u16(0x0A0A, 0x001D))).put(ExtensionType.SUPPORTED_VERSIONS, vector(1, u16(0x0A0A, 0x0304, 0x0303)))
                    .put(ExtensionType.PADDING, new byte[50]);
        });
    }

    @Test
    void versions() {
        client("protocol_version", FULL, h -> h.put(ExtensionType.SUPPORTED_VERSIONS, vector(1, u16(0x0303, 0x0302))));
        client("protocol_version", FULL, h -> h.drop(ExtensionType.SUPPORTED_VERSIONS));
    }

    /** RFC 9001 8.4. */
    @Test
    void aSessionIdIsAProtocolViolationOfQuic() {
        for (int length : new int[] {1, 32}) {
            client("PROTOCOL_VIOLATION", FULL, h -> {
                h.sessionId = vector(1, new byte[length]);
                return h;
            });
        }
        client("decode_error", FULL, h -> {
            h.sessionId = vector(1, new byte[33]);
            return h;
        });
    }

    @Test
    void compression() {
        for (byte[] methods : List.of(bytes(1), bytes(0, 1), bytes(0, 0))) {
            client("illegal_parameter", FULL, h -> {
                h.compression = vector(1, methods);
                return h;
            });
        }
    }

    @Test
    void nothingInCommon() {
        client("handshake_failure", FULL, h -> {
            h.suites = vector(2, u16(0x1304, 0x1305));
            return h;
        });
        client("handshake_failure", FULL, h -> h.put(ExtensionType.SUPPORTED_GROUPS, vector(2, u16(0x001E, 0x0019))).put(ExtensionType.KEY_SHARE, vector(2)));
        client("handshake_failure", FULL, h -> h.put(ExtensionType.SIGNATURE_ALGORITHMS, vector(2, u16(0x0401, 0x0203, 0x0804))));
        client("no_application_protocol", FULL, h -> h.put(ExtensionType.ALPN, vector(2, vector(1, "h2".getBytes(StandardCharsets.US_ASCII)))));
        client("no_application_protocol", FULL, h -> h.drop(ExtensionType.ALPN)); // RFC 9001 8.1
    }

    /** RFC 8446 9.2, RFC 9001 8.2. */
    @Test
    void extensionsThatMustBeThere() {
        for (int type : new int[] {ExtensionType.SUPPORTED_GROUPS, ExtensionType.KEY_SHARE, ExtensionType.SIGNATURE_ALGORITHMS, ExtensionType.QUIC_TRANSPORT_PARAMETERS}) {
            client("missing_extension", FULL, h -> h.drop(type));
        }
        client("missing_extension", RESUMED, h -> h.drop(ExtensionType.PSK_KEY_EXCHANGE_MODES)); // 4.2.9
        client("none", FULL, h -> h.drop(ExtensionType.SERVER_NAME));
        client("none", FULL, h -> h.drop(ExtensionType.PSK_KEY_EXCHANGE_MODES));
        assertEquals(0x016D, TlsError.MISSING_EXTENSION);
    }

    /** RFC 8446 4.2. */
    @Test
    void extensionsThatStandTwice() {
        for (Extension extension : new Hello(FULL.bytesOf(false, HandshakeType.CLIENT_HELLO)).extensions) {
            client("illegal_parameter", FULL, h -> h.add(extension.type(), extension.data()));
        }
        client("illegal_parameter", FULL, h -> h.add(UNKNOWN, NOTHING).add(UNKNOWN, NOTHING));
    }

    @Test
    void extensionsOfOtherMessages() {
        client("illegal_parameter", FULL, h -> h.add(ExtensionType.OID_FILTERS, NOTHING));
        client("none", FULL, h -> h.add(ExtensionType.STATUS_REQUEST, bytes(1, 0, 0, 0, 0)));
    }

    @Test
    void moreExtensionsThanAnyoneSends() {
        int own = new Hello(FULL.bytesOf(false, HandshakeType.CLIENT_HELLO)).extensions.size();
        UnaryOperator<Hello> most = h -> {
            for (int i = 0; i < ExtensionBlock.MAX_EXTENSIONS - own; i++) {
                h.add(0x1000 + i, NOTHING);
            }
            return h;
        };
        client("none", FULL, most);
        client("illegal_parameter", FULL, h -> most.apply(h).add(0x2000, NOTHING));
    }

    /** RFC 8446 4.2.8. */
    @Test
    void keyShares() {
        Hello hello = new Hello(FULL.bytesOf(false, HandshakeType.CLIENT_HELLO));
        byte[] share = Arrays.copyOfRange(hello.data(ExtensionType.KEY_SHARE), 2, 38);
        client("illegal_parameter", FULL, h -> h.put(ExtensionType.KEY_SHARE, vector(2, share, share)));
        client("illegal_parameter", FULL, h -> h.put(ExtensionType.KEY_SHARE, vector(2, share, u16(0x001E), vector(2, new byte[56])))); // Not offered.
        client("illegal_parameter", FULL, h -> h.put(ExtensionType.KEY_SHARE, vector(2, u16(0x001D), vector(2, new byte[31]))));
        client("illegal_parameter", FULL, h -> h.put(ExtensionType.KEY_SHARE, vector(2, u16(0x001D), vector(2, new byte[33]))));
        client("illegal_parameter", FULL, h -> h.put(ExtensionType.KEY_SHARE, vector(2, u16(0x001D), vector(2, new byte[32])))); // 7.4.2: leads to zeros.
        byte[][] many = new byte[ClientHello.MAX_SHARES + 1][];
        int[] groups = new int[many.length];
        for (int i = 0; i < many.length; i++) {
            groups[i] = 0x2A2A + i;
            many[i] = join(u16(groups[i]), vector(2, new byte[1]));
        }
        client("illegal_parameter", FULL, h -> h.put(ExtensionType.SUPPORTED_GROUPS, vector(2, u16(groups))).put(ExtensionType.KEY_SHARE, vector(2, many)));
    }

    @Test
    void sharesThatAreNoPoints() {
        for (NamedGroup group : List.of(NamedGroup.SECP256R1, NamedGroup.SECP384R1)) {
            Recording recording = new Recording(TlsRig.clientSettings().withGroups(List.of(group), 1), TlsRig.serverSettings());
            byte[] good = Arrays.copyOfRange(new Hello(recording.bytesOf(false, HandshakeType.CLIENT_HELLO)).data(ExtensionType.KEY_SHARE), 6, 6 + group.clientShareBytes());
            byte[] offCurve = good.clone();
            offCurve[offCurve.length - 1] ^= 1;
            byte[] compressed = good.clone();
            compressed[0] = 2;
            byte[] outOfField = good.clone();
            Arrays.fill(outOfField, 1, 33, (byte) 0xFF);
            byte[] infinity = new byte[good.length];
            byte[] origin = new byte[good.length];
            origin[0] = 4;
            for (byte[] wrong : List.of(offCurve, compressed, outOfField, infinity, origin)) {
                client("illegal_parameter", recording, h -> h.put(ExtensionType.KEY_SHARE, vector(2, u16(group.code()), vector(2, wrong))));
                server("illegal_parameter", recording, h -> h.put(ExtensionType.KEY_SHARE, join(u16(group.code()), vector(2, wrong))));
            }
        }
    }

    /** FIPS 203 7.2: coefficients below q; and each half of the hybrid is judged. */
    @Test
    void sharesOfTheHybrid() {
        NamedGroup group = NamedGroup.X25519MLKEM768;
        Recording recording = new Recording(TlsRig.clientSettings().withGroups(List.of(group), 1), TlsRig.serverSettings());
        byte[] good = Arrays.copyOfRange(new Hello(recording.bytesOf(false, HandshakeType.CLIENT_HELLO)).data(ExtensionType.KEY_SHARE), 6, 6 + 1216);
        byte[] tooLarge = good.clone();
        Arrays.fill(tooLarge, 0, 3, (byte) 0xFF);
        byte[] zeroCurve = good.clone();
        Arrays.fill(zeroCurve, 1184, 1216, (byte) 0);
        for (byte[] wrong : List.of(tooLarge, zeroCurve, Arrays.copyOf(good, 1215), Arrays.copyOf(good, 1217))) {
            client("illegal_parameter", recording, h -> h.put(ExtensionType.KEY_SHARE, vector(2, u16(group.code()), vector(2, wrong))));
        }
        server("illegal_parameter", recording, h -> h.put(ExtensionType.KEY_SHARE, join(u16(group.code()), vector(2, new byte[1119]))));
        server("illegal_parameter", recording, h -> {
            byte[] answer = h.data(ExtensionType.KEY_SHARE);
            Arrays.fill(answer, answer.length - 32, answer.length, (byte) 0);
            return h.put(ExtensionType.KEY_SHARE, answer);
        });
    }

    /** RFC 6066 3. */
    @Test
    void serverNames() {
        byte[] name = join(bytes(0), vector(2, "a.test".getBytes(StandardCharsets.US_ASCII)));
        client("illegal_parameter", FULL, h -> h.put(ExtensionType.SERVER_NAME, vector(2, name, name)));
        client("illegal_parameter", FULL, h -> h.put(ExtensionType.SERVER_NAME, vector(2, bytes(1), vector(2, new byte[3]))));
        client("illegal_parameter", FULL, h -> h.put(ExtensionType.SERVER_NAME, vector(2, bytes(0), vector(2, bytes('a', 0, 'b')))));
        client("illegal_parameter", FULL, h -> h.put(ExtensionType.SERVER_NAME, vector(2, bytes(0), vector(2, bytes('a', 0xC3, 0xA4)))));
        byte[] longest = new byte[ClientHello.MAX_SERVER_NAME_BYTES + 1];
        Arrays.fill(longest, (byte) 'a');
        client("decode_error", FULL, h -> h.put(ExtensionType.SERVER_NAME, vector(2, bytes(0), vector(2, longest))));
        client("none", FULL, h -> h.put(ExtensionType.SERVER_NAME, vector(2, bytes(0), vector(2, Arrays.copyOf(longest, longest.length - 1)))));
    }

    @Test
    void transportParametersThatQuicRefuses() {
        for (boolean client : new boolean[] {true, false}) {
            TlsRig.Told told = new TlsRig.Told();
            told.parametersError = 8;
            int type = client ? HandshakeType.ENCRYPTED_EXTENSIONS : HandshakeType.CLIENT_HELLO;
            List<Recording.Message> said = client ? FULL.ofServer : FULL.ofClient;
            int number = Recording.find(said, type);
            assertEquals(8, Recording.give(FULL.before(client, number, told), said.get(number).level(), said.get(number).bytes()));
        }
    }

    // ---- tickets ----

    @Test
    void preSharedKeys() {
        client("none", RESUMED, h -> h);
        // 4.2.11: the last extension.
        client("illegal_parameter", RESUMED, h -> {
            h.extensions.add(h.extensions.removeFirst());
            return h;
        });
        byte[] own = new Hello(RESUMED.bytesOf(false, HandshakeType.CLIENT_HELLO)).data(ExtensionType.PRE_SHARED_KEY);
        int identities = 2 + Wire.number(own, 0, 2);
        byte[] list = Arrays.copyOfRange(own, 2, identities);
        byte[] binder = Arrays.copyOfRange(own, identities + 2, own.length);
        client("illegal_parameter", RESUMED, h -> h.put(ExtensionType.PRE_SHARED_KEY, join(vector(2, list), vector(2, binder, binder))));
        client("illegal_parameter", RESUMED, h -> h.put(ExtensionType.PRE_SHARED_KEY, join(vector(2, list, list), vector(2, binder))));
        client("decode_error", RESUMED, h -> h.put(ExtensionType.PRE_SHARED_KEY, join(vector(2, list), vector(2, vector(1, new byte[31])))));
        // 4.2.11: a binder that is wrong, or too long, ends it; a ticket that is not ours is ignored.
        client("decrypt_error", RESUMED, h -> h.put(ExtensionType.PRE_SHARED_KEY, join(vector(2, list), vector(2, vector(1, new byte[32])))));
        client("decrypt_error", RESUMED, h -> h.put(ExtensionType.PRE_SHARED_KEY, join(vector(2, list), vector(2, vector(1, new byte[48])))));
        client("none", RESUMED, h -> h.put(ExtensionType.PRE_SHARED_KEY, join(vector(2, vector(2, new byte[200]), new byte[4]), vector(2, vector(1, new byte[32])))));
        client("none", RESUMED, h -> h.put(ExtensionType.PRE_SHARED_KEY, join(vector(2, vector(2, new byte[1]), new byte[4]), vector(2, vector(1, new byte[32])))));
        // 4.2.9: without psk_dhe_ke among the modes it is a full handshake.
        client("none", RESUMED, h -> h.put(ExtensionType.PSK_KEY_EXCHANGE_MODES, bytes(1, 0)));
        // 4.2.3: and that needs signatures.
        client("missing_extension", RESUMED, h -> h.put(ExtensionType.PSK_KEY_EXCHANGE_MODES, bytes(1, 0)).drop(ExtensionType.SIGNATURE_ALGORITHMS));
    }

    /** The binder covers all that is before it: nothing of a resumed ClientHello can be changed. */
    @Test
    void whatABinderCovers() {
        client("decrypt_error", RESUMED, h -> h.add(UNKNOWN, NOTHING));
        client("decrypt_error", RESUMED, h -> h.drop(ExtensionType.EARLY_DATA));
        client("decrypt_error", RESUMED, h -> h.put(ExtensionType.QUIC_TRANSPORT_PARAMETERS, bytes(1, 1, 1)));
    }

    // ---- the second ClientHello ----

    private static void second(String expected, UnaryOperator<Hello> change) {
        byte[] hello = change.apply(new Hello(RETRIED.ofClient.get(1).bytes())).encode();
        assertEquals(expected, TlsError.name(Recording.give(RETRIED.before(false, 1), EncryptionLevel.INITIAL, hello)));
    }

    /** RFC 8446 4.1.2. */
    @Test
    void theSecondClientHelloIsTheFirstButForTheShare() {
        second("none", h -> h);
        second("illegal_parameter", h -> h.add(ExtensionType.EARLY_DATA, NOTHING));
        second("illegal_parameter", h -> {
            h.random[0] ^= 1;
            return h;
        });
        second("illegal_parameter", h -> h.put(ExtensionType.SERVER_NAME, vector(2, bytes(0), vector(2, bytes('a')))));
        second("illegal_parameter", h -> {
            h.suites = vector(2, u16(0x1302));
            return h;
        });
        second("illegal_parameter", h -> h.put(ExtensionType.KEY_SHARE, new Hello(RETRIED.ofClient.get(0).bytes()).data(ExtensionType.KEY_SHARE)));
        second("illegal_parameter", h -> h.put(ExtensionType.KEY_SHARE, vector(2)));
        byte[] right = Arrays.copyOfRange(new Hello(RETRIED.ofClient.get(1).bytes()).data(ExtensionType.KEY_SHARE), 2, 38);
        second("illegal_parameter", h -> h.put(ExtensionType.KEY_SHARE, vector(2, right, u16(0x0017), vector(2, new byte[65]))));
        second("illegal_parameter", h -> h.drop(ExtensionType.ALPN));
        second("missing_extension", h -> h.drop(ExtensionType.QUIC_TRANSPORT_PARAMETERS));
    }

    // ---- ServerHello ----

    @Test
    void serverHellos() {
        server("none", FULL, h -> h);
        server("protocol_version", FULL, h -> h.drop(ExtensionType.SUPPORTED_VERSIONS));
        server("illegal_parameter", FULL, h -> h.put(ExtensionType.SUPPORTED_VERSIONS, u16(0x0303))); // 4.2.1
        server("illegal_parameter", FULL, h -> h.put(ExtensionType.SUPPORTED_VERSIONS, u16(0x0305)));
        server("decode_error", FULL, h -> h.put(ExtensionType.SUPPORTED_VERSIONS, bytes(3)));
        server("missing_extension", FULL, h -> h.drop(ExtensionType.KEY_SHARE));
        server("unsupported_extension", FULL, h -> h.add(UNKNOWN, NOTHING));
        server("unsupported_extension", FULL, h -> h.add(ExtensionType.PRE_SHARED_KEY, u16(0)));
        server("illegal_parameter", FULL, h -> h.add(ExtensionType.KEY_SHARE, NOTHING));
        server("illegal_parameter", FULL, h -> h.add(ExtensionType.ALPN, NOTHING)); // Known, but of another message.
        server("illegal_parameter", FULL, h -> h.add(ExtensionType.COOKIE, vector(2, new byte[1])));
        for (int suite : new int[] {0x1304, 0xC02B, 0x0000}) {
            server("illegal_parameter", FULL, h -> {
                h.suites = u16(suite);
                return h;
            });
        }
        server("illegal_parameter", FULL, h -> {
            h.compression = bytes(1);
            return h;
        });
        server("illegal_parameter", FULL, h -> {
            h.sessionId = vector(1, new byte[32]); // 4.1.3: the echo of none.
            return h;
        });
    }

    @Test
    void sharesOfServers() {
        server("illegal_parameter", FULL, h -> h.put(ExtensionType.KEY_SHARE, join(u16(0x0017), vector(2, new byte[65])))); // No share was sent for it.
        server("illegal_parameter", FULL, h -> h.put(ExtensionType.KEY_SHARE, join(u16(0x6A6A), vector(2, new byte[65]))));
        server("illegal_parameter", FULL, h -> h.put(ExtensionType.KEY_SHARE, join(u16(0x001D), vector(2, new byte[31]))));
        server("illegal_parameter", FULL, h -> h.put(ExtensionType.KEY_SHARE, join(u16(0x001D), vector(2, new byte[32]))));
    }

    @Test
    void ticketsThatServersChoose() {
        server("none", RESUMED, h -> h);
        server("illegal_parameter", RESUMED, h -> h.put(ExtensionType.PRE_SHARED_KEY, u16(1)));
        server("decode_error", RESUMED, h -> h.put(ExtensionType.PRE_SHARED_KEY, bytes(0)));
        server("illegal_parameter", RESUMED, h -> {
            h.suites = u16(0x1302); // 4.2.11: another hash.
            return h;
        });
        server("missing_extension", RESUMED, h -> h.drop(ExtensionType.KEY_SHARE)); // psk_ke was not offered.
    }

    @Test
    void helloRetryRequests() {
        UnaryOperator<Hello> plain = h -> {
            h.random = Handshake.RETRY_RANDOM.clone();
            h.extensions.clear();
            return h.put(ExtensionType.SUPPORTED_VERSIONS, u16(0x0304));
        };
        server("illegal_parameter", FULL, plain); // 4.1.4: it changes nothing.
        server("none", FULL, h -> plain.apply(h).put(ExtensionType.KEY_SHARE, u16(0x0017)));
        server("none", FULL, h -> plain.apply(h).put(ExtensionType.COOKIE, vector(2, new byte[1])));
        server("none", FULL, h -> plain.apply(h).put(ExtensionType.COOKIE, vector(2, new byte[4_000])));
        server("decode_error", FULL, h -> plain.apply(h).put(ExtensionType.COOKIE, vector(2)));
        server("illegal_parameter", FULL, h -> plain.apply(h).put(ExtensionType.KEY_SHARE, u16(0x001D))); // 4.2.8: its share is there.
        server("illegal_parameter", FULL, h -> plain.apply(h).put(ExtensionType.KEY_SHARE, u16(0x11EC))); // Not offered.
        server("decode_error", FULL, h -> plain.apply(h).put(ExtensionType.KEY_SHARE, bytes(0)));
        server("unsupported_extension", FULL, h -> plain.apply(h).put(UNKNOWN, NOTHING));
        server("illegal_parameter", FULL, h -> plain.apply(h).put(ExtensionType.PRE_SHARED_KEY, u16(0)));
    }

    @Test
    void afterAHelloRetryRequest() {
        byte[] again = RETRIED.ofServer.getFirst().bytes();
        assertEquals("unexpected_message", TlsError.name(Recording.give(RETRIED.before(true, 1), EncryptionLevel.INITIAL, again))); // 4.1.4
        Hello hello = new Hello(RETRIED.ofServer.get(1).bytes());
        hello.suites = u16(0x1302);
        assertEquals("illegal_parameter", TlsError.name(Recording.give(RETRIED.before(true, 1), EncryptionLevel.INITIAL, hello.encode())));
        hello = new Hello(RETRIED.ofServer.get(1).bytes());
        hello.put(ExtensionType.KEY_SHARE, join(u16(0x0017), vector(2, new byte[65]))); // The first share is no more.
        assertEquals("illegal_parameter", TlsError.name(Recording.give(RETRIED.before(true, 1), EncryptionLevel.INITIAL, hello.encode())));
    }

    @Test
    void theCookieComesBack() {
        Hello retry = new Hello(FULL.bytesOf(true, HandshakeType.SERVER_HELLO));
        retry.random = Handshake.RETRY_RANDOM.clone();
        retry.extensions.clear();
        byte[] cookie = vector(2, bytes(1, 2, 3, 4, 5));
        retry.put(ExtensionType.SUPPORTED_VERSIONS, u16(0x0304)).put(ExtensionType.COOKIE, cookie);
        TlsRig.Told told = new TlsRig.Told();
        TlsEngine client = FULL.before(true, 0, told);
        Hello first = new Hello(told.take(EncryptionLevel.INITIAL));
        assertEquals(0, Recording.give(client, EncryptionLevel.INITIAL, retry.encode()));
        Hello second = new Hello(told.take(EncryptionLevel.INITIAL));
        assertEquals(Arrays.toString(cookie), Arrays.toString(second.data(ExtensionType.COOKIE)));
        assertEquals(Arrays.toString(first.encode()), Arrays.toString(second.drop(ExtensionType.COOKIE).encode()));
    }

    // ---- EncryptedExtensions ----

    private static void encrypted(String expected, Recording recording, UnaryOperator<List<Extension>> change) {
        List<Extension> extensions = Wire.extensions(recording.bytesOf(true, HandshakeType.ENCRYPTED_EXTENSIONS), 4);
        byte[] message = Wire.message(HandshakeType.ENCRYPTED_EXTENSIONS, Wire.block(change.apply(extensions)));
        assertEquals(expected, recording.outcome(true, HandshakeType.ENCRYPTED_EXTENSIONS, message));
    }

    private static UnaryOperator<List<Extension>> adding(int type, byte[] data) {
        return extensions -> {
            List<Extension> more = new ArrayList<>(extensions);
            more.removeIf(e -> e.type() == type);
            more.add(new Extension(type, data));
            return more;
        };
    }

    private static UnaryOperator<List<Extension>> dropping(int type) {
        return extensions -> extensions.stream().filter(e -> e.type() != type).toList();
    }

    @Test
    void encryptedExtensions() {
        encrypted("none", FULL, e -> e);
        encrypted("missing_extension", FULL, dropping(ExtensionType.QUIC_TRANSPORT_PARAMETERS)); // RFC 9001 8.2
        encrypted("no_application_protocol", FULL, dropping(ExtensionType.ALPN)); // RFC 9001 8.1
        encrypted("illegal_parameter", FULL, adding(ExtensionType.ALPN, vector(2, vector(1, bytes('h', '2')))));
        encrypted("illegal_parameter", FULL, adding(ExtensionType.ALPN, vector(2, vector(1, bytes('h', '3')), vector(1, bytes('h', '3')))));
        encrypted("none", FULL, adding(ExtensionType.SERVER_NAME, NOTHING));
        encrypted("decode_error", FULL, adding(ExtensionType.SERVER_NAME, bytes(0)));
        encrypted("none", FULL, adding(ExtensionType.SUPPORTED_GROUPS, vector(2, u16(0x11EC, 0x001D)))); // 4.2.7: for the next time.
        encrypted("decode_error", FULL, adding(ExtensionType.SUPPORTED_GROUPS, vector(2, bytes(0))));
        encrypted("unsupported_extension", FULL, adding(UNKNOWN, NOTHING));
        encrypted("unsupported_extension", FULL, adding(ExtensionType.MAX_FRAGMENT_LENGTH, bytes(1)));
        encrypted("unsupported_extension", FULL, adding(ExtensionType.EARLY_DATA, NOTHING));
        encrypted("illegal_parameter", FULL, adding(ExtensionType.KEY_SHARE, NOTHING));
        encrypted("illegal_parameter", FULL, adding(ExtensionType.SUPPORTED_VERSIONS, u16(0x0304)));
        encrypted("illegal_parameter", FULL, e -> {
            List<Extension> twice = new ArrayList<>(e);
            twice.addAll(e);
            return twice;
        });
        encrypted("none", RESUMED, e -> e);
        encrypted("none", RESUMED, dropping(ExtensionType.EARLY_DATA));
        encrypted("decode_error", RESUMED, adding(ExtensionType.EARLY_DATA, bytes(0)));
    }

    // ---- certificates ----

    private static String certificate(boolean client, byte[] body) {
        return FULL.outcome(client, HandshakeType.CERTIFICATE, Wire.message(HandshakeType.CERTIFICATE, body));
    }

    @Test
    void certificates() throws GeneralSecurityException {
        byte[] der = TlsRig.issued(Kind.EC_P256).certificate().getEncoded();
        byte[] entry = join(vector(3, der), vector(2));
        for (boolean client : new boolean[] {true, false}) {
            assertEquals("none", certificate(client, join(vector(1), vector(3, entry))));
            assertEquals("none", certificate(client, join(vector(1), vector(3, entry, entry, entry))));
            assertEquals("illegal_parameter", certificate(client, join(vector(1, bytes(1)), vector(3, entry))));
            assertEquals("decode_error", certificate(client, join(vector(1), vector(3, vector(3), vector(2)))));
            assertEquals("bad_certificate", certificate(client, join(vector(1), vector(3, vector(3, bytes(0x30, 0)), vector(2)))));
            assertEquals("bad_certificate", certificate(client, join(vector(1), vector(3, vector(3, new byte[500]), vector(2)))));
            assertEquals("bad_certificate", certificate(client, join(vector(1), vector(3, vector(3, Arrays.copyOf(der, der.length + 1)), vector(2)))));
            byte[] pem = TestCertificates.pem("CERTIFICATE", der).getBytes(StandardCharsets.US_ASCII);
            assertEquals("bad_certificate", certificate(client, join(vector(1), vector(3, vector(3, pem), vector(2)))));
            assertEquals("bad_certificate", certificate(client, join(vector(1), vector(3, vector(3, Arrays.copyOf(der, der.length - 1)), vector(2)))));
            assertEquals("bad_certificate", certificate(client, join(vector(1), vector(3, entry, vector(3, new byte[9]), vector(2)))));
            assertEquals("unsupported_extension", certificate(client, join(vector(1), vector(3, vector(3, der), Wire.block(List.of(new Extension(UNKNOWN, NOTHING)))))));
            assertEquals("unsupported_extension", certificate(client, join(vector(1), vector(3, vector(3, der), Wire.block(List.of(new Extension(ExtensionType.STATUS_REQUEST, NOTHING)))))));
            assertEquals("illegal_parameter", certificate(client, join(vector(1), vector(3, vector(3, der), Wire.block(List.of(new Extension(ExtensionType.ALPN, NOTHING)))))));
        }
        assertEquals("decode_error", certificate(true, join(vector(1), vector(3)))); // 4.4.2.4
        assertEquals("certificate_required", certificate(false, join(vector(1), vector(3))));
    }

    @Test
    void chainsAreBounded() throws GeneralSecurityException {
        byte[] entry = join(vector(3, TlsRig.issued(Kind.EC_P256).certificate().getEncoded()), vector(2));
        for (boolean client : new boolean[] {true, false}) {
            byte[][] most = new byte[HandshakeType.MAX_CHAIN][];
            Arrays.fill(most, entry);
            assertEquals("none", certificate(client, join(vector(1), vector(3, most))));
            byte[][] more = new byte[HandshakeType.MAX_CHAIN + 1][];
            Arrays.fill(more, entry);
            assertEquals("bad_certificate", certificate(client, join(vector(1), vector(3, more))));
        }
    }

    @Test
    void theJudgeHasTheLastWord() {
        TlsClientSettings refusing = new TlsClientSettings(TlsRig.NAME, _ -> TlsError.CERTIFICATE_REVOKED, TlsRig.PROTOCOLS);
        assertEquals("certificate_revoked", TlsError.name(new TlsRig(refusing, TlsRig.serverSettings()).run()));
        TlsServerSettings server = TlsRig.serverSettings().withClients(TlsServerSettings.ClientAuthentication.REQUESTED, _ -> TlsError.CERTIFICATE_EXPIRED, List.of());
        assertEquals("certificate_expired", TlsError.name(new TlsRig(TlsRig.clientSettings().withCredentials(TlsRig.credentials(Kind.RSA_2048)), server).run()));
        assertEquals("none", TlsError.name(new TlsRig(TlsRig.clientSettings(), server).run()));
    }

    @Test
    void certificateRequests() {
        Extension schemes = new Extension(ExtensionType.SIGNATURE_ALGORITHMS, vector(2, u16(0x0403)));
        record Case(String expected, byte[] body) {
        }
        for (Case one : List.of(new Case("none", join(vector(1), Wire.block(List.of(schemes)))), new Case("none", join(vector(1), Wire.block(List.of(schemes, new Extension(UNKNOWN, NOTHING))))),
                new Case("missing_extension", join(vector(1), Wire.block(List.of()))), new Case("illegal_parameter", join(vector(1, bytes(7)), Wire.block(List.of(schemes)))),
                new Case("illegal_parameter", join(vector(1), Wire.block(List.of(schemes, schemes)))),
                new Case("illegal_parameter", join(vector(1), Wire.block(List.of(schemes, new Extension(ExtensionType.KEY_SHARE, NOTHING))))),
                new Case("none", join(vector(1), Wire.block(List.of(schemes, new Extension(ExtensionType.OID_FILTERS, vector(2)))))),
                new Case("decode_error", join(vector(1), Wire.block(List.of(schemes, new Extension(ExtensionType.CERTIFICATE_AUTHORITIES, vector(2)))))))) {
            assertEquals(one.expected, FULL.outcome(true, HandshakeType.CERTIFICATE_REQUEST, Wire.message(HandshakeType.CERTIFICATE_REQUEST, one.body)));
        }
    }

    @Test
    void signatures() {
        for (boolean client : new boolean[] {true, false}) {
            byte[] own = FULL.bytesOf(client, HandshakeType.CERTIFICATE_VERIFY);
            byte[] signature = Arrays.copyOfRange(own, 8, own.length);
            for (int scheme : new int[] {0x0401, 0x0503, 0x0804, 0x0807, 0x0201, 0x0000}) { // For certificates alone, for other keys, never offered.
                assertEquals("illegal_parameter", verify(client, join(u16(scheme), vector(2, signature))));
            }
            assertEquals("none", verify(client, join(u16(0x0403), vector(2, signature))));
            byte[] wrong = signature.clone();
            wrong[wrong.length - 1] ^= 1;
            assertEquals("decrypt_error", verify(client, join(u16(0x0403), vector(2, wrong))));
            assertEquals("decrypt_error", verify(client, join(u16(0x0403), vector(2))));
            assertEquals("decrypt_error", verify(client, join(u16(0x0403), vector(2, new byte[2_000]))));
            assertEquals("decrypt_error", verify(client, join(u16(0x0403), vector(2, signature, new byte[1]))));
            byte[] others = FULL.bytesOf(!client, HandshakeType.CERTIFICATE_VERIFY); // 4.4.3: the context tells the sides apart.
            assertEquals("decrypt_error", verify(client, Arrays.copyOfRange(others, 4, others.length)));
        }
    }

    /** RFC 8446 4.4.3, worded anew: 64 spaces, the words of the side, a zero, the hash of all messages before. */
    @Test
    void whatIsSigned() throws GeneralSecurityException {
        for (boolean ofServer : new boolean[] {true, false}) {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            hash.update(FULL.ofClient.getFirst().bytes());
            for (Recording.Message message : FULL.ofServer) {
                if (ofServer && message.type() == HandshakeType.CERTIFICATE_VERIFY || message.level() == EncryptionLevel.APPLICATION) {
                    break;
                }
                hash.update(message.bytes());
            }
            if (!ofServer) {
                hash.update(FULL.bytesOf(false, HandshakeType.CERTIFICATE));
            }
            String words = " ".repeat(64) + "TLS 1.3, " + (ofServer ? "server" : "client") + " CertificateVerify\0";
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(TlsRig.issued(Kind.EC_P256).certificate());
            signature.update(words.getBytes(StandardCharsets.US_ASCII));
            signature.update(hash.digest());
            byte[] own = FULL.bytesOf(ofServer, HandshakeType.CERTIFICATE_VERIFY);
            assertEquals(true, signature.verify(own, 8, own.length - 8));
        }
    }

    private static String verify(boolean client, byte[] body) {
        return FULL.outcome(client, HandshakeType.CERTIFICATE_VERIFY, Wire.message(HandshakeType.CERTIFICATE_VERIFY, body));
    }

    @Test
    void finished() {
        for (Recording recording : List.of(FULL, RESUMED, RETRIED)) {
            for (boolean client : new boolean[] {true, false}) {
                byte[] own = recording.bytesOf(client, HandshakeType.FINISHED);
                for (int at = 4; at < own.length; at++) {
                    byte[] wrong = own.clone();
                    wrong[at] ^= 0x10;
                    assertEquals("decrypt_error", recording.outcome(client, HandshakeType.FINISHED, wrong));
                }
                assertEquals("decode_error", recording.outcome(client, HandshakeType.FINISHED, Wire.message(HandshakeType.FINISHED, new byte[48])));
            }
        }
    }
}
