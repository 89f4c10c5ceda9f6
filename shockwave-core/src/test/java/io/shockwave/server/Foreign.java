package io.shockwave.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Other people's programs, run bounded in time, and skipped with a word where they are not installed. */
final class Foreign {
    private static final long PATIENCE_S = 30;

    private Foreign() {
    }

    /** Where the program is; the test is skipped when it is nowhere. */
    static String find(String program) {
        for (String dir : "/usr/bin:/usr/sbin:/usr/local/bin:/usr/local/sbin:/opt/homebrew/bin".split(":")) {
            if (Files.isExecutable(Path.of(dir, program))) {
                return dir + "/" + program;
            }
        }
        System.out.println("skipped: " + program + " is not installed");
        Assumptions.abort(program + " is not installed");
        throw new IllegalStateException("not reached");
    }

    record Result(int exit, String out) {
    }

    static Result run(Path dir, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(dir, "foreign", ".out");
        Process process = new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running after " + PATIENCE_S + " s: " + command + "\n" + Files.readString(out, StandardCharsets.ISO_8859_1));
        }
        return new Result(process.exitValue(), Files.readString(out, StandardCharsets.ISO_8859_1));
    }

    /** A port that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A program that goes on until closed, once it listens on that port. */
    static Daemon daemon(Path dir, int port, List<String> command) throws IOException {
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

    record Daemon(Process process) implements AutoCloseable {
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
