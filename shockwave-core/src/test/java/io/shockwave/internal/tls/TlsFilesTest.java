package io.shockwave.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Tls;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.internal.testing.TestCertificates.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading certificates and keys, in all their shapes, with what is said of bad ones; and reading them again. */
final class TlsFilesTest {
    private static final TestCertificates CA = TestCertificates.authority("Test CA");
    private static final Issued EC = CA.issue(Kind.EC_P256, "localhost");
    private static final Issued RSA = CA.issue(Kind.RSA_2048, "localhost");

    @TempDir
    Path folder;
    private TlsConfig client;

    @BeforeEach
    void trust() throws IOException {
        client = TlsConfig.trusting(CA.write(folder.resolve("ca.pem")));
    }

    private Path file(String name, String... blocks) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("", blocks));
    }

    private static void assertServes(TlsConfig client, Tls server) {
        TlsPair pair = TlsPair.of(client, "localhost", TlsConfig.of(server)).run();
        assertTrue(pair.client.tls.isOpen() && pair.server.tls.isOpen(), pair::describe);
    }

    private static String messageOf(Executable reading) {
        return assertThrows(IOException.class, reading).getMessage();
    }

    private static byte[] inside(PrivateKey key) throws IOException {
        return PrivateKeyInfo.getInstance(key.getEncoded()).parsePrivateKey().toASN1Primitive().getEncoded();
    }

    // ---- shapes ----

    @Test
    void readsPkcs1() throws IOException {
        assertServes(client, Tls.pem(RSA.writeChain(folder.resolve("c")), file("k", TestCertificates.pem("RSA PRIVATE KEY", inside(RSA.key())))));
    }

    @Test
    void readsSec1WithItsCurveInsideAndBefore() throws IOException {
        Path chain = EC.writeChain(folder.resolve("c"));
        String before = TestCertificates.pem("EC PARAMETERS", SECObjectIdentifiers.secp256r1.getEncoded());
        byte[] withoutCurve = new org.bouncycastle.asn1.sec.ECPrivateKey(256, ((ECPrivateKey) EC.key()).getS()).getEncoded();
        byte[] withCurve = new org.bouncycastle.asn1.sec.ECPrivateKey(256, ((ECPrivateKey) EC.key()).getS(), SECObjectIdentifiers.secp256r1).getEncoded();
        assertServes(client, Tls.pem(chain, file("a", TestCertificates.pem("EC PRIVATE KEY", withCurve))));
        assertServes(client, Tls.pem(chain, file("b", before, TestCertificates.pem("EC PRIVATE KEY", withoutCurve))));
        Path none = file("n", TestCertificates.pem("EC PRIVATE KEY", withoutCurve));
        assertTrue(messageOf(() -> Tls.pem(chain, none)).contains("does not tell its curve"));
    }

    @ParameterizedTest
    @CsvSource({"PBEWithHmacSHA256AndAES_256,1.2.840.113549.1.5.13", "PBEWithHmacSHA1AndAES_128,1.2.840.113549.1.5.13", "PBEWithSHA1AndDESede,1.2.840.113549.1.12.1.3"})
    void readsEncryptedPkcs8WithItsPasswordOnly(String cipherName, String oid) throws Exception {
        Cipher cipher = Cipher.getInstance(cipherName);
        cipher.init(Cipher.ENCRYPT_MODE, SecretKeyFactory.getInstance(cipherName).generateSecret(new PBEKeySpec("secret".toCharArray())));
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid), ASN1Primitive.fromByteArray(cipher.getParameters().getEncoded()));
        byte[] der = new EncryptedPrivateKeyInfo(algorithm, cipher.doFinal(EC.key().getEncoded())).getEncoded();
        Path chain = EC.writeChain(folder.resolve("c"));
        Path key = file("k", TestCertificates.pem("ENCRYPTED PRIVATE KEY", der));
        assertServes(client, Tls.pem(chain, key, "secret".toCharArray()));
        assertTrue(messageOf(() -> Tls.pem(chain, key, "wrong".toCharArray())).contains(key + ": its private key cannot be decrypted"));
        assertTrue(messageOf(() -> Tls.pem(chain, key)).contains("no password is given; one without a password is made with: openssl pkey -in " + key + " -out NEW"));
    }

    @Test
    void readsOneFileWithEverythingAndTextBetween() throws IOException {
        Path chain = CA.intermediate("Middle").issue(Kind.EC_P256, "localhost").writeChain(folder.resolve("c"));
        Issued deep = CA.intermediate("Middle").issue(Kind.EC_P256, "localhost");
        String text = "subject: test\r\n" + TestCertificates.pem("PRIVATE KEY", deep.key().getEncoded()).replace("\n", "\r\n") + "\r\nBag Attributes\r\n"
                + Files.readString(deep.writeChain(chain)).replace("\n", "\r\n");
        Path all = file("all.pem", text);
        assertServes(client, Tls.pem(all, all));
    }

    @Test
    void readsPkcs12() throws IOException {
        Path store = EC.writePkcs12(folder.resolve("s.p12"), "secret".toCharArray());
        assertServes(client, Tls.pkcs12(store, "secret".toCharArray()));
        assertTrue(messageOf(() -> Tls.pkcs12(store, "wrong".toCharArray())).equals(store + ": the password is wrong"));
        Path junk = file("junk.p12", "no store at all");
        assertTrue(messageOf(() -> Tls.pkcs12(junk, new char[0])).contains(junk + " is not a PKCS#12 file"));
    }

    @Test
    void readsAnAnchorInDer() throws Exception {
        Path der = Files.write(folder.resolve("ca.der"), CA.certificate().getEncoded());
        assertServes(TlsConfig.trusting(der), Tls.pem(EC.writeChain(folder.resolve("c")), EC.writeKey(folder.resolve("k"))));
    }

    @Test
    void takesAnExpiredCertificateBecausePeersDecide() throws IOException {
        Issued old = CA.sign(new Request(Kind.EC_P256).hosts("localhost").expired());
        Tls.pem(old.writeChain(folder.resolve("c")), old.writeKey(folder.resolve("k")));
    }

    // ---- what is said of bad ones ----

    @Test
    void saysWhichFileIsMissing() throws IOException {
        Path chain = EC.writeChain(folder.resolve("c"));
        Path none = folder.resolve("none.key");
        assertEquals(none + " does not exist", messageOf(() -> Tls.pem(chain, none)));
        assertEquals(none + " does not exist", messageOf(() -> Tls.trusting(none)));
        assertEquals(folder + " is a folder, not a file", messageOf(() -> Tls.pem(folder, none)));
    }

    @Test
    void saysThatKeyAndCertificateDoNotBelongTogether() throws IOException {
        Path chain = EC.writeChain(folder.resolve("c.pem"));
        for (Issued other : new Issued[] {CA.issue(Kind.EC_P256, "localhost"), CA.issue(Kind.EC_P384, "localhost"), RSA, CA.issue(Kind.ED25519, "localhost")}) {
            Path key = other.writeKey(folder.resolve("k.pem"));
            String message = messageOf(() -> Tls.pem(chain, key));
            assertTrue(message.contains("the private key in " + key + " does not belong to the certificate in " + chain), message);
        }
    }

    @Test
    void saysThatTheChainIsInTheWrongOrder() throws IOException {
        Path chain = file("c.pem", TestCertificates.pem("CERTIFICATE", der(CA.certificate())), TestCertificates.pem("CERTIFICATE", der(EC.certificate())));
        Path key = EC.writeKey(folder.resolve("k.pem"));
        assertTrue(messageOf(() -> Tls.pem(chain, key)).contains("belongs to certificate number 2 of the chain; that one must come first"));
    }

    @Test
    void saysWhatStandsInTheFileInstead() throws IOException {
        Path chain = EC.writeChain(folder.resolve("c.pem"));
        Path key = EC.writeKey(folder.resolve("k.pem"));
        assertTrue(messageOf(() -> Tls.pem(key, key)).contains(key + " holds no certificate (no BEGIN CERTIFICATE line); it holds PRIVATE KEY"));
        assertTrue(messageOf(() -> Tls.pem(chain, chain)).contains(chain + " holds no private key (no BEGIN PRIVATE KEY line); it holds CERTIFICATE"));
        Path text = file("t", "hello");
        assertTrue(messageOf(() -> Tls.trusting(text)).contains("it is not a PEM file"));
    }

    @Test
    void saysThatAFileIsCutOrDamaged() throws IOException {
        Path chain = EC.writeChain(folder.resolve("c.pem"));
        String whole = Files.readString(chain);
        Path cut = file("cut", whole.substring(0, whole.length() / 2));
        assertTrue(messageOf(() -> Tls.trusting(cut)).contains(cut + " is cut"));
        Path noBase64 = file("b", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
        assertTrue(messageOf(() -> Tls.trusting(noBase64)).contains("its CERTIFICATE is not base64"));
        Path noDer = file("d", TestCertificates.pem("CERTIFICATE", new byte[40]));
        assertTrue(messageOf(() -> Tls.trusting(noDer)).contains(noDer + ": certificate number 1 cannot be read"));
        Path noKey = file("k", TestCertificates.pem("PRIVATE KEY", new byte[40]));
        assertTrue(messageOf(() -> Tls.pem(chain, noKey)).contains("damaged or of a kind"));
        Path old = file("o", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        assertTrue(messageOf(() -> Tls.pem(chain, old)).contains("openssl pkcs8 -topk8"));
    }

    @Test
    void readsFilesUpToFourMebibytesAndNoLarger() throws IOException {
        String certificate = Files.readString(EC.writeChain(folder.resolve("c.pem")));
        Path exactly = file("e", certificate, " ".repeat(PemFile.MAX_BYTES - certificate.length()));
        Tls.trusting(exactly);
        Path more = file("m", certificate, " ".repeat(PemFile.MAX_BYTES - certificate.length() + 1));
        assertTrue(messageOf(() -> Tls.trusting(more)).contains("too many"));
    }

    @Test
    void everyPartOfADamagedEcKeyIsAnIoException() throws IOException {
        Path chain = EC.writeChain(folder.resolve("c.pem"));
        byte[] good = new org.bouncycastle.asn1.sec.ECPrivateKey(256, ((ECPrivateKey) EC.key()).getS(), SECObjectIdentifiers.secp256r1).getEncoded();
        for (int i = 0; i < good.length; i++) {
            for (int value : new int[] {0, 0x7F, 0x80, 0x82, 0xFF}) {
                byte[] bad = good.clone();
                bad[i] = (byte) value;
                Path key = file("k.pem", TestCertificates.pem("EC PRIVATE KEY", bad));
                try {
                    Tls.pem(chain, key);
                } catch (IOException e) {
                    assertTrue(e.getMessage().contains(key.toString()), e.getMessage());
                }
            }
        }
    }

    private static byte[] der(java.security.cert.X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    // ---- reading again ----

    private Tls site(Issued issued) throws IOException {
        return Tls.pem(issued.writeChain(folder.resolve("site.pem")), issued.writeKey(folder.resolve("site.key")));
    }

    @Test
    void aReloadServesTheNewCertificateAndLeavesOpenConnectionsAlone() throws IOException {
        Tls tls = site(EC);
        String before = tls.fingerprint();
        TlsPair open = TlsPair.of(client, "localhost", TlsConfig.of(tls)).run();
        site(RSA);
        tls.reload();
        assertNotEquals(before, tls.fingerprint());
        open.client.send(new byte[1000]);
        open.run();
        assertEquals(1000, open.server.got.size(), "the old connection goes on");
        TlsPair fresh = TlsPair.of(TlsConfig.trusting(folder.resolve("ca.pem")), "localhost", TlsConfig.of(tls)).run();
        assertTrue(fresh.client.tls.isOpen(), fresh::describe);
    }

    @Test
    void aBadNewFileLeavesTheOldInForceAndSaysWhy() throws IOException {
        Tls tls = site(EC);
        String before = tls.fingerprint();
        RSA.writeChain(folder.resolve("site.pem"));
        assertTrue(messageOf(tls::reload).contains("does not belong"));
        assertEquals(before, tls.fingerprint());
        assertServes(client, tls);
        Files.delete(folder.resolve("site.pem"));
        assertTrue(messageOf(tls::reload).contains("does not exist"));
        assertServes(client, tls);
    }

    @Test
    void reloadIfChangedReadsOnlyWhatChangedAndReportsABadStateOnce() throws IOException {
        Tls tls = site(EC).and(Tls.trusting(folder.resolve("ca.pem"))).onlyTls13();
        String before = tls.fingerprint();
        assertFalse(tls.reloadIfChanged());
        RSA.writeChain(folder.resolve("site.pem"));
        assertThrows(IOException.class, tls::reloadIfChanged);
        assertFalse(tls.reloadIfChanged(), "the same bad state is not tried again");
        RSA.writeKey(folder.resolve("site.key"));
        assertTrue(tls.reloadIfChanged());
        assertNotEquals(before, tls.fingerprint());
    }

    @Test
    void aReloadTakesNewAnchors() throws IOException {
        TestCertificates next = TestCertificates.authority("Next CA");
        Tls server = site(next.issue(Kind.EC_P256, "localhost"));
        assertTrue(TlsPair.of(client, "localhost", TlsConfig.of(server)).run().client.tls.isFailed());
        next.write(folder.resolve("ca.pem"));
        client.reload();
        assertServes(client, server);
    }

    @Test
    void aWatchReloadsReportsAndEnds() throws Exception {
        Tls tls = site(EC);
        String before = tls.fingerprint();
        BlockingQueue<IOException> errors = new ArrayBlockingQueue<>(10);
        Tls.Watch watch = tls.watch(Duration.ofMillis(5), errors::add);
        Files.writeString(folder.resolve("site.pem"), "junk");
        IOException error = errors.poll(10, TimeUnit.SECONDS);
        assertTrue(error != null && error.getMessage().contains("holds no certificate"), "reported");
        assertEquals(before, tls.fingerprint());
        site(RSA);
        for (int i = 0; i < 2_000 && tls.fingerprint().equals(before); i++) {
            Thread.sleep(5);
        }
        assertNotEquals(before, tls.fingerprint());
        watch.close();
        watch.close();
        assertThrows(IllegalArgumentException.class, () -> tls.watch(Duration.ZERO, errors::add));
    }

    // ---- self-signed ----

    @Test
    void aSelfSignedCertificateIsForTheHostsAndThisMachine() throws Exception {
        Tls tls = Tls.selfSigned("My-Host.local", "192.0.2.7", "::ffff:192.0.2.8", "[2001:db8::7]");
        assertTrue(tls.fingerprint().matches("([0-9A-F]{2}:){31}[0-9A-F]{2}"), tls.fingerprint());
        TlsPair refused = TlsPair.of(TlsConfig.SYSTEM, "localhost", TlsConfig.of(tls)).run();
        assertTrue(refused.client.tls.failure().getMessage().contains("signed by itself"), refused::describe);
        Path anchor = file("self.pem", TestCertificates.pem("CERTIFICATE", TlsConfig.of(tls).certificate().getEncoded()));
        TlsConfig trusting = TlsConfig.trusting(anchor);
        for (String host : new String[] {"localhost", "127.0.0.1", "::1", "my-host.local", "192.0.2.7", "192.0.2.8", "2001:db8::7"}) {
            TlsPair pair = TlsPair.of(trusting, host, TlsConfig.of(tls)).run();
            assertTrue(pair.client.tls.isOpen(), () -> host + ": " + pair.describe());
        }
        assertTrue(TlsPair.of(trusting, "other.local", TlsConfig.of(tls)).run().client.tls.isFailed());
        String fingerprint = tls.fingerprint();
        tls.reload();
        assertEquals(fingerprint, tls.fingerprint(), "a reload makes no new one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a,dns:b", "-x", "a;b", "a/b", "1.2.3.4.5:", "*", "a..b"})
    void aHostThatIsNoneIsRefusedBeforeAnythingRuns(String host) {
        assertThrows(IllegalArgumentException.class, () -> Tls.selfSigned(host));
    }

    @Test
    void nothingButOnesOwnTlsIsTaken() {
        assertThrows(IllegalArgumentException.class, () -> TlsConfig.of(null));
        assertThrows(IllegalStateException.class, () -> Tls.system().fingerprint());
    }
}
