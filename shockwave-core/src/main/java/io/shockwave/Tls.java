package io.shockwave;

import io.shockwave.internal.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Certificates, keys and trust for TLS 1.2 and 1.3 (RFC 5246, RFC 8446). Immutable but for {@link #reload()}, thread-safe, and usable by servers and clients at once.
 *
 * <p>A server needs at least one certificate; with several it answers with the one whose name the client asks for (SNI, RFC 6066 3), and with the first when none fits.
 * A client needs nothing: without {@link #trusting} it trusts what the JDK trusts; a certificate makes it a client that can authenticate itself.
 * The name of the server is always verified (RFC 9110 4.3.4, RFC 9525), and nothing here switches that off.
 *
 * <p>Files are read when an instance is made, and again by {@link #reload()}. Whatever is wrong with one is told by an {@link IOException} whose message names the file
 * and the fault: no certificate in it, a key that does not belong to the certificate, a wrong password. A certificate that has expired is accepted here; peers decide.
 */
public interface Tls {
    /** What the JDK trusts, and no certificate of one's own: the setting of a client that is given none. */
    static Tls system() {
        return TlsConfig.SYSTEM;
    }

    /**
     * A certificate with its chain, the certificate itself first, and its key, both PEM (RFC 7468). The key may be PKCS#8 ({@code PRIVATE KEY}), PKCS#1
     * ({@code RSA PRIVATE KEY}) or SEC 1 ({@code EC PRIVATE KEY}); RSA, EC, Ed25519, Ed448. Both may be one file.
     */
    static Tls pem(Path certificateChain, Path privateKey) throws IOException {
        return TlsConfig.pem(certificateChain, privateKey, new char[0]);
    }

    /** Like {@link #pem(Path, Path)}, with a key encrypted under a password ({@code ENCRYPTED PRIVATE KEY}, PKCS#8). The password is copied, for reloading. */
    static Tls pem(Path certificateChain, Path privateKey, char[] password) throws IOException {
        return TlsConfig.pem(certificateChain, privateKey, password);
    }

    /** All certificates with keys in a PKCS#12 file (RFC 7292). The password is copied, for reloading. */
    static Tls pkcs12(Path store, char[] password) throws IOException {
        return TlsConfig.pkcs12(store, password);
    }

    /** Trusts servers whose certificates lead to one of these (PEM, one or more, or a single one in DER), and no others. */
    static Tls trusting(Path certificates) throws IOException {
        return TlsConfig.trusting(certificates);
    }

    /**
     * A new certificate signed by its own key, for these host names and addresses and for {@code localhost}, 127.0.0.1 and ::1; good for 30 days, kept in memory only.
     * For trying things out: clients refuse it unless they are told its {@link #fingerprint()}. Runs the {@code keytool} of the running JDK, once.
     *
     * @throws IOException if that is missing or fails
     * @throws IllegalArgumentException if a host is neither a host name nor an address
     */
    static Tls selfSigned(String... hosts) throws IOException {
        return TlsConfig.selfSigned(hosts);
    }

    /**
     * Both: the certificates of this and then those of the other, the trust anchors of both, the stricter of each setting. So
     * {@code Tls.pem(a, aKey).and(Tls.pem(b, bKey))} serves two certificates, and {@code Tls.trusting(ca).and(Tls.pem(mine, key))} is a client with a certificate.
     * The result has its own copy of what was read, and is what must be reloaded.
     */
    Tls and(Tls other);

    /** A server refuses clients without a certificate that leads to one of these (PEM). Clients are not changed by it. */
    Tls requireClientCertificates(Path trusted) throws IOException;

    /** A server asks clients for a certificate that leads to one of these (PEM), takes those that have none, and refuses those with another. */
    Tls requestClientCertificates(Path trusted) throws IOException;

    /** TLS 1.3 only. Otherwise TLS 1.2 is spoken with peers that know no newer one; older versions never are. */
    Tls onlyTls13();

    /**
     * Reads all files again. Handshakes that begin after it use the new content, connections keep what they have, and sessions of before cannot be resumed.
     * If anything is wrong with the new files all of the old content stays in force.
     *
     * @throws IOException naming the file and the fault
     */
    void reload() throws IOException;

    /** {@link #reload()} if the time or size of a file changed since it was last read, well or badly; for whoever has a timer of their own. @return whether it did */
    boolean reloadIfChanged() throws IOException;

    /**
     * Calls {@link #reloadIfChanged()} again and again on a virtual thread of its own, until closed. A renewal that replaces several files is found half done at times;
     * the key that does not match is reported to {@code onError}, the old content stays, and the next look finds the rest.
     */
    Watch watch(Duration every, Consumer<IOException> onError);

    /** The SHA-256 of the first certificate as colon-separated hex, for people to compare. @throws IllegalStateException without a certificate */
    String fingerprint();

    /** The first certificate in PEM; written to a file, it is what a client of a self-signed server trusts ({@link #trusting}). @throws IllegalStateException without a certificate */
    String certificatePem();

    /** A running {@link Tls#watch}. */
    interface Watch extends AutoCloseable {
        /** Ends it; idempotent. */
        @Override
        void close();
    }
}
