package io.shockwave.tuning;

import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of one tier in a JVM of its own. Used by the measuring thread. */
final class TierServer implements AutoCloseable {
    private static final int MAX_KEPT_LINES = 10;
    private static final int END_LIMIT_S = 5;

    private final Process process;
    private final DataOutputStream commands;
    private final BufferedReader answers;
    private final Deque<String> said = new ArrayDeque<>();
    private final String tier;
    private final int port;
    private double spills = -1;

    /**
     * Starts it and waits until it serves.
     *
     * @throws IOException if it does not; the message holds what its JVM said
     */
    TierServer(String tier, String classPath, List<String> jvmArguments, List<Replay> exchanges, int bufferBytes) throws IOException {
        this.tier = tier;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmArguments);
        command.addAll(List.of("-cp", classPath, TierServerMain.class.getName()));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        commands = new DataOutputStream(new java.io.BufferedOutputStream(process.getOutputStream()));
        answers = process.inputReader(StandardCharsets.UTF_8);
        try {
            TierServerMain.write(commands, exchanges, bufferBytes);
        } catch (IOException e) {
            // It ended already; what it said is told below.
        }
        String[] ready = answer("ready").split(" ");
        port = Integer.parseInt(ready[0]);
        if (!ready[1].equals(tier)) {
            close();
            throw new IOException("the class path of " + tier + " holds the tier " + ready[1] + ": " + classPath);
        }
    }

    private String answer(String kind) throws IOException {
        String begin = TierServerMain.ANSWER + kind + " ";
        for (;;) {
            String line = answers.readLine();
            if (line == null) {
                close();
                throw new IOException("the server of the tier " + tier + " ended: " + String.join("; ", said));
            }
            if (line.startsWith(begin)) {
                return line.substring(begin.length());
            }
            said.addLast(line);
            if (said.size() > MAX_KEPT_LINES) {
                said.removeFirst();
            }
        }
    }

    int port() {
        return port;
    }

    /** Header sections that did not fit, for each request until the last {@link #usage}. */
    double spillsPerRequest() {
        return spills;
    }

    Usage usage() throws IOException {
        commands.write(TierServerMain.ASK_USAGE);
        commands.flush();
        String[] told = answer("usage").split(" ");
        spills = Double.parseDouble(told[3]) / Math.max(Long.parseLong(told[4]), 1);
        Usage outside = ProcessMeter.of(process.pid());
        return new Usage(outside.cpuNs(), Long.parseLong(told[0]), Long.parseLong(told[1]), Long.parseLong(told[2]), outside.rssBytes());
    }

    @Override
    public void close() {
        try {
            commands.close();
        } catch (IOException e) {
            // It ended already.
        }
        try {
            if (!process.waitFor(END_LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
