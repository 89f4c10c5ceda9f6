package io.shockwave.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The certificate that all contestants serve: made once by keytool, into the folder that the property {@code bench.dir} names. */
final class BenchIdentity {
    static final char[] PASSWORD = "benchmark".toCharArray();

    private BenchIdentity() {}

    /** The PKCS #12 file with an ECDSA key on P-256. */
    static Path store() throws IOException {
        Path file = Path.of(System.getProperty("bench.dir", System.getProperty("java.io.tmpdir")), "peers-identity.p12");
        if (!Files.exists(file)) {
            Process keytool = new ProcessBuilder(List.of(System.getProperty("java.home") + "/bin/keytool", "-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-alias", "bench",
                "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-validity", "3650", "-storetype", "PKCS12",
                "-keystore", file.toString(), "-storepass", new String(PASSWORD))).redirectErrorStream(true).start();
            String said = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!Files.exists(file)) {
                throw new IOException("keytool made no key store: " + said);
            }
        }
        return file;
    }

    static SSLContext context() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store())) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
