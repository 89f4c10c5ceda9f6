package io.shockwave.cli;

import io.shockwave.Tier;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Properties;

/** The command line: picks the command, and turns what it says into an exit code. Runs on the main thread. */
public final class Main {
    private static final String HELP = """
            Usage: shockwave COMMAND [OPTIONS]

              serve [DIR]    serve a folder over HTTP/1.1, and with --http3 over HTTP/3
              get URL        fetch a URL
              load URL       send many requests, and tell rate, latencies and CPU time
              tune FILE      advise a configuration for a workload: a HAR file, an access log or a description
              jvm-args       print the JVM arguments that suit the tier
              version        tell version, tier and its limits
              help           this text

            shockwave COMMAND --help tells the options of a command.

            Examples:
              shockwave serve ~/Public --port 8080
              shockwave get https://example.org/big.iso -O
              shockwave load http://localhost:8080/ --rate 1000
            """;

    private Main() {
    }

    public static void main(String[] args) {
        int exit;
        try {
            exit = run(args);
        } catch (Failure e) {
            System.err.println("shockwave: " + e.getMessage());
            exit = e.exit();
        } catch (IllegalStateException e) {
            // No tier on the class path, or two: the message names the remedy.
            System.err.println("shockwave: " + e.getMessage());
            exit = 1;
        }
        System.out.flush();
        System.exit(exit);
    }

    private static int run(String[] args) throws Failure {
        if (args.length == 0) {
            System.err.print(HELP);
            return Failure.USAGE;
        }
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        switch (args[0]) {
            case "serve" -> {
                return ServeCommand.run(rest);
            }
            case "get" -> {
                return GetCommand.run(rest);
            }
            case "load" -> {
                return LoadCommand.run(rest);
            }
            case "jvm-args" -> {
                return jvmArgs(rest);
            }
            case "tune" -> {
                return TuneCommand.run(rest);
            }
            case "version", "--version", "-V" -> {
                return version(rest);
            }
            case "help", "--help", "-h" -> {
                System.out.print(HELP);
                return 0;
            }
            default -> throw Failure.usage("there is no command " + args[0] + "; the commands are serve, get, load, tune, jvm-args, version and help");
        }
    }

    private static int jvmArgs(String[] args) throws Failure {
        Arguments arguments = Arguments.parse("jvm-args", Arguments.options("/tier=", "h/help"), args);
        if (arguments.has("help")) {
            System.out.print("""
                    Usage: shockwave jvm-args [TIER]

                    Prints the JVM arguments that were measured to suit a tier, the one of this jar by default, each with its reason. The JVM reads such a file
                    itself, and what is written behind it wins.

                    Example:
                      shockwave jvm-args > app.jvmargs        java @app.jvmargs -Xmx64m -jar app.jar
                    """);
            return 0;
        }
        if (arguments.rest().size() > 1) {
            throw Failure.usage("jvm-args takes one tier");
        }
        String tier = arguments.rest().isEmpty() ? arguments.value("tier", Tier.current().name()) : arguments.rest().getFirst();
        try (InputStream in = Main.class.getResourceAsStream("/io/shockwave/tuning/tiers/" + tier + ".jvmargs")) {
            if (in == null) {
                throw Failure.usage("there is no tier " + tier + "; the tiers are lowmem, highperf, ultraperf and maxperf");
            }
            in.transferTo(System.out);
        } catch (IOException e) {
            throw new IllegalStateException("the jar is broken: the arguments of " + tier + " cannot be read", e);
        }
        return 0;
    }

    private static int version(String[] args) throws Failure {
        Arguments arguments = Arguments.parse("version", Arguments.options("/tier=", "h/help"), args);
        if (arguments.has("help")) {
            System.out.print("""
                    Usage: shockwave version [--tier NAME]

                    Tells the version, the tier with its three limits, and the Java that runs it.

                    Example:
                      shockwave version --tier maxperf
                    """);
            return 0;
        }
        if (!arguments.rest().isEmpty()) {
            throw Failure.usage("version takes no arguments");
        }
        arguments.checkTier();
        System.out.println("shockwave " + number() + ", tier " + Tier.current());
        System.out.println("Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
        return 0;
    }

    /** The version of this build. */
    private static String number() {
        Properties properties = new Properties();
        try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("the jar is broken: its version cannot be read", e);
        }
        return properties.getProperty("version");
    }
}
