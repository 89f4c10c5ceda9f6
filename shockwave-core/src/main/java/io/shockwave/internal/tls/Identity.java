package io.shockwave.internal.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * A certificate with its chain and key, and the names it is for.
 *
 * @param names lower-case DNS names of the certificate, wildcards included
 */
record Identity(List<X509Certificate> chain, PrivateKey key, Set<String> names) {
    Identity(List<X509Certificate> chain, PrivateKey key) {
        this(List.copyOf(chain), key, HostNames.dnsNames(chain.getFirst()));
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    X509Certificate[] chainArray() {
        return chain.toArray(new X509Certificate[0]);
    }

    /** Whether it serves for what SSLEngine calls a key type: RSA, RSASSA-PSS, EC, EdDSA. */
    boolean isOfType(String keyType) {
        String algorithm = certificate().getPublicKey().getAlgorithm();
        // A plain RSA key is asked for as RSA, also for PSS signatures.
        return algorithm.equals(keyType) || keyType.equals("EdDSA") && algorithm.startsWith("Ed");
    }
}
