package io.shockwave.cli;

import io.shockwave.Tier;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The command line. Runs on the main thread. */
public final class Main {

    private Main() {
    }

    public static void main(String[] args) throws IOException {
        if (args.length == 1 && args[0].equals("version")) {
            System.out.println("shockwave " + version() + ", tier " + Tier.current());
            return;
        }
        System.err.println("usage: shockwave version");
        System.exit(2);
    }

    private static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        }
        return properties.getProperty("version");
    }
}
