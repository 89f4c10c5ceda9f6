package io.shockwave.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command line in a JVM of its own, as a user starts it. */
final class Cli implements AutoCloseable {
    private static final long LIMIT_S = 60;

    /** What a command that ended left behind. */
    record Ran(int exit, byte[] out, String err) {
        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }
    }

    private final Process process;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Thread outReader;
    private final Thread errReader;

    private Cli(Process process) {
        this.process = process;
        outReader = Thread.ofVirtual().start(() -> copy(process.getInputStream(), out));
        errReader = Thread.ofVirtual().start(() -> copy(process.getErrorStream(), err));
    }

    static Cli start(Path folder, String... args) throws IOException {
        return start(folder, command(args));
    }

    /** As {@link #start(Path, String...)}, with a command that {@link #command} made. */
    static Cli start(Path folder, List<String> command) throws IOException {
        return new Cli(new ProcessBuilder(command).directory(folder.toFile()).start());
    }

    static List<String> command(String... args) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), "io.shockwave.cli.Main"));
        command.addAll(List.of(args));
        return command;
    }

    static Ran run(Path folder, String... args) throws Exception {
        try (Cli cli = start(folder, args)) {
            cli.process.getOutputStream().close();
            return cli.await();
        }
    }

    Ran await() throws InterruptedException {
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("still running; it said: " + err());
        }
        outReader.join();
        errReader.join();
        return new Ran(process.exitValue(), out.toByteArray(), err());
    }

    /** The port from a server's announcement. */
    int port() throws InterruptedException {
        Matcher url = Pattern.compile("https?://localhost:(\\d+)/").matcher(awaitErr("Ctrl-C ends it."));
        if (!url.find()) {
            throw new AssertionError("no URL: " + err());
        }
        return Integer.parseInt(url.group(1));
    }

    String awaitErr(String part) throws InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S); !err().contains(part);) {
            if (System.nanoTime() > end || !process.isAlive() && !errReader.isAlive() && !err().contains(part)) {
                throw new AssertionError("it did not say \"" + part + "\" but: " + err());
            }
            Thread.sleep(10);
        }
        return err();
    }

    /** SIGTERM. {@link Process#destroy} would close the streams as well. */
    void terminate() {
        process.toHandle().destroy();
    }

    String err() {
        synchronized (err) {
            return err.toString(StandardCharsets.UTF_8);
        }
    }

    String out() {
        synchronized (out) {
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    private static void copy(InputStream in, ByteArrayOutputStream to) {
        byte[] buf = new byte[8_192];
        try {
            for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
                synchronized (to) {
                    to.write(buf, 0, n);
                }
            }
        } catch (IOException e) {
            // Closed, as the test is over.
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
