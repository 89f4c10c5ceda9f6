package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Tls;
import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Issued;
import io.shockwave.internal.testing.TestCertificates.Kind;
import io.shockwave.server.TestServer.Mode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No byte of one exchange is ever seen by another: in fields, those that spilled, contents, memory of arenas, trailers; whatever happens to the exchanges around it. */
@Timeout(120)
class CanaryTest {
    private static final int EXCHANGES = 100;

    @ParameterizedTest
    @CsvSource({"INLINE, false", "INLINE, true", "VIRTUAL, false", "VIRTUAL, true"})
    void noByteOfOneExchangeIsSeenByAnother(Mode mode, boolean offHeap) throws Exception {
        System.out.println(CanaryRun.play(mode, offHeap, null, null, EXCHANGES));
    }

    @ParameterizedTest
    @CsvSource({"INLINE, false", "INLINE, true", "VIRTUAL, false", "VIRTUAL, true"})
    void norOverTls(Mode mode, boolean offHeap, @TempDir Path dir) throws Exception {
        TestCertificates authority = TestCertificates.authority("canaries");
        Issued site = authority.issue(Kind.EC_P256, "localhost");
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("ca", authority.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        System.out.println(CanaryRun.play(mode, offHeap, Tls.pem(site.writeChain(dir.resolve("site.pem")), site.writeKey(dir.resolve("site.key"))), context, EXCHANGES / 2));
    }

    /** In a JVM of its own, since it is decided once: stale views are not checked, and show poison. */
    @ParameterizedTest
    @CsvSource({"INLINE, false", "VIRTUAL, true"})
    void norWhereNobodyChecks(Mode mode, boolean offHeap) throws Exception {
        Process process = new ProcessBuilder(CanaryRun.java().toString(), "-ea", "-Xmx256m", "-Dio.shockwave.checked=false", "-cp", System.getProperty("java.class.path"), CanaryRun.class.getName(),
                mode.name(), Boolean.toString(offHeap), Integer.toString(EXCHANGES)).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), out);
        System.out.println("unchecked, " + out.strip());
    }
}
