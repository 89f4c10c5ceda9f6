package io.shockwave.internal.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certification authority for tests, and what it issues: made fresh, so that no key lies in the repository. Thread-safe after construction.
 *
 * <pre>{@code
 * TestCertificates ca = TestCertificates.authority("Test CA");
 * Issued site = ca.issue(Kind.EC_P256, "localhost", "127.0.0.1");
 * Tls server = Tls.pem(site.writeChain(folder.resolve("site.pem")), site.writeKey(folder.resolve("site.key")));
 * Tls client = Tls.trusting(ca.write(folder.resolve("ca.pem")));
 * }</pre>
 */
public final class TestCertificates {
    /** Kinds of keys. */
    public enum Kind { EC_P256, EC_P384, RSA_2048, ED25519 }

    private static final Duration DAY = Duration.ofDays(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Issued root;

    private TestCertificates(Issued root) {
        this.root = root;
    }

    /** A new authority, signed by itself. */
    public static TestCertificates authority(String commonName) {
        return new TestCertificates(new Request(Kind.EC_P256).commonName(commonName).asAuthority().signedBy(List.of()));
    }

    /** The authority's own certificate. */
    public X509Certificate certificate() {
        return root.certificate();
    }

    /** Writes the authority's certificate as PEM and returns the path. */
    public Path write(Path path) throws IOException {
        return root.writeChain(path);
    }

    /** An authority under this one; what it issues has it in the chain. */
    public TestCertificates intermediate(String commonName) {
        return new TestCertificates(sign(new Request(Kind.EC_P256).commonName(commonName).asAuthority()));
    }

    /** A certificate for these DNS names and IP addresses, valid now, for servers and clients. */
    public Issued issue(Kind kind, String... hosts) {
        return sign(new Request(kind).hosts(hosts));
    }

    /** A certificate made to order. */
    public Issued sign(Request request) {
        return request.signedBy(List.of(root));
    }

    /** A certificate signed by one that is no authority: a forgery. */
    public static Issued under(Issued issuer, Kind kind, String... hosts) {
        return new Request(kind).hosts(hosts).signedBy(List.of(issuer));
    }

    /** A certificate for these hosts that is signed by its own key. */
    public static Issued selfSigned(Kind kind, String... hosts) {
        return new Request(kind).hosts(hosts).signedBy(List.of());
    }

    /** What a certificate is to say. */
    public static final class Request {
        private final Kind kind;
        private String commonName = "test";
        private String[] hosts = {};
        private Instant from = Instant.now().minus(DAY);
        private Instant until = Instant.now().plus(DAY);
        private boolean authority;

        public Request(Kind kind) {
            this.kind = kind;
        }

        public Request commonName(String name) {
            commonName = name;
            return this;
        }

        public Request hosts(String... names) {
            hosts = names.clone();
            return this;
        }

        public Request validity(Instant notBefore, Instant notAfter) {
            from = notBefore;
            until = notAfter;
            return this;
        }

        public Request expired() {
            return validity(Instant.now().minus(DAY.multipliedBy(9)), Instant.now().minus(DAY.multipliedBy(2)));
        }

        Request asAuthority() {
            authority = true;
            return this;
        }

        private Issued signedBy(List<Issued> issuers) {
            try {
                KeyPair pair = newKey(kind);
                X500Principal subject = new X500Principal("CN=" + commonName);
                X500Principal issuer = issuers.isEmpty() ? subject : issuers.getFirst().certificate().getSubjectX500Principal();
                PrivateKey signer = issuers.isEmpty() ? pair.getPrivate() : issuers.getFirst().key();
                JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer, new BigInteger(100, RANDOM), Date.from(from), Date.from(until), subject, pair.getPublic());
                addExtensions(builder);
                X509Certificate made = new JcaX509CertificateConverter().getCertificate(builder.build(new JcaContentSignerBuilder(signatureOf(signer)).build(signer)));
                List<X509Certificate> chain = new ArrayList<>(List.of(made));
                if (!issuers.isEmpty() && !isRoot(issuers.getFirst())) {
                    chain.addAll(issuers.getFirst().chain());
                }
                return new Issued(pair.getPrivate(), List.copyOf(chain));
            } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
                throw new IllegalStateException(e);
            }
        }

        private static boolean isRoot(Issued issued) {
            return issued.certificate().getIssuerX500Principal().equals(issued.certificate().getSubjectX500Principal());
        }

        private void addExtensions(JcaX509v3CertificateBuilder builder) throws CertIOException {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
            if (!authority) {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
            }
            if (hosts.length > 0) {
                GeneralName[] names = new GeneralName[hosts.length];
                for (int i = 0; i < hosts.length; i++) {
                    boolean address = hosts[i].indexOf(':') >= 0 || hosts[i].matches("[0-9.]+");
                    names[i] = new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, hosts[i]);
                }
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
        }
    }

    /** A certificate with its chain (without the root) and its key. */
    public record Issued(PrivateKey key, List<X509Certificate> chain) {
        public X509Certificate certificate() {
            return chain.getFirst();
        }

        /** Writes the chain as PEM, the certificate first, and returns the path. */
        public Path writeChain(Path path) throws IOException {
            StringBuilder text = new StringBuilder();
            try {
                for (X509Certificate certificate : chain) {
                    text.append(pem("CERTIFICATE", certificate.getEncoded()));
                }
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            return Files.writeString(path, text);
        }

        /** Writes the key as PEM (PKCS#8, not encrypted) and returns the path. */
        public Path writeKey(Path path) throws IOException {
            return Files.writeString(path, pem("PRIVATE KEY", key.getEncoded()));
        }

        /** Writes both into a PKCS#12 file and returns the path. */
        public Path writePkcs12(Path path, char[] password) throws IOException {
            try (OutputStream out = Files.newOutputStream(path)) {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, password);
                store.setKeyEntry("test", key, password, chain.toArray(new Certificate[0]));
                store.store(out, password);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            return path;
        }
    }

    /** A block of PEM. */
    public static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    private static KeyPair newKey(Kind kind) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(switch (kind) {
            case EC_P256, EC_P384 -> "EC";
            case RSA_2048 -> "RSA";
            case ED25519 -> "Ed25519";
        });
        switch (kind) {
            case EC_P256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
            case EC_P384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
            case RSA_2048 -> generator.initialize(2048);
            case ED25519 -> { }
        }
        return generator.generateKeyPair();
    }

    private static String signatureOf(PrivateKey signer) {
        return switch (signer.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
        };
    }
}
