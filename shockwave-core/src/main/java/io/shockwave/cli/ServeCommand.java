package io.shockwave.cli;

import io.shockwave.HttpVersion;
import io.shockwave.QuicOptions;
import io.shockwave.Tier;
import io.shockwave.Tls;
import io.shockwave.internal.files.ByteCount;
import io.shockwave.server.FileHandler;
import io.shockwave.server.ServerStats;
import io.shockwave.server.ShockwaveServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Options;

/** {@code shockwave serve}: a folder over HTTP, until a signal ends it. */
final class ServeCommand {
    private static final int CANNOT = 1;
    private static final int WAS_CUT = 3;
    private static final int PORT = 8080;
    private static final int TLS_PORT = 8443;
    private static final Duration GRACE = Duration.ofSeconds(10);
    /** Heap for each connection: a request in progress takes 3 to 6 KiB with its virtual thread, and the collector needs room. */
    private static final int HEAP_PER_CONNECTION = 8_192;
    private static final int MAX_CONNECTIONS = 65_536;
    private static final Duration CERTIFICATE_CHECK = Duration.ofSeconds(10);

    private static final String HELP = """
            Usage: shockwave serve [DIR] [OPTIONS]

            Serves the files below DIR (the current folder by default) over HTTP/1.1, with --http3 over HTTP/3 too, until Ctrl-C or SIGTERM, and
            writes one line for each request to the standard output, in the common log format. Links that lead out of DIR, and names with a
            leading dot, do not exist for it.

              -p, --port PORT        8080, or 8443 with TLS; 0 lets the system choose
              -b, --bind ADDRESS     listen on this address only, for example localhost
                  --unix PATH        listen on a Unix domain socket; without --port on nothing else
                  --tls              HTTPS with a certificate made now, for localhost and the addresses of this machine
                  --cert FILE        HTTPS with this certificate chain (PEM), read again when it changes
                  --key FILE         its private key (PEM), if it is not in the same file
                  --save-cert FILE   with --tls: write the certificate there, for clients to trust (get --cacert FILE)
                  --http3            HTTP/3 too, over UDP on the same port; with --cert, else as with --tls
                  --early-data       with --http3: take requests of clients that come back before the handshake is complete; a replay may be answered
                  --qlog DIR         with --http3: write each QUIC connection down there, as qlog
                  --hidden           also serve names with a leading dot
                  --no-listing       answer 403 for folders without an index.html
                  --proxy-protocol   expect the PROXY protocol, version 1 or 2, on each connection; use it only where proxies alone can connect
                  --grace SECONDS    how long running requests may take when the server ends; 10
              -q, --quiet            do not log requests
                  --tier NAME        lowmem, highperf, ultraperf or maxperf
              -h, --help             this text

            Exit codes:
              0   ended by a signal, every request finished
              1   could not start, or could not read DIR
              2   wrong options
              3   ended by a signal, and some requests were cut after the grace time

            Examples:
              shockwave serve ~/Public
              shockwave serve --port 9000 --bind localhost site/
              shockwave serve --tls --save-cert demo.pem    shockwave get https://localhost:8443/ --cacert demo.pem
              shockwave serve --http3 --port 8443
              shockwave serve --cert chain.pem --key key.pem --port 443
              shockwave serve --unix /tmp/files.sock        curl --unix-socket /tmp/files.sock http://localhost/
            """;

    private final Arguments arguments;
    private final boolean colours = Terminal.hasColours(Terminal.ERR);
    private Tls tls;

    private ServeCommand(Arguments arguments) {
        this.arguments = arguments;
    }

    static int run(String[] args) throws Failure {
        Options options = Arguments.options("p/port=", "b/bind=", "/unix=", "/tls", "/cert=", "/key=", "/save-cert=", "/http3", "/early-data", "/qlog=", "/hidden", "/no-listing", "/proxy-protocol", "/grace=", "q/quiet", "/tier=", "h/help");
        Arguments arguments = Arguments.parse("serve", options, args);
        if (arguments.has("help")) {
            System.out.print(HELP);
            return 0;
        }
        if (arguments.rest().size() > 1) {
            throw Failure.usage("one folder can be served, not " + arguments.rest().size() + ": " + String.join(" ", arguments.rest()));
        }
        arguments.checkTier();
        return new ServeCommand(arguments).serve();
    }

    private int serve() throws Failure {
        FileHandler files = files();
        Duration grace = arguments.seconds("grace", GRACE);
        ShockwaveServer.Builder builder = ShockwaveServer.builder().handler(files).shutdownGrace(grace).maxConnections(connections());
        listen(builder);
        tls(builder);
        RequestLog log = new RequestLog(Terminal.out());
        if (!arguments.has("quiet")) {
            builder.accessLog(log.start());
        }
        ShockwaveServer server = start(builder);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shockwave-stop").unstarted(() -> {
            int exit = stop(server, grace);
            log.close();
            if (ModuleLayer.boot().findModule("jdk.jfr").isPresent()) {
                Recordings.finish(); // the JVM's own hook for them, which runs beside this one, would be cut
            }
            Runtime.getRuntime().halt(exit); // otherwise a signal shows as 143 or 130, as if nothing had been put in order
        }));
        announce(server, files.root());
        try {
            main.join(); // until a signal
        } catch (InterruptedException e) {
            return CANNOT;
        }
        return 0;
    }

    /** As many as the heap can serve at once; the others wait in the kernel. Without this bound, 6,000 at once filled a heap of 20 MB and none got an answer. */
    private static int connections() {
        return Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_PER_CONNECTION, 64, MAX_CONNECTIONS);
    }

    private FileHandler files() throws Failure {
        String text = arguments.rest().isEmpty() ? "." : arguments.rest().getFirst();
        try {
            return FileHandler.of(Arguments.path("the folder", text)).hiddenFiles(arguments.has("hidden")).listing(!arguments.has("no-listing")).cacheControl("no-cache");
        } catch (NoSuchFileException e) {
            throw new Failure(CANNOT, "cannot serve " + text + ": there is no such folder");
        } catch (NotDirectoryException e) {
            throw new Failure(CANNOT, "cannot serve " + text + ": it is a file, not a folder");
        } catch (IOException e) {
            throw new Failure(CANNOT, "cannot serve " + text + ": " + Failure.why(e));
        }
    }

    private void listen(ShockwaveServer.Builder builder) throws Failure {
        if (arguments.has("unix")) {
            builder.listen(UnixDomainSocketAddress.of(arguments.path("unix")));
        }
        if (!arguments.has("unix") || arguments.has("port") || arguments.has("bind")) {
            int port = arguments.number("port", isTls() ? TLS_PORT : PORT, 0, 65_535);
            String bind = arguments.value("bind", "");
            try {
                builder.listen(bind.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(InetAddress.getByName(bind), port));
            } catch (UnknownHostException e) {
                throw new Failure(CANNOT, "cannot listen on " + bind + ": there is no address of that name");
            }
        }
        if (arguments.has("proxy-protocol")) {
            builder.proxyProtocol();
        }
    }

    private boolean isTls() {
        return arguments.has("tls") || arguments.has("cert") || arguments.has("http3");
    }

    private void tls(ShockwaveServer.Builder builder) throws Failure {
        if (arguments.has("key") && !arguments.has("cert")) {
            throw Failure.usage("--key needs --cert");
        }
        if (arguments.has("early-data") && !arguments.has("http3")) {
            throw Failure.usage("--early-data needs --http3");
        }
        if (arguments.has("save-cert") && (!arguments.has("tls") && !arguments.has("http3") || arguments.has("cert"))) {
            throw Failure.usage("--save-cert writes the certificate that --tls makes; it needs --tls or --http3, and no --cert");
        }
        if (arguments.has("qlog") && !arguments.has("http3")) {
            throw Failure.usage("--qlog writes connections of HTTP/3 down; it needs --http3");
        }
        if (arguments.has("http3") && arguments.has("unix") && !arguments.has("port") && !arguments.has("bind")) {
            throw Failure.usage("--http3 is served over UDP, which a Unix domain socket is not; beside --unix it needs a --port");
        }
        if (isTls() && arguments.has("unix") && !arguments.has("port") && !arguments.has("bind")) {
            throw Failure.usage("TLS is not spoken on a Unix domain socket, whose file has permissions; beside --unix it needs a --port");
        }
        if (!isTls()) {
            return;
        }
        try {
            if (arguments.has("cert")) {
                Path chain = arguments.path("cert");
                tls = Tls.pem(chain, arguments.has("key") ? arguments.path("key") : chain);
                tls.watch(CERTIFICATE_CHECK, e -> System.err.println("shockwave: the certificate was not replaced: " + e.getMessage()));
            } else {
                List<String> names = new ArrayList<>();
                for (LocalAddresses.Named local : LocalAddresses.all()) {
                    names.add(local.address().getHostAddress());
                }
                tls = Tls.selfSigned(names.toArray(new String[0]));
                saveCertificate();
            }
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            throw new Failure(CANNOT, why.contains("holds no private key") && !arguments.has("key") ? why + "; --key FILE names the file that does" : why);
        }
        builder.tls(tls);
        if (arguments.has("http3")) {
            builder.protocols(HttpVersion.HTTP_1_1, HttpVersion.HTTP_3).earlyData(arguments.has("early-data"));
            if (arguments.has("qlog")) {
                builder.quic(new QuicOptions().qlog(arguments.path("qlog")));
            }
        }
    }

    private void saveCertificate() throws IOException, Failure {
        if (!arguments.has("save-cert")) {
            return;
        }
        Path file = arguments.path("save-cert");
        try {
            Files.writeString(file, tls.certificatePem());
        } catch (FileSystemException e) {
            throw new Failure(CANNOT, "cannot write the certificate to " + file + ": " + Failure.why(e));
        }
    }

    private ShockwaveServer start(ShockwaveServer.Builder builder) throws Failure {
        try {
            return builder.start();
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (why.contains("Permission denied")) {
                throw new Failure(CANNOT, why + "; ports below 1024 need a privilege, try --port " + PORT);
            }
            if (why.contains("Cannot assign requested address")) {
                throw new Failure(CANNOT, why + "; --bind takes an address of this machine, such as localhost");
            }
            if (!why.contains("in use")) {
                throw new Failure(CANNOT, why);
            }
            if (arguments.has("unix") && why.contains(arguments.value("unix", ""))) {
                throw new Failure(CANNOT, "the socket " + arguments.value("unix", "") + " exists; if no server uses it any more, remove it: rm " + arguments.value("unix", ""));
            }
            int port = arguments.number("port", isTls() ? TLS_PORT : PORT, 0, 65_535);
            throw new Failure(CANNOT, "port " + port + " is in use by another program; try --port " + (port < 65_535 ? port + 1 : port - 1) + ", or --port 0 for any that is free");
        }
    }

    // ---- what is told to the person who started it; on the error output, as the other is the log

    private void announce(ShockwaveServer server, Path root) {
        StringBuilder text = new StringBuilder();
        text.append("Serving ").append(bold(root.toString())).append(" (tier ").append(Tier.current().name()).append(")\n");
        List<String[]> rows = new ArrayList<>();
        for (SocketAddress address : server.addresses()) {
            if (address instanceof InetSocketAddress inet) {
                LocalAddresses.urls(isTls() ? "https" : "http", inet, rows);
            } else if (address instanceof UnixDomainSocketAddress unix) {
                rows.add(new String[] {"unix:" + unix.getPath().toAbsolutePath(), "curl --unix-socket " + unix.getPath() + " http://localhost/"});
            }
        }
        int width = 0;
        for (String[] row : rows) {
            width = Math.max(width, row[0].length());
        }
        for (String[] row : rows) {
            text.append("  ").append(link(row[0])).append(" ".repeat(width - row[0].length() + 3)).append(row[1]).append('\n');
        }
        if (isTls() && !arguments.has("cert")) {
            text.append("The certificate was made for this run, so browsers will warn. Its SHA-256 fingerprint is\n  ").append(tls.fingerprint()).append('\n');
        }
        if (File.separatorChar == '/' && System.getProperty("sun.jnu.encoding", "").startsWith("ANSI")) {
            text.append("Files whose names are beyond ASCII are not served, as Java cannot open them in the C locale; start it with LC_ALL=C.UTF-8.\n");
        }
        if (arguments.has("http3")) {
            text.append("HTTP/3 is on the same port over UDP; responses over TCP say so to clients that can speak it.\n");
        }
        text.append("Ctrl-C ends it.\n");
        System.err.print(text);
        System.err.flush();
    }

    private String bold(String text) {
        return colours ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    private String link(String text) {
        return colours ? "\u001b[36m" + text + "\u001b[0m" : text;
    }

    /** Drains, says so while it takes time, and tells what was cut. */
    private int stop(ShockwaveServer server, Duration grace) {
        long active = server.stats().exchangesActive();
        System.err.println((colours ? "\r" : "") + "Stopping" + (active == 0 ? "." : ": " + plural(active, "request") + " still running, " + seconds(grace) + " s to finish."));
        Thread told = Thread.ofPlatform().daemon().start(() -> tellWhatRuns(server));
        try {
            server.shutdown(grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        told.interrupt();
        ServerStats stats = server.stats();
        String served = plural(Math.max(0, stats.requests() - stats.cutExchanges()), "request") + " served, " + ByteCount.of(stats.bytesSent()) + " sent";
        if (stats.cutExchanges() > 0) {
            System.err.println("Stopped: " + plural(stats.cutExchanges(), "request") + " did not finish within " + seconds(grace) + " s and " + (stats.cutExchanges() == 1 ? "was" : "were") + " cut; " + served + ".");
            return WAS_CUT;
        }
        System.err.println("Stopped: " + served + ".");
        return 0;
    }

    private static void tellWhatRuns(ShockwaveServer server) {
        try {
            for (;;) {
                Thread.sleep(2_000);
                long active = server.stats().exchangesActive();
                if (active > 0) {
                    System.err.println("Waiting for " + plural(active, "request") + ".");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it has ended
        }
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1_000 == 0 ? Long.toString(time.toSeconds()) : Double.toString(time.toMillis() / 1e3);
    }

    private static String plural(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
