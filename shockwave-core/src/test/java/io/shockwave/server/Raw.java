package io.shockwave.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A client that sends what it is told, byte for byte, and reads responses by a strict reading of RFC 9112. */
final class Raw implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;

    final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /** One response: its status, its head as it came, and its content after decoding. */
    record Reply(int status, String head, String content) {
        /** The values of that field, joined with '|'; null when absent. */
        String field(String name) {
            List<String> values = new ArrayList<>();
            for (String line : head.split("\r\n")) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    values.add(line.substring(name.length() + 1).strip());
                }
            }
            return values.isEmpty() ? null : String.join("|", values);
        }
    }

    Raw(InetSocketAddress server) throws IOException {
        this(connected(server));
    }

    Raw(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MS);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    static Socket connected(InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(server.getAddress().isAnyLocalAddress() ? new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()) : server, PATIENCE_MS);
        return socket;
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    Raw send(String text) throws IOException {
        return send(latin1(text));
    }

    Raw send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Like {@link #send}, but the server may close meanwhile. @return whether all was taken */
    boolean trySend(String text) {
        try {
            send(text);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    Raw endSending() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Closes with a RST. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (;;) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the connection ended within a line: \"" + line + '"');
            }
            if (b == '\n') {
                if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
                    throw new IOException("a bare LF after \"" + line + '"');
                }
                line.setLength(line.length() - 1);
                return line.toString();
            }
            line.append((char) b);
        }
    }

    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append("\r\n");
        }
        return head.toString();
    }

    Reply reply() throws IOException {
        return reply("GET");
    }

    /** Reads one response, interim or final, to a request of that method. */
    Reply reply(String method) throws IOException {
        String head = head();
        if (!head.startsWith("HTTP/1.1 ")) {
            throw new IOException("no status line: " + head);
        }
        int status = Integer.parseInt(head.substring(9, 12));
        Reply bare = new Reply(status, head, "");
        String coding = bare.field("Transfer-Encoding");
        String length = bare.field("Content-Length");
        if (status < 200 || status == 204 || status == 304 || "HEAD".equals(method)) {
            return bare;
        }
        if (coding != null && length != null) {
            throw new IOException("both Content-Length and Transfer-Encoding: " + head);
        }
        if (coding != null) {
            return new Reply(status, head, chunks());
        }
        return new Reply(status, head, length == null ? rest() : text(Integer.parseInt(length)));
    }

    /** Trailers of the last chunked response, as they came. */
    String trailers = "";

    private String chunks() throws IOException {
        StringBuilder content = new StringBuilder();
        for (;;) {
            int size = Integer.parseInt(line(), 16);
            if (size == 0) {
                trailers = head();
                return content.toString();
            }
            content.append(text(size));
            if (!line().isEmpty()) {
                throw new IOException("no CR LF behind a chunk");
            }
        }
    }

    String text(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection ended after " + bytes.length + " of " + length + " bytes of content");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    int read(byte[] dst) throws IOException {
        return in.read(dst);
    }

    /** Everything up to the end of the connection, which may be a reset. */
    String rest() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buf = new byte[8_192];
        try {
            for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
                all.write(buf, 0, n);
            }
        } catch (SocketException e) {
            // A reset ends it as well; what came before counts.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** Whether the server closes now, without another byte. */
    boolean isClosedByServer() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
