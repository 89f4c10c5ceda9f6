package io.shockwave.cli;

import io.shockwave.Ascii;
import io.shockwave.BodyReader;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.HttpException;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.internal.files.ByteCount;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** {@code shockwave get}: one URL, to the standard output or a file. */
final class GetCommand {
    private static final int CUT = 18;
    private static final int STATUS = 22;
    private static final int CANNOT_WRITE = 23;
    private static final int CANNOT_RESUME = 33;
    private static final int COPY_BYTES = 65_536;

    private final GetOptions options;
    private final boolean remarks;
    private String target = "";
    private Path file = Path.of("");
    private long have;

    private GetCommand(GetOptions options) {
        this.options = options;
        remarks = !options.has("silent") && Terminal.isTerminal(Terminal.ERR);
    }

    static int run(String[] args) throws Failure {
        Arguments arguments = Arguments.parse("get", GetOptions.OPTIONS, withoutDashOfContinue(args));
        if (arguments.has("help")) {
            System.out.print(GetOptions.HELP);
            return 0;
        }
        return new GetCommand(GetOptions.of(arguments)).fetch();
    }

    /** {@code -C -}, as curl has it, says the same as {@code -C}. */
    private static String[] withoutDashOfContinue(String[] args) {
        String[] kept = new String[args.length];
        int count = 0;
        for (int i = 0; i < args.length; i++) {
            boolean dash = i > 0 && args[i].equals("-") && (args[i - 1].equals("-C") || args[i - 1].equals("--continue"));
            if (!dash) {
                kept[count++] = args[i];
            }
        }
        return java.util.Arrays.copyOf(kept, count);
    }

    private int fetch() throws Failure {
        target = options.target();
        file = Arguments.path("the file", target);
        if (!target.isEmpty() && Files.isDirectory(file)) {
            throw new Failure(CANNOT_WRITE, "cannot write " + target + ": it is a folder");
        }
        ShockwaveClient client = options.client();
        ClientRequest request = options.request(client);
        if (options.has("continue")) {
            askForRest(request);
        }
        ClientResponse response = send(request);
        if (have > 0 && response.status() == 412) {
            remark("The content has changed; beginning anew.");
            response.close();
            Partial.askForAll(request.headers());
            have = 0;
            response = send(request);
        }
        // The client and the response end with the process.
        return receive(request, response);
    }

    private void askForRest(ClientRequest request) throws Failure {
        try {
            Partial partial = new Partial(file);
            have = partial.size();
            if (have > 0) {
                partial.askForRest(request.headers(), have);
            }
        } catch (IOException e) {
            throw new Failure(CANNOT_RESUME, "cannot read " + target + ": " + Failure.why(e));
        }
    }

    private ClientResponse send(ClientRequest request) throws Failure {
        if (options.has("verbose")) {
            System.err.println("> " + request.method() + ' ' + options.url());
            printFields(System.err, "> ", request.headers());
        }
        try {
            ClientResponse response = request.send();
            if (options.has("verbose")) {
                if (options.url().startsWith("https:")) {
                    System.err.println("* " + response.version() + " (" + response.versionReason() + ")");
                } else if (options.has("http3")) {
                    System.err.println("* " + response.version() + " (HTTP/3 is always encrypted: --http3 needs an https URL)");
                }
                System.err.println("< " + statusLine(response));
                printFields(System.err, "< ", response.headers());
            }
            return response;
        } catch (HttpException e) {
            throw new Failure(exit(e, false), options.withAdvice(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            throw new Failure(1, "cannot send the request: " + e.getMessage());
        }
    }

    private int receive(ClientRequest request, ClientResponse response) throws Failure {
        int status = response.status();
        boolean stuck = options.has("location") && isRedirect(response);
        boolean refused = status >= 400 || stuck;
        if (have > 0 && status == 416) {
            return alreadyThere(response);
        }
        if (!target.isEmpty() && !refused) {
            toFile(response);
        } else if (target.isEmpty()) {
            toOutput(request, response);
        }
        if (refused) {
            String kept = target.isEmpty() ? "" : "; " + target + " was not touched";
            if (stuck) {
                throw new Failure(STATUS, response.url() + " redirects to " + Terminal.shown(response.headers().first(HeaderName.LOCATION).orElse(""))
                        + ", which -L does not follow: it leads from https to http, to another scheme, or needs content that cannot be sent again" + kept);
            }
            throw new Failure(STATUS, "the server answered " + statusLine(response) + " for " + response.url() + kept);
        }
        if (isRedirect(response)) {
            remark("This is a redirect to " + Terminal.shown(response.headers().first(HeaderName.LOCATION).orElse("")) + "; -L follows it.");
        }
        return 0;
    }

    private static boolean isRedirect(ClientResponse response) {
        int status = response.status();
        return status >= 300 && status < 400 && status != 304 && response.headers().indexOf(HeaderName.LOCATION, 0) >= 0;
    }

    /** RFC 9110 15.5.17: Content-Range tells the length, so that a complete file can be told from one that is none of this. */
    private int alreadyThere(ClientResponse response) throws Failure {
        String range = response.headers().first(HeaderName.CONTENT_RANGE).orElse("");
        if (range.equals("bytes */" + have)) {
            remark(target + " is complete already.");
            new Partial(file).forget();
            return 0;
        }
        throw new Failure(CANNOT_RESUME, target + " has " + have + " bytes, which is no part of what the server has (" + (range.isEmpty() ? "of a length that it does not tell" : Terminal.shown(range))
                + "); remove it, or fetch without -C");
    }

    private void toFile(ClientResponse response) throws Failure {
        boolean append = have > 0 && response.status() == 206;
        if (append && !response.headers().first(HeaderName.CONTENT_RANGE).orElse("").startsWith("bytes " + have + "-")) {
            throw new Failure(CANNOT_RESUME, "the server sent another part than was asked for: " + Terminal.shown(response.headers().first(HeaderName.CONTENT_RANGE).orElse("no Content-Range")));
        }
        if (have > 0 && !append) {
            remark("The server sends the whole content, as it has changed or parts are not to be had; beginning anew.");
            have = 0;
        }
        Partial partial = new Partial(file);
        try (OutputStream out = append ? Files.newOutputStream(file, StandardOpenOption.APPEND) : Files.newOutputStream(file)) {
            partial.remember(response.headers());
            writeHead(response, out);
            copy(response, out);
        } catch (IOException e) {
            throw new Failure(CANNOT_WRITE, "cannot write " + target + ": " + Failure.why(e));
        }
        partial.forget();
    }

    private void toOutput(ClientRequest request, ClientResponse response) throws Failure {
        try {
            OutputStream out = Terminal.out();
            writeHead(response, out);
            if (request.method() != Method.HEAD) {
                copy(response, out);
            }
        } catch (IOException e) {
            throw new Failure(CANNOT_WRITE, "cannot write the content: " + e.getMessage());
        }
    }

    private void writeHead(ClientResponse response, OutputStream out) throws IOException {
        if (options.has("include") || options.has("head")) {
            out.write(head(response));
        }
    }

    /** Copies the content. Failures of the sender are told here, those of the output are thrown. */
    private void copy(ClientResponse response, OutputStream out) throws IOException, Failure {
        boolean toTerminal = target.isEmpty() && Terminal.isTerminal(Terminal.OUT);
        BodyReader body = response.body();
        boolean coded = options.has("compressed") && response.headers().indexOf(HeaderName.CONTENT_ENCODING, 0) >= 0;
        long length = coded ? -1 : body.length();
        String name = target.isEmpty() ? "content" : Terminal.shown(file.getFileName().toString());
        ProgressBar bar = new ProgressBar(System.err, name, have, length < 0 ? -1 : have + length);
        boolean shown = remarks && !toTerminal;
        Thread onSignal = Thread.ofPlatform().unstarted(() -> interrupted(bar));
        Runtime.getRuntime().addShutdownHook(onSignal);
        if (shown) {
            bar.start();
        }
        byte[] buf = new byte[COPY_BYTES];
        long received = 0;
        String cut = "";
        int exit = 0;
        try {
            for (int n = read(body, buf); n >= 0; n = read(body, buf)) {
                if (toTerminal && received == 0 && !options.has("output") && isBinary(buf, n)) {
                    throw new Failure(CANNOT_WRITE, "the content is binary, and would garble the terminal; write it with -o FILE, or with -o - if you mean it");
                }
                out.write(buf, 0, n);
                received += n;
                bar.received(received);
            }
        } catch (Cut e) {
            cut = e.getMessage();
            exit = e.exit;
        } finally {
            ended(onSignal);
            if (shown) {
                bar.close();
            }
        }
        if (exit != 0) {
            throw new Failure(exit, cut + kept(have + received, length < 0 ? -1 : have + length));
        }
        if (shown && !target.isEmpty()) {
            System.err.println(bar.summary());
        }
    }

    private String kept(long bytes, long total) {
        if (target.isEmpty() || bytes == 0) {
            return "";
        }
        return "; " + ByteCount.of(bytes) + (total < 0 ? "" : " of " + ByteCount.of(total)) + " are kept in " + target + ", the same command with -C goes on";
    }

    private void interrupted(ProgressBar bar) {
        bar.close();
        if (!target.isEmpty()) {
            System.err.println("shockwave: interrupted; what came so far is kept in " + target + ", the same command with -C goes on");
        }
    }

    private static void ended(Thread onSignal) {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // A signal came: the hook is running, and tells.
        }
    }

    /** The peer's side of a copy failed. */
    private static final class Cut extends Exception {
        private static final long serialVersionUID = 1L;
        private final int exit;

        Cut(int exit, String message) {
            super(message);
            this.exit = exit;
        }
    }

    private static int read(BodyReader body, byte[] buf) throws Cut {
        try {
            return body.read(buf, 0, buf.length);
        } catch (HttpException e) {
            throw new Cut(exit(e, true), e.getMessage());
        } catch (IOException e) {
            throw new Cut(CUT, "the content could not be read: " + e.getMessage());
        }
    }

    private static int exit(HttpException e, boolean begun) {
        return switch (e.kind()) {
            case CONNECT -> e.phase() == HttpException.Phase.RESOLVE ? 6 : 7;
            case TLS -> 35;
            case TIMEOUT -> 28;
            case RESET -> begun ? CUT : 56;
            case PROTOCOL -> 8;
            case TOO_LARGE -> 63;
            case CLOSED -> 1;
        };
    }

    private static boolean isBinary(byte[] buf, int len) {
        for (int i = 0; i < Math.min(len, 1_024); i++) {
            if (buf[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private static String statusLine(ClientResponse response) {
        Ascii reason = response.reason();
        return response.status() + (reason.isEmpty() ? "" : " " + Terminal.shown(reason));
    }

    private static byte[] head(ClientResponse response) {
        StringBuilder head = new StringBuilder().append(response.version()).append(' ').append(response.status()).append(' ').append(response.reason()).append("\r\n");
        Headers headers = response.headers();
        for (int i = 0; i < headers.size(); i++) {
            head.append(headers.name(i)).append(": ").append(headers.value(i)).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void printFields(java.io.PrintStream out, String prefix, Headers headers) {
        for (int i = 0; i < headers.size(); i++) {
            out.println(prefix + headers.name(i) + ": " + Terminal.shown(headers.value(i)));
        }
    }

    private void remark(String text) {
        if (remarks) {
            System.err.println(text);
        }
    }
}
