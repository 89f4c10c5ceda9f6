package io.shockwave.cli;

import io.shockwave.HeaderName;
import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.MutableHeaders;
import io.shockwave.Tls;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ShockwaveClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Options;

/** The options of {@code get}, checked, and turned into a client and a request. */
final class GetOptions {
    static final String HELP = """
            Usage: shockwave get URL [OPTIONS]

            Fetches URL and writes the content to the standard output, or to a file. While a person watches, a bar on the error output shows how far it is.

              -o, --output FILE          write to FILE; - is the standard output
              -O, --remote-name          write to a file named as in the URL
              -C, --continue             go on where an earlier transfer to the same file ended; if the content has changed meanwhile, begin anew
              -L, --location             follow redirects; credentials stay with their origin, https never becomes http
              -X, --request METHOD       use this method
              -H, --header 'Name: text'  send this field; repeatable
              -d, --data TEXT            send TEXT with POST, as a form unless -H 'Content-Type: ...' says else; @FILE sends a file, @- the standard input;
                                         several are joined with &
              -I, --head                 ask for the head only, and show it
              -i, --include              show the head before the content
                  --compressed           accept gzip and deflate, and decode them
                  --http3                try HTTP/3 first, and HTTP/1.1 if it does not come about
                  --http3-only           HTTP/3, and fail without it
                  --cacert FILE          trust these certificates (PEM), and no others
                  --cert FILE            authenticate with this certificate chain (PEM)
                  --key FILE             its private key (PEM), if it is not in the same file
                  --proxy [USER:PASSWORD@]HOST:PORT    through an HTTP proxy
                  --socks5 [USER:PASSWORD@]HOST:PORT   through a SOCKS5 proxy
                  --unix-socket PATH     through a Unix domain socket
                  --connect-timeout SEC  for each of resolving, connecting and the TLS handshake; 10
                  --max-time SEC         for the whole transfer; unlimited
              -v, --verbose              tell on the error output what is sent and received
              -s, --silent               no bar and no remarks; failures are told nevertheless
                  --tier NAME            lowmem, highperf, ultraperf or maxperf
              -h, --help                 this text

            Exit codes, those of curl where it has one for the case:
              0   the content was fetched                23  the file or the output could not be written
              2   wrong options                          26  a file for -d, --cacert, --cert or --key could not be read
              3   not a URL                              28  a time limit passed
              5   the proxy's name was not resolved      33  the server cannot go on at this place
              6   the name was not resolved              35  TLS failed, or the certificate is not trusted
              7   no connection                          56  the connection broke before an answer came
              8   the answer breaks the protocol         63  the answer exceeds a limit
              18  the content was cut                    130 interrupted by Ctrl-C
              1   anything else
              22  the status is 400 or above, or a redirect that -L does not follow; on the standard output the content is written all the same, a file is left as it was

            Examples:
              shockwave get https://example.org/
              shockwave get https://example.org/big.iso -O -C
              shockwave get https://example.org/api -H 'Accept: application/json' -d '{"a":1}' -H 'Content-Type: application/json'
              shockwave get https://localhost:8443/ --http3 --cacert demo.pem -v
              shockwave get http://localhost/ --unix-socket /tmp/files.sock -i
            """;

    static final Options OPTIONS = Arguments.options("o/output=", "O/remote-name", "C/continue", "L/location", "X/request=", "H/header=", "d/data=", "I/head", "i/include", "/compressed", "/http3", "/http3-only", "/cacert=", "/cert=", "/key=",
            "/proxy=", "/socks5=", "/unix-socket=", "/connect-timeout=", "/max-time=", "v/verbose", "s/silent", "/tier=", "h/help");
    private static final int CANNOT_READ = 26;
    private static final int NO_PROXY = 5;
    private static final String FORM = "application/x-www-form-urlencoded";
    /** Text compresses a few hundred times at most unless it was made to do harm. */
    private static final int MAX_RATIO = 1_000;
    private static final long MAX_DECODED = 1L << 40;

    private final Arguments arguments;
    private final String url;

    private GetOptions(Arguments arguments, String url) {
        this.arguments = arguments;
        this.url = url;
    }

    static GetOptions of(Arguments arguments) throws Failure {
        if (arguments.rest().size() != 1) {
            throw Failure.usage(arguments.rest().isEmpty() ? "get needs a URL; shockwave get --help tells more" : "one URL can be fetched, not " + arguments.rest().size() + ": " + String.join(" ", arguments.rest()));
        }
        GetOptions options = new GetOptions(arguments, UrlText.complete(arguments.rest().getFirst()));
        options.check();
        return options;
    }

    private void check() throws Failure {
        if (has("output") && has("remote-name")) {
            throw Failure.usage("-o and -O both name the file; give one");
        }
        if (has("continue") && target().isEmpty()) {
            throw Failure.usage("-C goes on with a file; name it with -o or -O");
        }
        if (has("continue") && (has("include") || has("head") || has("compressed") || has("data"))) {
            throw Failure.usage("-C fetches bytes of a file, so it does not go with -i, -I, -d or --compressed");
        }
        if (has("head") && has("data")) {
            throw Failure.usage("-I sends no content, so it does not go with -d");
        }
        if (has("key") && !has("cert")) {
            throw Failure.usage("--key needs --cert");
        }
        if ((has("proxy") ? 1 : 0) + (has("socks5") ? 1 : 0) + (has("unix-socket") ? 1 : 0) > 1) {
            throw Failure.usage("--proxy, --socks5 and --unix-socket each name the way to the server; give one");
        }
        if ((has("http3") || has("http3-only")) && (has("proxy") || has("socks5") || has("unix-socket"))) {
            throw Failure.usage("HTTP/3 goes over UDP, and not through --proxy, --socks5 or --unix-socket");
        }
        if (has("http3-only") && !url.startsWith("https:")) {
            throw Failure.usage("HTTP/3 is always encrypted: --http3-only needs an https URL");
        }
        arguments.checkTier();
    }

    /** What to do about a failure, behind its own words. */
    String withAdvice(String message) {
        if (has("http3-only") && message.contains("no answer within")) {
            return message + "; --http3 would fall back to HTTP/1.1, --connect-timeout SEC waits less";
        }
        return Failure.withAdvice(message, arguments);
    }

    boolean has(String name) {
        return arguments.has(name);
    }

    String url() {
        return url;
    }

    /** The file to write; empty for the standard output. */
    String target() throws Failure {
        if (has("remote-name")) {
            return UrlText.fileName(url);
        }
        String output = arguments.value("output", "-");
        return output.equals("-") ? "" : output;
    }

    Method method() throws Failure {
        String name = arguments.value("request", has("head") ? "HEAD" : has("data") ? "POST" : "GET");
        try {
            return Method.of(name);
        } catch (IllegalArgumentException e) {
            throw Failure.usage(e.getMessage());
        }
    }

    ShockwaveClient client() throws Failure {
        ShockwaveClient.Builder builder = ShockwaveClient.builder();
        Duration connect = arguments.seconds("connect-timeout", Duration.ofSeconds(10));
        builder.resolveTimeout(connect).connectTimeout(connect).tlsTimeout(connect);
        builder.redirects(has("location") ? ShockwaveClient.Redirects.ALWAYS : ShockwaveClient.Redirects.NEVER);
        if (has("http3-only")) {
            builder.protocols(HttpVersion.HTTP_3);
        } else if (has("http3")) {
            builder.prefer(HttpVersion.HTTP_3);
        }
        if (has("compressed")) {
            builder.decompress(MAX_RATIO, MAX_DECODED);
        }
        if (has("cacert") || has("cert")) {
            builder.tls(tls());
        }
        if (has("proxy")) {
            ProxyAddress proxy = ProxyAddress.of("proxy", arguments.value("proxy", ""));
            if (proxy.user().isEmpty()) {
                builder.httpProxy(proxy.address());
            } else {
                builder.httpProxy(proxy.address(), proxy.user(), proxy.password());
            }
        }
        if (has("socks5")) {
            ProxyAddress proxy = ProxyAddress.of("socks5", arguments.value("socks5", ""));
            if (proxy.user().isEmpty()) {
                builder.socksProxy(proxy.address());
            } else {
                builder.socksProxy(proxy.address(), proxy.user(), proxy.password());
            }
        }
        if (has("unix-socket")) {
            builder.unixSocket(UnixDomainSocketAddress.of(arguments.path("unix-socket")));
        }
        return builder.build();
    }

    private Tls tls() throws Failure {
        try {
            Tls tls = has("cacert") ? Tls.trusting(arguments.path("cacert")) : Tls.system();
            if (has("cert")) {
                Path chain = arguments.path("cert");
                tls = tls.and(Tls.pem(chain, has("key") ? arguments.path("key") : chain));
            }
            return tls;
        } catch (IOException e) {
            throw new Failure(CANNOT_READ, e.getMessage());
        }
    }

    ClientRequest request(ShockwaveClient client) throws Failure {
        ClientRequest request;
        try {
            request = client.request(method(), url);
        } catch (IllegalArgumentException e) {
            throw new Failure(3, e.getMessage());
        }
        if (has("max-time")) {
            request.timeout(arguments.seconds("max-time", Duration.ZERO));
        }
        body(request);
        for (String field : arguments.values("header")) {
            header(request.headers(), field);
        }
        return request;
    }

    private static void header(MutableHeaders headers, String field) throws Failure {
        int colon = field.indexOf(':');
        if (colon <= 0) {
            throw Failure.usage("-H needs 'Name: text', not '" + Terminal.shown(field) + "'");
        }
        try {
            HeaderName name = HeaderName.of(field.substring(0, colon));
            String value = new String(field.substring(colon + 1).strip().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            if (name.equals(HeaderName.CONTENT_TYPE)) {
                headers.set(name, value); // the one given by -d
            } else {
                headers.add(name, value);
            }
        } catch (IllegalArgumentException e) {
            throw Failure.usage(e.getMessage());
        }
    }

    private void body(ClientRequest request) throws Failure {
        String[] data = arguments.values("data");
        if (data.length == 0) {
            return;
        }
        request.headers().set(HeaderName.CONTENT_TYPE, FORM);
        if (data.length == 1 && data[0].startsWith("@") && !data[0].equals("@-")) {
            Path file = Arguments.path("--data", data[0].substring(1));
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw new Failure(CANNOT_READ, "cannot read " + file + " for --data");
            }
            request.body(file);
            return;
        }
        if (data.length == 1 && data[0].equals("@-")) {
            request.body(-1, System.in);
            return;
        }
        List<String> parts = new ArrayList<>();
        for (String part : data) {
            parts.add(part.startsWith("@") ? text(part.substring(1)) : part);
        }
        request.body(String.join("&", parts).getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String file) throws Failure {
        try {
            return file.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : Files.readString(Arguments.path("--data", file));
        } catch (IOException e) {
            throw new Failure(CANNOT_READ, "cannot read " + file + " for --data: " + e.getMessage());
        }
    }

    /** Where a proxy is, and who asks. */
    private record ProxyAddress(InetSocketAddress address, String user, String password) {
        static ProxyAddress of(String option, String text) throws Failure {
            String rest = text.substring(text.indexOf("://") < 0 ? 0 : text.indexOf("://") + 3);
            int at = rest.lastIndexOf('@');
            String credentials = at < 0 ? "" : rest.substring(0, at);
            String where = at < 0 ? rest : rest.substring(at + 1);
            while (where.endsWith("/")) {
                where = where.substring(0, where.length() - 1);
            }
            int colon = where.lastIndexOf(':');
            try {
                int port = Integer.parseInt(where.substring(colon + 1));
                int split = credentials.indexOf(':');
                String user = split < 0 ? credentials : credentials.substring(0, split);
                InetAddress host = InetAddress.getByName(where.substring(0, Math.max(colon, 0)));
                return new ProxyAddress(new InetSocketAddress(host, port), user, split < 0 ? "" : credentials.substring(split + 1));
            } catch (UnknownHostException e) {
                throw new Failure(NO_PROXY, "cannot resolve the proxy's name in --" + option + ' ' + where);
            } catch (IllegalArgumentException e) {
                throw Failure.usage("--" + option + " needs HOST:PORT, not " + where);
            }
        }
    }
}
