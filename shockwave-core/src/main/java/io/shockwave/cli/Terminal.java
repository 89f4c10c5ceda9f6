package io.shockwave.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What a person sees: whether an output is a terminal, how wide it is, and whether colours are wanted. Stateless. */
final class Terminal {
    static final int OUT = 1;
    static final int ERR = 2;

    private static final int DEFAULT_COLUMNS = 80;
    private static final long ASK_LIMIT_MS = 500;

    private Terminal() {
    }

    /** Whether this descriptor is a terminal. {@link java.io.Console} only tells of input and output together, which says nothing about errors, or about output behind a pipe. */
    static boolean isTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        try {
            if (Files.isSymbolicLink(link)) {
                String target = Files.readSymbolicLink(link).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            }
        } catch (IOException e) {
            return false;
        }
        if (System.getProperty("os.name").startsWith("Windows")) {
            return System.console() != null && System.console().isTerminal();
        }
        try {
            Process test = new ProcessBuilder("test", "-t", Integer.toString(descriptor)).inheritIO().start();
            return test.waitFor(ASK_LIMIT_MS, TimeUnit.MILLISECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The width of the terminal that this process runs in; 80 where it does not tell. */
    static int columns() {
        try {
            Process stty = new ProcessBuilder("stty", "size").redirectInput(Path.of("/dev/tty").toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try (InputStream in = stty.getInputStream()) {
                String[] size = new String(in.readNBytes(64), StandardCharsets.US_ASCII).strip().split(" ");
                if (stty.waitFor(ASK_LIMIT_MS, TimeUnit.MILLISECONDS) && size.length == 2) {
                    int columns = Integer.parseInt(size[1]);
                    return columns > 0 ? columns : DEFAULT_COLUMNS;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // no stty, or no terminal
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return DEFAULT_COLUMNS;
    }

    /** Colours are for terminals that know them, and for people who did not say no (no-color.org). */
    static boolean hasColours(int descriptor) {
        String no = System.getenv("NO_COLOR");
        return (no == null || no.isEmpty()) && !"dumb".equals(System.getenv("TERM")) && isTerminal(descriptor);
    }

    /** Whether characters beyond ASCII come out right. */
    static boolean isUtf8() {
        return System.getProperty("stderr.encoding", System.getProperty("native.encoding", "")).toUpperCase(Locale.ROOT).replace("-", "").equals("UTF8");
    }

    /** The bytes of the standard output, not buffered: who writes to it knows when a piece is complete. */
    static FileOutputStream out() {
        return new FileOutputStream(FileDescriptor.out);
    }

    /** Makes a peer's text fit to be shown: control characters would act on the terminal. */
    static String shown(CharSequence text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c == '\t' || c >= ' ' && c < 0x7F || c > 0x9F ? c : '?');
        }
        return out.toString();
    }
}
