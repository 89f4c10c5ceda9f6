package io.shockwave.tuning;

import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonReader;
import com.grack.nanojson.JsonReader.Type;
import io.shockwave.internal.pool.UrlEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads what browsers and proxies record: an HTTP archive (HAR 1.2), as a stream; what is not needed is skipped. Confined to one thread.
 */
final class HarFile {
    static final int MAX_DEPTH = 32;
    static final long MAX_BYTES = 1L << 28;
    /** Entries above are not read: what ten thousand do not tell, more do not either. */
    static final int MAX_ENTRIES = 10_000;
    /** Of one section; the largest that servers of this library can be told to take have fewer. */
    static final int MAX_FIELDS = 1_000;

    private final Path file;
    private final JsonReader in;
    private final WorkloadProfile.Builder profile;
    private int entries;
    private int depth;

    private HarFile(Path file, JsonReader in, WorkloadProfile.Builder profile) {
        this.file = file;
        this.in = in;
        this.profile = profile;
    }

    /** @throws IOException for what is no HAR, with line and column */
    static WorkloadProfile.Builder read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is larger than " + MAX_BYTES + " bytes; record less at a time");
        }
        WorkloadProfile.Builder profile = WorkloadProfile.describe();
        try (InputStream bytes = Files.newInputStream(file)) {
            HarFile har = new HarFile(file, JsonReader.from(bytes), profile);
            har.file();
            profile.source(file.getFileName() + ", " + BenchmarkText.plural(har.entries, "exchange") + (har.entries == MAX_ENTRIES ? " (more were not read)" : ""));
        } catch (JsonParserException e) {
            String what = String.valueOf(e.getMessage()).replaceAll(" on line \\d+, char \\d+$", "");
            throw new IOException(file + " is no HAR: " + (what.startsWith("token mismatch") ? "the JSON is not valid, or ends too early" : what) + at(e), e);
        }
        return profile;
    }

    private static String at(JsonParserException place) {
        return ", in line " + place.getLinePosition() + ", column " + place.getCharPosition();
    }

    /** The reader tells its place only where it fails, so it is asked for what is not there. */
    private IOException wrong(String what) {
        try {
            if (in.current() == Type.NULL) {
                in.object();
            }
            in.nul();
        } catch (JsonParserException place) {
            return new IOException(file + " is no HAR: " + what + at(place));
        }
        return new IOException(file + " is no HAR: " + what);
    }

    private void expect(Type type, String what) throws IOException, JsonParserException {
        if (in.current() != type) {
            throw wrong(what);
        }
    }

    // ---- structure; the reader leaves an object or array when it has no next member

    private void enter(Type type, String what) throws IOException, JsonParserException {
        expect(type, what);
        if (++depth > MAX_DEPTH) {
            throw wrong("its depth exceeds " + MAX_DEPTH + " levels");
        }
        if (type == Type.OBJECT) {
            in.object();
        } else {
            in.array();
        }
    }

    private boolean hasNext() throws JsonParserException {
        if (in.next()) {
            return true;
        }
        depth--;
        return false;
    }

    private void skip() throws IOException, JsonParserException {
        int outer = depth;
        do {
            if (in.current() == Type.OBJECT || in.current() == Type.ARRAY) {
                enter(in.current(), "");
            }
            while (depth > outer && !hasNext()) {
                // up, until there is a further value
            }
        } while (depth > outer);
    }

    private void file() throws IOException, JsonParserException {
        enter(Type.OBJECT, "it does not begin with an object");
        boolean found = false;
        while (hasNext()) {
            if (!in.key().equals("log")) {
                skip();
                continue;
            }
            enter(Type.OBJECT, "log must be an object");
            while (hasNext()) {
                if (in.key().equals("entries")) {
                    found = true;
                    entries();
                } else {
                    skip();
                }
            }
        }
        if (!found) {
            throw new IOException(file + " is no HAR: it has no log.entries");
        }
        if (entries == 0) {
            throw new IOException(file + " holds no exchange: log.entries is empty");
        }
    }

    private void entries() throws IOException, JsonParserException {
        enter(Type.ARRAY, "log.entries must be an array");
        while (hasNext()) {
            if (entries == MAX_ENTRIES) {
                skip();
            } else {
                entry();
                entries++;
            }
        }
    }

    private void entry() throws IOException, JsonParserException {
        WorkloadProfile.Observed observed = new WorkloadProfile.Observed();
        boolean request = false;
        enter(Type.OBJECT, "an entry must be an object");
        while (hasNext()) {
            switch (in.key()) {
                case "startedDateTime" -> observed.startNs = time();
                case "time" -> observed.durationNs = (long) (number() * 1e6);
                case "request" -> {
                    request = true;
                    request(observed);
                }
                case "response" -> response(observed);
                default -> skip();
            }
        }
        if (!request || observed.target.isEmpty()) {
            throw wrong("an entry has no request with a method and a url");
        }
        profile.observed(observed);
    }

    private void request(WorkloadProfile.Observed observed) throws IOException, JsonParserException {
        enter(Type.OBJECT, "request must be an object");
        while (hasNext()) {
            switch (in.key()) {
                case "method" -> observed.method = text();
                case "url" -> url(observed, text());
                case "headers" -> observed.requestFields = fields();
                case "bodySize" -> observed.requestBytes = (long) Math.max(number(), 0);
                default -> skip();
            }
        }
        boolean host = observed.requestFields.stream().anyMatch(field -> field.getKey().equalsIgnoreCase("host"));
        if (!host && !observed.origin.isEmpty()) {
            observed.requestFields.addFirst(Map.entry("Host", observed.origin.substring(observed.origin.indexOf("://") + 3))); // HTTP/2 and 3 have :authority
        }
    }

    private void url(WorkloadProfile.Observed observed, String url) {
        try {
            UrlEntry parsed = UrlEntry.parse(url);
            observed.target = new String(parsed.target(), StandardCharsets.ISO_8859_1);
            observed.origin = parsed.scheme() + "://" + new String(parsed.hostField(), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            observed.target = "/"; // data:, blob:, ws: and what browsers record beside
            observed.origin = "";
            observed.other = true;
        }
        observed.url = url;
    }

    private void response(WorkloadProfile.Observed observed) throws IOException, JsonParserException {
        long bodySize = -1;
        long contentSize = -1;
        enter(Type.OBJECT, "response must be an object");
        while (hasNext()) {
            switch (in.key()) {
                case "status" -> observed.status = (int) number();
                case "headers" -> observed.responseFields = fields();
                case "bodySize" -> bodySize = (long) number();
                case "content" -> contentSize = contentSize();
                default -> skip();
            }
        }
        observed.responseBytes = Math.max(bodySize >= 0 ? bodySize : contentSize, 0); // as it was sent, if that was recorded
    }

    private long contentSize() throws IOException, JsonParserException {
        enter(Type.OBJECT, "content must be an object");
        long size = -1;
        while (hasNext()) {
            if (in.key().equals("size")) {
                size = (long) number();
            } else {
                skip();
            }
        }
        return size;
    }

    private List<Map.Entry<String, String>> fields() throws IOException, JsonParserException {
        enter(Type.ARRAY, "headers must be an array");
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        while (hasNext()) {
            enter(Type.OBJECT, "a header must be an object");
            String name = null;
            String value = null;
            while (hasNext()) {
                switch (in.key()) {
                    case "name" -> name = text();
                    case "value" -> value = text();
                    default -> skip();
                }
            }
            if (name == null || value == null) {
                throw wrong("a header has no name or no value");
            }
            if (fields.size() == MAX_FIELDS) {
                throw wrong("a message has more than " + MAX_FIELDS + " headers");
            }
            if (!name.startsWith(":")) {
                fields.add(Map.entry(name, value));
            }
        }
        return fields;
    }

    private String text() throws IOException, JsonParserException {
        expect(Type.STRING, in.key() + " must be a text");
        return in.string();
    }

    private double number() throws IOException, JsonParserException {
        if (in.current() == Type.NULL) {
            return -1;
        }
        expect(Type.NUMBER, in.key() + " must be a number");
        return in.doubleVal();
    }

    private long time() throws IOException, JsonParserException {
        String text = text();
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            return time.toEpochSecond() * 1_000_000_000L + time.getNano();
        } catch (DateTimeException | ArithmeticException e) {
            throw wrong("startedDateTime is no time as ISO 8601 has it: " + (text.length() > 40 ? text.substring(0, 40) : text));
        }
    }
}
