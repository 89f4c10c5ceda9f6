package io.shockwave.artifacts;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** The jars that the build made, and processes that use them. */
final class Artifacts {

    static final List<String> TIERS = List.of("lowmem", "highperf", "ultraperf", "maxperf");
    static final Path ROOT = Path.of(System.getProperty("shockwave.root", "..")).toAbsolutePath().normalize();

    private static final String VERSION = System.getProperty("shockwave.version", "0.1.0-SNAPSHOT");
    private static final int PROCESS_LIMIT_S = 60;

    private Artifacts() {
    }

    record Ran(int exit, String out, String err) {
    }

    static Path tier(String name) {
        return jar("shockwave-" + name);
    }

    static Path core() {
        return jar("shockwave-core");
    }

    private static Path jar(String module) {
        return ROOT.resolve(module).resolve("target").resolve(module + "-" + VERSION + ".jar");
    }

    static String path(Path... entries) {
        List<String> names = new ArrayList<>();
        for (Path entry : entries) {
            names.add(entry.toString());
        }
        return String.join(File.pathSeparator, names);
    }

    /** Compiles every source below a folder, with lint, as a user with strict habits would. */
    static Path compile(Path sources, Path classes, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("-Xlint:all", "-Werror", "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java")).map(Path::toString).forEach(arguments::add);
        }
        int exit = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        if (exit != 0) {
            throw new AssertionError("javac " + arguments + " failed");
        }
        return classes;
    }

    /** Runs a JVM of its own to its end, or ends it after a minute. */
    static Ran java(Path scratch, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xshare:auto");
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(scratch, "out", ".txt");
        Path err = Files.createTempFile(scratch, "err", ".txt");
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            if (!process.waitFor(PROCESS_LIMIT_S, TimeUnit.SECONDS)) {
                throw new AssertionError("not done after " + PROCESS_LIMIT_S + " s: " + command + "\n" + text(out) + text(err));
            }
        } finally {
            process.destroyForcibly();
        }
        return new Ran(process.exitValue(), text(out), text(err));
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
