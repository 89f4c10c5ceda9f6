package io.shockwave.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Where certificates with keys come from, to be read at the start and at each reload. Immutable. */
sealed interface IdentitySource {
    /** Reads them; at least one. */
    List<Identity> load() throws IOException;

    /** The files whose change asks for a reload. */
    List<Path> files();

    /** A chain and a key, both PEM. */
    record Pem(Path chain, Path key, char[] password) implements IdentitySource {
        @Override
        public List<Identity> load() throws IOException {
            List<X509Certificate> certificates = PemFile.read(chain).certificates();
            PrivateKey privateKey = PrivateKeys.read(key, password);
            if (!PrivateKeys.belong(privateKey, certificates.getFirst().getPublicKey())) {
                throw new IOException(mismatch(certificates, privateKey));
            }
            return List.of(new Identity(certificates, privateKey));
        }

        private String mismatch(List<X509Certificate> certificates, PrivateKey privateKey) throws IOException {
            for (int i = 1; i < certificates.size(); i++) {
                if (PrivateKeys.belong(privateKey, certificates.get(i).getPublicKey())) {
                    return chain + ": the private key in " + key + " belongs to certificate number " + (i + 1) + " of the chain; that one must come first";
                }
            }
            return "the private key in " + key + " does not belong to the certificate in " + chain + " (" + certificates.getFirst().getSubjectX500Principal() + ')';
        }

        @Override
        public List<Path> files() {
            return List.of(chain, key);
        }
    }

    /** Every entry of a PKCS#12 file that has a key. */
    record Pkcs12(Path store, char[] password) implements IdentitySource {
        @Override
        public List<Identity> load() throws IOException {
            return of(store, PemFile.bytesOf(store), password);
        }

        static List<Identity> of(Path named, byte[] bytes, char[] password) throws IOException {
            try {
                KeyStore keys = KeyStore.getInstance("PKCS12");
                keys.load(new ByteArrayInputStream(bytes), password);
                List<Identity> identities = new ArrayList<>();
                List<String> aliases = Collections.list(keys.aliases());
                Collections.sort(aliases); // The order of the file is not told by KeyStore; that of names at least stays.
                for (String alias : aliases) {
                    Key key = keys.getKey(alias, password);
                    Certificate[] chain = keys.getCertificateChain(alias);
                    if (key instanceof PrivateKey privateKey && chain != null) {
                        X509Certificate[] certificates = Arrays.copyOf(chain, chain.length, X509Certificate[].class);
                        if (!PrivateKeys.belong(privateKey, certificates[0].getPublicKey())) {
                            throw new IOException(named + ": the private key of \"" + alias + "\" does not belong to its certificate");
                        }
                        identities.add(new Identity(List.of(certificates), privateKey));
                    }
                }
                if (identities.isEmpty()) {
                    throw new IOException(named + " holds no certificate with a private key");
                }
                return List.copyOf(identities);
            } catch (GeneralSecurityException e) {
                throw new IOException(named + " cannot be read as PKCS#12: " + e.getMessage(), e);
            } catch (IOException e) {
                if (e.getCause() instanceof UnrecoverableKeyException) {
                    throw new IOException(named + ": the password is wrong", e);
                }
                if (e.getMessage() != null && e.getMessage().startsWith(named.toString())) {
                    throw e;
                }
                throw new IOException(named + " is not a PKCS#12 file, or damaged: " + e.getMessage(), e);
            }
        }

        @Override
        public List<Path> files() {
            return List.of(store);
        }
    }

    /** Made by this process, and the same for as long as it runs. */
    record Fixed(List<Identity> identities) implements IdentitySource {
        @Override
        public List<Identity> load() {
            return identities;
        }

        @Override
        public List<Path> files() {
            return List.of();
        }
    }
}
