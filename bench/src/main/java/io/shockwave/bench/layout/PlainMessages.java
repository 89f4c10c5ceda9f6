package io.shockwave.bench.layout;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The straightforward layout of a message in memory, kept as the baseline of the locality report: a string for each token, a list of values for each name in a map, a buffer for each
 * direction of a connection, an object for each concept. It is what a reader of RFC 9112 writes first, and much what small servers of the JVM do.
 */
public final class PlainMessages {
    private static final int BUFFER_BYTES = 8_192;

    /** Names to values, in the order of arrival; names in lower case. */
    public static final class Fields {
        private final Map<String, List<String>> values = new LinkedHashMap<>();

        /** Adds one line. */
        public void add(String name, String value) {
            values.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>(2)).add(value);
        }

        /** The first value of a name; null for none. */
        public String first(String name) {
            List<String> all = values.get(name);
            return all == null ? null : all.get(0);
        }

        /** How many names there are. */
        public int size() {
            return values.size();
        }

        void writeTo(StringBuilder out) {
            values.forEach((name, all) -> all.forEach(value -> out.append(name).append(": ").append(value).append("\r\n")));
            out.append("\r\n");
        }
    }

    /** A request. */
    public static final class Request {
        /** The request line. */
        public final String method;
        public final String path;
        public final String query;
        public final String version;
        /** The header section. */
        public final Fields fields = new Fields();
        public byte[] content = {};

        Request(String line) {
            String[] parts = line.split(" ");
            int question = parts[1].indexOf('?');
            method = parts[0];
            path = question < 0 ? parts[1] : parts[1].substring(0, question);
            query = question < 0 ? "" : parts[1].substring(question + 1);
            version = parts[2];
        }
    }

    /** A response. */
    public static final class Response {
        public int status = 200;
        public String version = "HTTP/1.1";
        public String reason = "OK";
        /** The header section. */
        public final Fields fields = new Fields();
        public byte[] content = {};
    }

    /** What a client keeps of a call beside its messages: the parsed URL, under which key the connection was found, and what ends it in time. */
    public static final class Call {
        final URI url;
        final String poolKey;
        final Deadline deadline;

        public Call(String text, long deadlineNs) {
            url = URI.create(text);
            poolKey = url.getScheme() + "://" + url.getHost() + ':' + url.getPort();
            deadline = new Deadline(deadlineNs);
        }
    }

    /** When a call is to end. */
    public static final class Deadline {
        final long atNs;
        boolean expired;

        Deadline(long atNs) {
            this.atNs = atNs;
        }
    }

    /** One connection: what it keeps, and the exchange in progress. */
    public static final class Connection {
        final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
        final ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);
        public Request request;
        public Response response;

        /** As a server: reads a request's head. */
        public Request receiveRequest(byte[] head) {
            String[] lines = read(head);
            request = new Request(lines[0]);
            fields(lines, request.fields);
            return request;
        }

        /** As a client: reads a response. */
        public Response receiveResponse(byte[] message) {
            String[] lines = read(message);
            response = new Response();
            String[] parts = lines[0].split(" ", 3);
            response.version = parts[0];
            response.status = Integer.parseInt(parts[1]);
            response.reason = parts[2];
            fields(lines, response.fields);
            int length = Integer.parseInt(response.fields.first("content-length"));
            response.content = Arrays.copyOfRange(in.array(), in.position() - length, in.position());
            return response;
        }

        private String[] read(byte[] head) {
            in.clear();
            in.put(head);
            return new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1).split("\r\n");
        }

        private static void fields(String[] lines, Fields into) {
            for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
                int colon = lines[i].indexOf(':');
                into.add(lines[i].substring(0, colon), lines[i].substring(colon + 1).trim());
            }
        }

        /** As a server: writes the response. @return what was written */
        public byte[] send(Response what) {
            response = what;
            return write(new StringBuilder(what.version).append(' ').append(what.status).append(' ').append(what.reason).append("\r\n"), what.fields, what.content);
        }

        /** As a client: writes a request. @return what was written */
        public byte[] send(String method, Call call, Fields fields) {
            String target = call.url.getRawPath() + '?' + call.url.getRawQuery();
            request = new Request(method + ' ' + target + " HTTP/1.1");
            request.fields.values.putAll(fields.values);
            return write(new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n"), fields, request.content);
        }

        private byte[] write(StringBuilder head, Fields fields, byte[] content) {
            fields.writeTo(head);
            out.clear();
            out.put(head.toString().getBytes(StandardCharsets.ISO_8859_1)).put(content);
            byte[] all = new byte[out.position()];
            out.get(0, all);
            return all;
        }
    }

    private PlainMessages() {
    }
}
