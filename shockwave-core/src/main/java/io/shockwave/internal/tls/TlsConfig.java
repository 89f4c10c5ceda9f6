package io.shockwave.internal.tls;

import io.shockwave.Tls;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.tls13.TlsClientSettings;
import io.shockwave.internal.tls13.TlsServerSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * The one {@link Tls}: where things are read from, and what was read. Thread-safe; what was read is replaced as a whole, guarded by lock. Every connection gets parameters of
 * its own from it, and nothing is kept by host or by any other name that a peer can choose.
 */
public final class TlsConfig implements Tls {
    public static final TlsConfig SYSTEM = new TlsConfig(new Settings(List.of(), List.of(), List.of(), ClientCertificates.NONE, Versions.BOTH), new Content(List.of(), List.of(), List.of(), Map.of()));

    /** Sessions that can be resumed without a ticket (TLS 1.2 clients that take none) keep some KB each; the JDK's 20,480 would be a burden on a small heap. */
    private static final int MAX_CACHED_SESSIONS = 1_024;

    /** Whether a server wants to know its clients; ordered by strictness. */
    private enum ClientCertificates { NONE, REQUESTED, REQUIRED }

    private enum Versions {
        BOTH("TLSv1.3", "TLSv1.2"), ONLY_12("TLSv1.2"), ONLY_13("TLSv1.3");

        private final String[] names;

        Versions(String... names) {
            this.names = names;
        }
    }

    private record Settings(List<IdentitySource> identities, List<Path> serverAnchors, List<Path> clientAnchors, ClientCertificates clients, Versions versions) {
        List<Path> files() {
            List<Path> files = new ArrayList<>(serverAnchors);
            files.addAll(clientAnchors);
            for (IdentitySource source : identities) {
                files.addAll(source.files());
            }
            return files;
        }
    }

    /** What was read, and the state of the files just before that. */
    private record Content(List<Identity> identities, List<X509Certificate> serverAnchors, List<X509Certificate> clientAnchors, Map<Path, String> stamps) {
    }

    /** What the JDK makes of the content. */
    private record Contexts(SSLContext context, NamedKeyManager keys, QuicMaterial quic) {
    }

    private final Settings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Content content;
    private volatile Contexts contexts;
    /** The state of the files when they were last tried. */
    private Map<Path, String> triedStamps;

    private TlsConfig(Settings settings, Content content) {
        this.settings = settings;
        this.content = content;
        this.contexts = contextsOf(content);
        this.triedStamps = content.stamps;
    }

    private static TlsConfig read(Settings settings) throws IOException {
        return new TlsConfig(settings, load(settings));
    }

    /** @throws IllegalArgumentException if it is not one that this library made */
    public static TlsConfig of(Tls tls) {
        if (tls instanceof TlsConfig config) {
            return config;
        }
        throw new IllegalArgumentException("not made by the methods of " + Tls.class.getName());
    }

    public static TlsConfig pem(Path certificateChain, Path privateKey, char[] password) throws IOException {
        Objects.requireNonNull(certificateChain, "certificateChain");
        Objects.requireNonNull(privateKey, "privateKey");
        return identity(new IdentitySource.Pem(certificateChain, privateKey, password.clone()));
    }

    public static TlsConfig pkcs12(Path store, char[] password) throws IOException {
        Objects.requireNonNull(store, "store");
        return identity(new IdentitySource.Pkcs12(store, password.clone()));
    }

    public static TlsConfig selfSigned(String... hosts) throws IOException {
        return identity(SelfSigned.make(hosts));
    }

    private static TlsConfig identity(IdentitySource source) throws IOException {
        return read(new Settings(List.of(source), List.of(), List.of(), ClientCertificates.NONE, Versions.BOTH));
    }

    public static TlsConfig trusting(Path certificates) throws IOException {
        Objects.requireNonNull(certificates, "certificates");
        return read(new Settings(List.of(), List.of(certificates), List.of(), ClientCertificates.NONE, Versions.BOTH));
    }

    @Override
    public Tls and(Tls other) {
        TlsConfig that = of(other);
        Settings a = settings;
        Settings b = that.settings;
        ClientCertificates stricter = a.clients.compareTo(b.clients) >= 0 ? a.clients : b.clients;
        Settings both = new Settings(joined(a.identities, b.identities), joined(a.serverAnchors, b.serverAnchors), joined(a.clientAnchors, b.clientAnchors), stricter, a.versions.compareTo(b.versions) >= 0 ? a.versions : b.versions);
        Content mine = content;
        Content theirs = that.content;
        Map<Path, String> stamps = new HashMap<>(theirs.stamps);
        stamps.putAll(mine.stamps);
        return new TlsConfig(both, new Content(joined(mine.identities, theirs.identities), joined(mine.serverAnchors, theirs.serverAnchors),
                joined(mine.clientAnchors, theirs.clientAnchors), stamps));
    }

    @Override
    public Tls requireClientCertificates(Path trusted) throws IOException {
        return clients(trusted, ClientCertificates.REQUIRED);
    }

    @Override
    public Tls requestClientCertificates(Path trusted) throws IOException {
        return clients(trusted, ClientCertificates.REQUESTED);
    }

    private Tls clients(Path trusted, ClientCertificates wanted) throws IOException {
        Objects.requireNonNull(trusted, "trusted");
        return and(read(new Settings(List.of(), List.of(), List.of(trusted), wanted, Versions.BOTH)));
    }

    @Override
    public Tls onlyTls13() {
        return versions(Versions.ONLY_13);
    }

    /** For tests: a peer of yesterday. */
    TlsConfig onlyTls12() {
        return versions(Versions.ONLY_12);
    }

    private TlsConfig versions(Versions versions) {
        return new TlsConfig(new Settings(settings.identities, settings.serverAnchors, settings.clientAnchors, settings.clients, versions), content);
    }

    private static <T> List<T> joined(List<T> a, List<T> b) {
        List<T> both = new ArrayList<>(a);
        for (T item : b) {
            if (!both.contains(item)) {
                both.add(item);
            }
        }
        return List.copyOf(both);
    }

    // ---- reading ----

    private static Content load(Settings settings) throws IOException {
        Map<Path, String> stamps = stampsOf(settings);
        List<Identity> identities = new ArrayList<>();
        for (IdentitySource source : settings.identities) {
            identities.addAll(source.load());
        }
        return new Content(List.copyOf(identities), anchors(settings.serverAnchors), anchors(settings.clientAnchors), stamps);
    }

    private static List<X509Certificate> anchors(List<Path> files) throws IOException {
        List<X509Certificate> anchors = new ArrayList<>();
        for (Path file : files) {
            anchors.addAll(PemFile.read(file).certificates());
        }
        return List.copyOf(anchors);
    }

    private static Contexts contextsOf(Content content) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            NamedKeyManager keys = new NamedKeyManager(content.identities);
            StrictTrustManager trust = new StrictTrustManager(content.serverAnchors, content.clientAnchors);
            context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
            context.getServerSessionContext().setSessionCacheSize(MAX_CACHED_SESSIONS);
            context.getClientSessionContext().setSessionCacheSize(MAX_CACHED_SESSIONS);
            return new Contexts(context, keys, new QuicMaterial(keys, content.identities, trust));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    @Override
    public void reload() throws IOException {
        lock.lock();
        try {
            triedStamps = stampsOf(settings);
            Content fresh = load(settings);
            Contexts ready = contextsOf(fresh);
            if (contexts.quic.isUsed()) {
                prepareQuic(ready.quic);
            }
            content = fresh;
            contexts = ready;
        } finally {
            lock.unlock();
        }
    }

    /** What QUIC's connections could not use must be told here, not to each of them. */
    private static void prepareQuic(QuicMaterial quic) throws IOException {
        try {
            quic.prepare();
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public boolean reloadIfChanged() throws IOException {
        lock.lock();
        try {
            if (stampsOf(settings).equals(triedStamps)) {
                return false;
            }
            reload();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Times and sizes of all files, as they can be told; a file that is missing is a change as well. */
    private static Map<Path, String> stampsOf(Settings settings) {
        Map<Path, String> stamps = new HashMap<>();
        for (Path file : settings.files()) {
            try {
                stamps.put(file, Files.getLastModifiedTime(file) + "/" + Files.size(file));
            } catch (IOException e) {
                stamps.put(file, "none");
            }
        }
        return stamps;
    }

    @Override
    public Watch watch(Duration every, Consumer<IOException> onError) {
        Objects.requireNonNull(onError, "onError");
        if (every.isNegative() || every.isZero()) {
            throw new IllegalArgumentException("a watch needs a duration above zero: " + every);
        }
        Thread watcher = Thread.ofVirtual().name("shockwave-tls-watch").start(() -> {
            while (sleep(every)) {
                try {
                    reloadIfChanged();
                } catch (IOException e) {
                    onError.accept(e);
                }
            }
        });
        return watcher::interrupt;
    }

    private static boolean sleep(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException e) {
            return false; // The watch was closed; its thread ends here.
        }
    }

    @Override
    public String fingerprint() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate().getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    @Override
    public String certificatePem() {
        try {
            String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate().getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n"; // RFC 7468 5.1
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    // ---- what the library takes from it ----

    /** The first certificate. @throws IllegalStateException without one */
    X509Certificate certificate() {
        List<Identity> identities = content.identities;
        if (identities.isEmpty()) {
            throw new IllegalStateException("there is no certificate");
        }
        return identities.getFirst().certificate();
    }

    /** Whether a server can use it. */
    public boolean hasCertificate() {
        return !content.identities.isEmpty();
    }

    /** How many names lead to certificates: bounded by what was loaded, whatever peers ask for. */
    int knownNames() {
        return contexts.keys.knownNames();
    }

    /**
     * A session for a connection that was accepted.
     *
     * @param protocols for ALPN (RFC 7301), best first. A client that offers ALPN and none of these gets the alert no_application_protocol; one without ALPN is served.
     * @throws IllegalStateException without a certificate
     */
    public TlsSession serverSession(Slab slab, TlsViews views, String... protocols) {
        return new TlsSession(serverEngine(protocols), slab, views);
    }

    /**
     * A session for a connection that was made.
     *
     * @param host of the URL, whose certificate it must be; also for the SNI, unless it is an address
     * @param port of the URL; host and port find a session to resume
     * @param protocols to offer by ALPN, best first
     */
    public TlsSession clientSession(Slab slab, TlsViews views, String host, int port, String... protocols) {
        return new TlsSession(clientEngine(host, port, protocols), slab, views);
    }

    /**
     * For a QUIC connection that is accepted; asked anew for each, so that a reload has its effect.
     *
     * @param protocols for ALPN, best first; a client that offers none of these gets the alert no_application_protocol
     * @throws IllegalStateException without a certificate, or if one cannot be used
     */
    public TlsServerSettings quicServer(List<String> protocols) {
        requireCertificate();
        return contexts.quic.server(protocols, switch (settings.clients) {
            case REQUIRED -> TlsServerSettings.ClientAuthentication.REQUIRED;
            case REQUESTED -> TlsServerSettings.ClientAuthentication.REQUESTED;
            case NONE -> TlsServerSettings.ClientAuthentication.NONE;
        });
    }

    /**
     * For a QUIC connection that is made. The judge in it is the connection's own, a {@link TrustJudge}.
     *
     * @param host of the URL, whose certificate it must be; also for the SNI, unless it is an address
     * @param protocols to offer by ALPN, best first
     */
    public TlsClientSettings quicClient(String host, List<String> protocols) {
        return contexts.quic.client(host, protocols);
    }

    /** Changes with each {@link #reload}: sessions of a QUIC client that were made under another one must not be resumed. */
    public Object quicGeneration() {
        return contexts.quic;
    }

    private void requireCertificate() {
        if (!hasCertificate()) {
            throw new IllegalStateException("a TLS server needs a certificate: Tls.pem, Tls.pkcs12 or Tls.selfSigned");
        }
    }

    SSLEngine serverEngine(String... protocols) {
        requireCertificate();
        SSLEngine engine = contexts.context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = parameters(engine, protocols);
        parameters.setUseCipherSuitesOrder(true);
        switch (settings.clients) {
            case REQUIRED -> parameters.setNeedClientAuth(true);
            case REQUESTED -> parameters.setWantClientAuth(true);
            case NONE -> { }
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    SSLEngine clientEngine(String host, int port, String... protocols) {
        String name = HostNames.normal(host);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("no host name to verify the certificate against");
        }
        SSLEngine engine = contexts.context.createSSLEngine(name, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = parameters(engine, protocols);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!HostNames.isAddress(name)) {
            // From bytes, because the constructor from text refuses names with an underscore, which exist.
            parameters.setServerNames(List.of(new SNIHostName(name.getBytes(StandardCharsets.US_ASCII))));
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    private SSLParameters parameters(SSLEngine engine, String... protocols) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(settings.versions.names);
        parameters.setApplicationProtocols(protocols);
        return parameters;
    }
}
