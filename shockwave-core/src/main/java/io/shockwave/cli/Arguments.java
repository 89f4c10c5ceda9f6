package io.shockwave.cli;

import io.shockwave.Tier;
import java.nio.file.Path;
import java.time.Duration;
import java.nio.file.InvalidPathException;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** The arguments of one command, taken apart. Whatever is wrong with them is told in one sentence. */
final class Arguments {
    private static final Duration LONGEST = Duration.ofDays(365);

    private final String command;
    private final CommandLine line;

    private Arguments(String command, CommandLine line) {
        this.command = command;
        this.line = line;
    }

    /** Flags are given as {@code s/silent}, or {@code /silent} without a short form; options with a value end in {@code =}. */
    static Options options(String... specs) {
        Options options = new Options();
        for (String spec : specs) {
            boolean valued = spec.endsWith("=");
            int slash = spec.indexOf('/');
            String shortName = slash == 0 ? null : spec.substring(0, slash);
            options.addOption(new Option(shortName, spec.substring(slash + 1, spec.length() - (valued ? 1 : 0)), valued, ""));
        }
        return options;
    }

    static Arguments parse(String command, Options options, String[] args) throws Failure {
        try {
            // Values are taken as they stand: quotes in them are data, and an abbreviation that is clear today is not tomorrow.
            DefaultParser parser = DefaultParser.builder().setAllowPartialMatching(false).setStripLeadingAndTrailingQuotes(false).get();
            return new Arguments(command, parser.parse(options, args));
        } catch (UnrecognizedOptionException e) {
            throw Failure.usage("there is no option " + e.getOption() + "; shockwave " + command + " --help tells those that exist");
        } catch (MissingArgumentException e) {
            throw Failure.usage("option " + nameOf(e.getOption()) + " needs a value");
        } catch (ParseException e) {
            throw Failure.usage(e.getMessage());
        }
    }

    private static String nameOf(Option option) {
        return "--" + option.getLongOpt();
    }

    boolean has(String name) {
        return line.hasOption(name);
    }

    /** The value given last; {@code absent} without the option. */
    String value(String name, String absent) {
        String[] values = line.getOptionValues(name);
        return values == null ? absent : values[values.length - 1];
    }

    String[] values(String name) {
        String[] values = line.getOptionValues(name);
        return values == null ? new String[0] : values;
    }

    int number(String name, int absent, int min, int max) throws Failure {
        String text = value(name, "");
        if (text.isEmpty() && !has(name)) {
            return absent;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw Failure.usage("--" + name + " must be a number from " + min + " to " + max + ", not " + text);
    }

    /** Seconds, with a fraction if wanted; {@code absent} without the option. */
    Duration seconds(String name, Duration absent) throws Failure {
        if (!has(name)) {
            return absent;
        }
        String text = value(name, "");
        try {
            double seconds = Double.parseDouble(text);
            if (seconds > 0 && seconds <= LONGEST.toSeconds()) {
                return Duration.ofNanos((long) (seconds * 1e9));
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw Failure.usage("--" + name + " must be a number of seconds above 0, not " + text);
    }

    /** A time with its unit, {@code 300ms}, {@code 2s} or {@code 1m}; {@code absent} without the option. */
    Duration time(String name, Duration absent) throws Failure {
        if (!has(name)) {
            return absent;
        }
        String text = value(name, "");
        int at = 0;
        while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        long unitNs = switch (text.substring(at)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 0;
        };
        try {
            double ns = Double.parseDouble(text.substring(0, at)) * unitNs;
            if (unitNs > 0 && ns <= LONGEST.toNanos()) {
                return Duration.ofNanos((long) ns);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw Failure.usage("--" + name + " must be a time with its unit, such as 300ms, 2s or 1m, not " + text);
    }

    Path path(String name) throws Failure {
        return path(name, value(name, ""));
    }

    static Path path(String what, String text) throws Failure {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw Failure.usage(what + " is no path on this system: " + e.getReason());
        }
    }

    List<String> rest() {
        return line.getArgList();
    }

    /** The launcher has chosen the tier already, and hands the choice on; without the launcher the jar is the choice. */
    void checkTier() throws Failure {
        String linked = Tier.current().name();
        String wanted = value("tier", linked);
        if (!wanted.equals(linked)) {
            throw Failure.usage("this jar is the tier " + linked + "; run shockwave-" + wanted + ".jar for " + wanted + ", or ./shockwave " + command + " --tier " + wanted);
        }
    }
}
