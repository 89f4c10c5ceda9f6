package io.shockwave.artifacts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code java … -jar shockwave-TIER.jar serve FOLDER} in a JVM of its own, on a port that the system chose. */
final class Served implements AutoCloseable {

    private static final int LIMIT_S = 60;

    final int port;
    private final Process process;
    private final Path err;

    private Served(Process process, Path err) throws IOException, InterruptedException {
        this.process = process;
        this.err = err;
        this.port = announced();
    }

    static Served start(Path scratch, String tier, Path folder, String... jvmArguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(jvmArguments));
        command.addAll(List.of("-jar", Artifacts.tier(tier).toString(), "serve", folder.toString(), "--port", "0", "--bind", "127.0.0.1", "-q"));
        Path err = Files.createTempFile(scratch, "serve", ".err");
        return new Served(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(err.toFile()).start(), err);
    }

    private int announced() throws IOException, InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S); System.nanoTime() < end && process.isAlive(); Thread.sleep(5)) {
            Matcher url = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/").matcher(told());
            if (url.find()) {
                return Integer.parseInt(url.group(1));
            }
        }
        process.destroyForcibly();
        throw new AssertionError("it does not serve: " + told());
    }

    /** What it wrote to its error output up to now. */
    String told() throws IOException {
        return Files.readString(err);
    }

    long pid() {
        return process.pid();
    }

    /** Its answer to a request for a path, head and content. */
    String get(String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(LIMIT_S * 1000);
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** SIGTERM, and its exit code. */
    int end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
