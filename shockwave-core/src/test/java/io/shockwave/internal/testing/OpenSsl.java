package io.shockwave.internal.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The openssl command in a folder; its processes end with it. */
public final class OpenSsl implements AutoCloseable {
    private final Path folder;
    private final List<Process> processes = new ArrayList<>();

    public OpenSsl(Path folder) {
        this.folder = folder;
    }

    /** Skips the caller's tests where the command is not installed, and says which version it is otherwise. */
    public static void assumeInstalled() throws InterruptedException {
        boolean found;
        try {
            Process version = new ProcessBuilder("openssl", "version").redirectErrorStream(true).start();
            System.out.println("against " + new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            found = version.waitFor() == 0;
        } catch (IOException e) {
            found = false;
        }
        Assumptions.assumeTrue(found, "the openssl command is not installed");
    }

    /** Starts it, with its messages among its output. */
    public Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        processes.add(process);
        return process;
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
