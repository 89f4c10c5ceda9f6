package io.shockwave.internal.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on the loopback that does to each connection what a script says, however wrong. Connections beyond the scripts get the last one. */
public final class RawServer implements AutoCloseable {
    /** What happens on one connection; it is closed afterwards. */
    @FunctionalInterface
    public interface Script {
        void serve(Peer peer) throws Exception;
    }

    private final ServerSocket listener;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Script[] scripts;

    public RawServer(Script... scripts) throws IOException {
        this.scripts = scripts;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("raw-server").start(this::accept);
    }

    /** Answers every request of every connection with these bytes, content being no longer than announced. */
    public static RawServer answering(String response) throws IOException {
        return new RawServer(peer -> {
            while (peer.readRequest() != null) {
                peer.send(response);
            }
        });
    }

    public int port() {
        return listener.getLocalPort();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    /** Connections accepted so far. */
    public int connections() {
        return accepted.get();
    }

    /** What scripts threw, but for the ends of connections. */
    public List<Throwable> failures() {
        return failures;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                Script script = scripts[Math.min(accepted.getAndIncrement(), scripts.length - 1)];
                Thread.ofPlatform().daemon().name("raw-server-connection").start(() -> serve(socket, script));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket, Script script) {
        try (socket) {
            script.serve(new Peer(socket));
        } catch (IOException | InterruptedException gone) {
            // What misbehaving servers see.
        } catch (Throwable e) {
            failures.add(e);
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** The server's end of one connection. */
    public static final class Peer {
        public final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        public Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new java.io.BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        /** A head up to and with its empty line; {@code null} if the connection ended before its first byte. */
        public String readHead() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            int last = 0;
            while (true) {
                int b = in.read();
                if (b < 0) {
                    if (head.size() == 0) {
                        return null;
                    }
                    throw new EOFException();
                }
                head.write(b);
                last = last << 8 | b;
                if (last == 0x0D0A0D0A) {
                    return head.toString(StandardCharsets.ISO_8859_1);
                }
            }
        }

        /** A head and content of announced length; {@code null} at the end. */
        public String readRequest() throws IOException {
            String head = readHead();
            if (head == null) {
                return null;
            }
            for (String line : head.split("\r\n")) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    return head + read(Integer.parseInt(line.substring(15).trim()));
                }
            }
            return head;
        }

        public String read(int bytes) throws IOException {
            return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
        }

        /** Everything up to the end of the connection. */
        public String readAll() throws IOException {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }

        /** Reads up to and with this text. */
        public String readUntil(String end) throws IOException {
            StringBuilder text = new StringBuilder();
            while (!text.toString().endsWith(end)) {
                int b = in.read();
                if (b < 0) {
                    throw new EOFException();
                }
                text.append((char) b);
            }
            return text.toString();
        }

        public int readByte() throws IOException {
            return in.read();
        }

        public void send(String bytes) throws IOException {
            send(bytes.getBytes(StandardCharsets.ISO_8859_1));
        }

        public void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** Ends the connection with RST. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
