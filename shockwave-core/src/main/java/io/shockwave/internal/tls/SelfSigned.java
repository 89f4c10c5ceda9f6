package io.shockwave.internal.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Makes a certificate signed by its own key. The JDK has no public API for that, so its keytool does it, into a file that lives for a second. Stateless. */
final class SelfSigned {
    /** Longer than the slowest machine takes; a keytool that hangs must not hang the start for good. */
    private static final int KEYTOOL_LIMIT_S = 60;
    private static final String PASSWORD_VARIABLE = "SHOCKWAVE_KEYTOOL_PASSWORD";

    private SelfSigned() {
    }

    static IdentitySource make(String... hosts) throws IOException {
        String names = subjectAlternativeNames(hosts);
        Path keytool = keytool();
        Path folder = Files.createTempDirectory("shockwave-tls"); // Only its owner may enter, by the contract of the method.
        Path store = folder.resolve("self-signed.p12");
        try {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
            run(keytool, store, names, password);
            return new IdentitySource.Fixed(IdentitySource.Pkcs12.of(store, Files.readAllBytes(store), password.toCharArray()));
        } finally {
            Files.deleteIfExists(store);
            Files.deleteIfExists(folder.resolve("keytool.txt"));
            Files.deleteIfExists(folder);
        }
    }

    private static Path keytool() throws IOException {
        Path bin = Path.of(System.getProperty("java.home"), "bin");
        Path plain = bin.resolve("keytool");
        Path keytool = Files.isExecutable(plain) ? plain : bin.resolve("keytool.exe");
        if (!Files.isExecutable(keytool)) {
            throw new IOException("cannot make a self-signed certificate: " + plain + " is missing in this Java runtime; give a certificate and key as PEM files instead");
        }
        return keytool;
    }

    private static void run(Path keytool, Path store, String names, String password) throws IOException {
        Path log = store.resolveSibling("keytool.txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(keytool.toString(), "-genkeypair", "-alias", "shockwave", "-keyalg", "EC", "-groupname", "secp256r1",
                "-sigalg", "SHA256withECDSA", "-dname", "CN=Shockwave self-signed", "-startdate", "-1H", "-validity", "30", "-ext", "SAN=" + names, "-ext", "KU=digitalSignature",
                "-ext", "EKU=serverAuth", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass:env", PASSWORD_VARIABLE));
        builder.environment().put(PASSWORD_VARIABLE, password); // A command line can be read by every user of the machine.
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(KEYTOOL_LIMIT_S, TimeUnit.SECONDS)) {
                throw new IOException("cannot make a self-signed certificate: " + keytool + " did not end within " + KEYTOOL_LIMIT_S + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + keytool + " made a certificate", e);
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException("cannot make a self-signed certificate: " + keytool + " says: " + new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip());
        }
    }

    private static String subjectAlternativeNames(String... hosts) {
        Set<String> names = new LinkedHashSet<>();
        for (String host : hosts) {
            names.add(subjectAlternativeName(host));
        }
        names.add("dns:localhost");
        names.add("ip:127.0.0.1");
        names.add("ip:0:0:0:0:0:0:0:1");
        return String.join(",", names);
    }

    private static String subjectAlternativeName(String host) {
        String name = HostNames.normal(host);
        if (HostNames.isAddress(name)) {
            byte[] address = Addresses.parse(name);
            if (address.length > 0) {
                return "ip:" + literal(address);
            }
        } else if (isHostName(name)) {
            return "dns:" + name;
        }
        throw new IllegalArgumentException("neither a host name nor an IP address: " + host);
    }

    private static String literal(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (java.net.UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
        }
    }

    /** Letters, digits and hyphens in labels, the first perhaps a star: nothing that could end the argument it is put into. */
    private static boolean isHostName(String name) {
        return name.length() <= 253 && name.matches("(\\*\\.)?[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_][a-z0-9_-]{0,62})*");
    }
}
