package io.shockwave.internal.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The page that shows a folder: one HTML document that needs nothing else, readable without scripts, in the reader's light or dark colours. Confined to one request. */
public final class Listing {
    /** Entries of a page. More are counted and not shown: a page of them would help nobody, and they are all held in memory to be sorted. */
    public static final int MAX_ENTRIES = 10_000;

    /** What a page may do: nothing, but for its own style, which is named by its hash. */
    public static final String CONTENT_SECURITY_POLICY;

    private static final int PIECE_CHARS = 8_192;
    private static final String STYLE = """
            :root{color-scheme:light dark;--bg:#fff;--fg:#1c2128;--dim:#59636e;--line:#d8dee4;--soft:#f4f6f8;--link:#0a58ca;--folder:#b7791f}
            @media(prefers-color-scheme:dark){:root{--bg:#0f1318;--fg:#e3e8ee;--dim:#98a2ae;--line:#2a313a;--soft:#191f26;--link:#7ab7ff;--folder:#e0b354}}
            *{box-sizing:border-box}
            body{margin:0 auto;max-width:62rem;padding:2rem 1.25rem 3rem;background:var(--bg);color:var(--fg);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
            h1{margin:0 .75rem 1.25rem;font-size:1.35rem;font-weight:600;overflow-wrap:anywhere}
            h1 i{margin:0 .35em;color:var(--dim);font-style:normal;font-weight:400}
            a{color:var(--link);text-decoration:none}
            a:hover{text-decoration:underline}
            a:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
            table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
            th{padding:.4rem .75rem;border-bottom:2px solid var(--line);color:var(--dim);font-size:.85rem;font-weight:600;text-align:left}
            td{padding:.4rem .75rem;border-bottom:1px solid var(--line);vertical-align:top}
            tbody tr:hover{background:var(--soft)}
            td:first-child{padding-left:calc(.75rem + 1.65em);text-indent:-1.65em;overflow-wrap:anywhere}
            th:nth-child(2),td:nth-child(2){text-align:right;white-space:nowrap}
            th:nth-child(3),td:nth-child(3){text-align:right;white-space:nowrap;width:1%}
            td:nth-child(n+2){color:var(--dim)}
            svg{width:1.05em;height:1.05em;margin-right:.6em;vertical-align:-.15em;fill:var(--dim)}
            body>svg{position:absolute;width:0;height:0}
            .d svg{fill:var(--folder)}
            .d a{font-weight:600}
            p{margin:1rem .75rem 0;color:var(--dim);font-size:.85rem}
            @media(max-width:34rem){th:nth-child(3),td:nth-child(3){display:none}body{padding:1.25rem .5rem 2rem}}
            """;
    private static final String FOLDER_ICON = "<svg aria-hidden=\"true\" viewBox=\"0 0 16 16\"><use href=\"#d\"/></svg>";
    private static final String FILE_ICON = "<svg aria-hidden=\"true\" viewBox=\"0 0 16 16\"><use href=\"#f\"/></svg>";
    private static final String SYMBOLS = "<svg aria-hidden=\"true\"><symbol id=\"d\" viewBox=\"0 0 16 16\"><path d=\"M1 3.5A1.5 1.5 0 0 1 2.5 2h3.2l1.8 2h6A1.5 1.5 0 0 1 15 5.500v7a1.5 1.5 0 0 1-1.5"
            + " 1.500h-11A1.5 1.5 0 0 1 1 12.500z\"/></symbol><symbol id=\"f\" viewBox=\"0 0 16 16\"><path d=\"M3.5 1H9l4 4v8.500a1.5 1.5 0 0 1-1.5 1.500h-8A1.5 1.5 0 0 1 2 13.500v-11A1.5"
            + " 1.5 0 0 1 3.5 1zM9 2v3h3z\" fill-rule=\"evenodd\"/></symbol></svg>\n";
    private static final String HEX = "0123456789ABCDEF";

    static {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(STYLE.getBytes(StandardCharsets.UTF_8));
            CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        } catch (NoSuchAlgorithmException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Where the page goes, piece by piece. */
    @FunctionalInterface
    public interface Output {
        void write(byte[] utf8) throws IOException;
    }

    private record Entry(String name, boolean folder, long bytes, Instant modified) {
    }

    private static final Comparator<Entry> ORDER = Comparator.comparing((Entry e) -> !e.folder)
            .thenComparing(Entry::name, String.CASE_INSENSITIVE_ORDER).thenComparing(Entry::name);

    private final List<Entry> entries = new ArrayList<>();
    private final List<String> path;
    private long notShown;

    private Listing(List<String> path) {
        this.path = path;
    }

    /**
     * Reads a folder. Left out is what a request could not fetch either: special files, links that lead out of {@code root}, names that are no UTF-8 here, and unless asked for those with a dot.
     *
     * @param root the real path of what is served
     * @param path the names that lead from there to {@code folder}
     */
    public static Listing of(Path root, Path folder, List<String> path, boolean withHidden) throws IOException {
        Listing listing = new Listing(path);
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                String name = child.getFileName().toString();
                if ((withHidden || !name.startsWith(".")) && name.indexOf('\\') < 0 && name.indexOf('\uFFFD') < 0) {
                    listing.add(root, child, name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        listing.entries.sort(ORDER);
        return listing;
    }

    private void add(Path root, Path child, String name) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
                Path real = child.toRealPath();
                if (!real.startsWith(root)) {
                    return;
                }
                attributes = Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            }
            if (!attributes.isDirectory() && !attributes.isRegularFile()) {
                return;
            }
            if (entries.size() == MAX_ENTRIES) {
                notShown++;
                return;
            }
            entries.add(new Entry(name, attributes.isDirectory(), attributes.size(), attributes.lastModifiedTime().toInstant()));
        } catch (IOException gone) {
            // Deleted meanwhile, a dangling link, or not to be read: a request for it would fail as well.
        }
    }

    /** Writes the page. */
    public void write(Output out) throws IOException {
        StringBuilder html = new StringBuilder(PIECE_CHARS + 1_024);
        head(html);
        if (!path.isEmpty()) {
            html.append("<tr class=\"d\"><td>").append(FOLDER_ICON).append("<a href=\"../\">Parent folder</a></td><td></td><td></td></tr>\n");
        }
        for (Entry entry : entries) {
            row(html, entry);
            if (html.length() >= PIECE_CHARS) {
                out.write(html.toString().getBytes(StandardCharsets.UTF_8));
                html.setLength(0);
            }
        }
        html.append("</tbody>\n</table>\n<p>").append(summary()).append("</p>\n</main>\n</body>\n</html>\n");
        out.write(html.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void head(StringBuilder html) {
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Index of /");
        for (String name : path) {
            text(html, name);
            html.append('/');
        }
        html.append("</title>\n<style>").append(STYLE).append("</style>\n</head>\n<body>\n").append(SYMBOLS).append("<main>\n<h1>Index of ");
        for (int i = 0; i <= path.size(); i++) {
            String name = i > 0 ? path.get(i - 1) : path.isEmpty() ? "/" : "root";
            if (i > 0) {
                html.append("<i>/</i>");
            }
            if (i < path.size()) {
                html.append("<a href=\"").append("../".repeat(path.size() - i)).append("\">");
            }
            html.append("<bdi>");
            text(html, name);
            html.append(i < path.size() ? "</bdi></a>" : "</bdi>");
        }
        html.append("</h1>\n<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Size</th><th scope=\"col\">Modified (UTC)</th></tr></thead>\n<tbody>\n");
    }

    private static void row(StringBuilder html, Entry entry) {
        html.append(entry.folder ? "<tr class=\"d\"><td>" + FOLDER_ICON : "<tr><td>" + FILE_ICON).append("<a href=\"");
        urlSegment(html, entry.name);
        html.append(entry.folder ? "/\"><bdi>" : "\"><bdi>");
        text(html, entry.name);
        html.append(entry.folder ? "</bdi>/</a></td><td>" : "</bdi></a></td><td title=\"" + entry.bytes + " bytes\">" + ByteCount.of(entry.bytes)).append("</td><td>");
        LocalDateTime t = LocalDateTime.ofInstant(entry.modified, ZoneOffset.UTC);
        String minute = String.format(Locale.ROOT, "%04d-%02d-%02d %02d:%02d", t.getYear(), t.getMonthValue(), t.getDayOfMonth(), t.getHour(), t.getMinute());
        html.append("<time datetime=\"").append(minute.replace(' ', 'T')).append("Z\">").append(minute).append("</time></td></tr>\n");
    }

    private String summary() {
        long folders = entries.stream().filter(Entry::folder).count();
        long files = entries.size() - folders;
        long bytes = entries.stream().filter(e -> !e.folder).mapToLong(Entry::bytes).sum();
        String counted = plural(folders, "folder") + ", " + plural(files, "file") + (files == 0 ? "" : " with " + ByteCount.of(bytes));
        return entries.isEmpty() ? "This folder is empty." : counted + (notShown > 0 ? "; " + notShown + " more are not shown" : "") + '.';
    }

    private static String plural(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** Text in HTML, between tags or in a quoted attribute. Control characters, which would act on the page or be invisible, show as a replacement character. */
    private static void text(StringBuilder html, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> html.append(Character.isISOControl(c) || isBidiControl(c) ? '\uFFFD' : c);
            }
        }
    }

    /** Characters that turn the direction of what follows, so that {@code exe.txt} could be shown for {@code txt.exe}. */
    private static boolean isBidiControl(char c) {
        return c >= '\u202A' && c <= '\u202E' || c >= '\u2066' && c <= '\u2069' || c == '\u200E' || c == '\u200F' || c == '\u061C';
    }

    /** One segment of a URL (RFC 3986 3.3): everything but the unreserved characters is escaped, so it can be neither a scheme nor a separator. */
    private static void urlSegment(StringBuilder html, String name) {
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xFF;
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~') {
                html.append((char) c);
            } else {
                html.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
    }
}
