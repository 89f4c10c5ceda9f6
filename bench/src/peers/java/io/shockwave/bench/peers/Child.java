package io.shockwave.bench.peers;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@link Contestant} in a process of its own, pinned to one core, and what the kernel counts for it. Confined to the comparing thread. */
final class Child implements AutoCloseable {
    /** CPU time of a process, in microseconds, at the clock's resolution of 10 ms. */
    record Cpu(long userUs, long systemUs) {
        Cpu since(Cpu before) {
            return new Cpu(userUs - before.userUs, systemUs - before.systemUs);
        }

        long totalUs() {
            return userUs + systemUs;
        }
    }

    private static final int TICK_US = 10_000; // USER_HZ is 100 on every Linux that runs Java

    /** One that hangs is ended, so that a comparison goes on; the longest, an idle measurement, takes about a minute. */
    private static final int MAX_LIFE_SECONDS = 240;

    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;

    Child(int core, List<String> arguments) throws IOException {
        this(core, List.of(), arguments);
    }

    /** @param jvm arguments for its JVM beside those of all */
    Child(int core, List<String> jvm, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core), System.getProperty("java.home") + "/bin/java"));
        command.addAll(List.of(System.getProperty("bench.jvm", "-Xms256m -Xmx1g -XX:+UseParallelGC").split(" ")));
        command.addAll(jvm);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Dbench.dir=" + System.getProperty("bench.dir", ""),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-cp", classPath(), Contestant.class.getName()));
        command.addAll(arguments);
        process = new ProcessBuilder(command).redirectError(new File(System.getProperty("bench.dir", "."), "contestant.log")).start();
        CompletableFuture.delayedExecutor(MAX_LIFE_SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        out = process.inputReader(StandardCharsets.UTF_8);
        in = process.outputWriter(StandardCharsets.US_ASCII);
        String line;
        do { // some greet
            line = out.readLine();
            if (line == null) {
                throw new IOException("a contestant ended at once: " + arguments + "; see contestant.log in " + System.getProperty("bench.dir", "."));
            }
        } while (!line.equals("ready"));
    }

    /** Class path of contestants: {@code bench.tierjar} in front of our own. */
    static String classPath() {
        String tier = System.getProperty("bench.tierjar");
        return tier == null ? System.getProperty("java.class.path") : tier + File.pathSeparator + System.getProperty("java.class.path");
    }

    /** A port below those that the system gives to clients: between here and the contestant's bind, none of them takes it. */
    static int freePort() throws IOException {
        for (;;) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 30_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Another.
            }
        }
    }

    String ask(String command) throws IOException {
        in.write(command + "\n");
        in.flush();
        String line = out.readLine();
        if (line == null) {
            throw new IOException("a contestant ended; see contestant.log in " + System.getProperty("bench.dir", "."));
        }
        return line;
    }

    long number(String command) throws IOException {
        return Long.parseLong(ask(command).trim());
    }

    /** Lines of the answer up to {@code end}. */
    List<String> lines(String command) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = ask(command); !line.equals("end"); line = out.readLine()) {
            lines.add(line);
        }
        return lines;
    }

    /** The CPU time of all threads but the JIT's: what is left to compile after the warm-up would be counted against whoever runs slower beside it. */
    Cpu cpu() throws IOException {
        long user = 0;
        long system = 0;
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path task : (Iterable<Path>) tasks::iterator) {
                String stat = stat(task.resolve("stat"));
                if (!stat.contains("CompilerThre") && !stat.isEmpty()) {
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    user += Long.parseLong(fields[11]);
                    system += Long.parseLong(fields[12]);
                }
            }
        }
        return new Cpu(user * TICK_US, system * TICK_US);
    }

    private static String stat(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return ""; // the thread has ended
        }
    }

    /** Resident bytes. */
    long rss() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        return 0;
    }

    @Override
    public void close() throws IOException {
        try {
            in.close();
        } finally {
            try {
                if (!process.waitFor(3, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
