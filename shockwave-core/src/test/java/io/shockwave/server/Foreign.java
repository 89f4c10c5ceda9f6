package io.shockwave.server;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Other people's programs, run bounded in time, and skipped with a word where they are not installed. */
public final class Foreign {
    private static final long PATIENCE_S = 30;

    private Foreign() {
    }

    /** Where the program is; the test is skipped when it is nowhere. */
    public static String find(String program) {
        for (String dir : "/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin:/opt/homebrew/bin".split(":")) {
            if (Files.isExecutable(Path.of(dir, program))) {
                return dir + "/" + program;
            }
        }
        System.out.println("skipped: " + program + " is not installed");
        Assumptions.abort(program + " is not installed");
        throw new IllegalStateException("not reached");
    }

    /** A command line for a program below {@code usr} of the folder that {@code .ci/peers} made; the test is skipped without that. */
    public static List<String> peer(String program, String... options) {
        Path run = Path.of(System.getenv().getOrDefault("SHOCKWAVE_PEERS", "nowhere"), "run");
        if (!Files.isExecutable(run)) {
            System.out.println("skipped: " + program + " of Debian 13, as SHOCKWAVE_PEERS is no folder that .ci/peers made");
            Assumptions.abort("SHOCKWAVE_PEERS is no folder that .ci/peers made");
        }
        return Stream.concat(Stream.of(run.toString(), program), Stream.of(options)).toList();
    }

    public record Result(int exit, String out) {
    }

    public static Result run(Path dir, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(dir, "foreign", ".out");
        Process process = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running after " + PATIENCE_S + " s: " + command + "\n" + Files.readString(out, StandardCharsets.ISO_8859_1));
        }
        return new Result(process.exitValue(), Files.readString(out, StandardCharsets.ISO_8859_1));
    }

    /** A port that was free a moment ago. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Likewise for datagrams. */
    public static int freeUdpPort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A program that goes on until its caller ends it. */
    public static Process start(Path dir, Path out, List<String> command) throws IOException {
        return new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    }

    /** Waits until a QUIC server answers at that port. */
    public static void awaitQuic(Process process, Path out, int port) throws IOException {
        Await.until(() -> !process.isAlive() || speaksQuic(port), () -> process);
        if (!process.isAlive()) {
            throw new AssertionError(process + " ended: " + Files.readString(out, StandardCharsets.ISO_8859_1));
        }
    }

    /** Asks in a version that nobody has, to which every server says what it has (RFC 9000 6.1): no connection comes of it. */
    private static boolean speaksQuic(int port) {
        byte[] asks = new byte[1_200];
        asks[0] = (byte) 0xc0;
        asks[1] = asks[2] = asks[3] = asks[4] = 0x1a;
        asks[5] = 8;
        asks[14] = 8;
        byte[] answer = new byte[1_500];
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(200);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.send(new DatagramPacket(asks, asks.length));
            socket.receive(new DatagramPacket(answer, answer.length));
            return answer[0] < 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** A program that goes on until closed, once it listens on that port. */
    public static Daemon daemon(Path dir, int port, List<String> command) throws IOException {
        Path out = Files.createTempFile(dir, "daemon", ".out");
        Process process = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        Await.until(() -> !process.isAlive() || listens(port), () -> command);
        if (!process.isAlive()) {
            throw new AssertionError(command + " ended: " + Files.readString(out, StandardCharsets.ISO_8859_1));
        }
        return new Daemon(process);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public record Daemon(Process process) implements AutoCloseable {
        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
