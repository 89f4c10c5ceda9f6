package io.shockwave.internal.tls13;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Handshake messages taken apart and put together again by the grammar of RFC 8446 alone, for tests that change them. */
final class Wire {
    private Wire() {
    }

    /** One extension. */
    record Extension(int type, byte[] data) {
    }

    /** A field of length: where it lies in the message and of how many bytes it is. */
    record LengthField(String name, int at, int bytes) {
    }

    /** The messages of a flight, each with its header. */
    static List<byte[]> messages(byte[] flight) {
        List<byte[]> all = new ArrayList<>();
        for (int at = 0; at < flight.length;) {
            int bytes = 4 + number(flight, at + 1, 3);
            all.add(Arrays.copyOfRange(flight, at, at + bytes));
            at += bytes;
        }
        return all;
    }

    static int number(byte[] buf, int at, int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | buf[at + i] & 0xFF;
        }
        return value;
    }

    static byte[] withNumber(byte[] message, int at, int bytes, int value) {
        byte[] changed = message.clone();
        for (int i = 0; i < bytes; i++) {
            changed[at + i] = (byte) (value >>> (8 * (bytes - 1 - i)));
        }
        return changed;
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] vector(int lengthBytes, byte[]... parts) {
        byte[] content = join(parts);
        return join(withNumber(new byte[lengthBytes], 0, lengthBytes, content.length), content);
    }

    static byte[] u16(int... values) {
        byte[] bytes = new byte[values.length * 2];
        for (int i = 0; i < values.length; i++) {
            bytes[2 * i] = (byte) (values[i] >>> 8);
            bytes[2 * i + 1] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] message(int type, byte[] body) {
        return join(bytes(type), vector(3, body));
    }

    /** The message with a content cut to this length, and a header that says so. */
    static byte[] cut(byte[] message, int bodyBytes) {
        return message(message[0] & 0xFF, Arrays.copyOfRange(message, 4, 4 + bodyBytes));
    }

    /** ClientHello or ServerHello as fields. */
    static final class Hello {
        final int type;
        byte[] version;
        byte[] random;
        byte[] sessionId;
        /** A list with its length in a ClientHello, one suite in a ServerHello. */
        byte[] suites;
        byte[] compression;
        final List<Extension> extensions;

        Hello(byte[] message) {
            type = message[0];
            version = Arrays.copyOfRange(message, 4, 6);
            random = Arrays.copyOfRange(message, 6, 38);
            int at = 38;
            int bytes = 1 + number(message, at, 1);
            sessionId = Arrays.copyOfRange(message, at, at + bytes);
            at += bytes;
            bytes = type == HandshakeType.CLIENT_HELLO ? 2 + number(message, at, 2) : 2;
            suites = Arrays.copyOfRange(message, at, at + bytes);
            at += bytes;
            bytes = type == HandshakeType.CLIENT_HELLO ? 1 + number(message, at, 1) : 1;
            compression = Arrays.copyOfRange(message, at, at + bytes);
            extensions = extensions(message, at + bytes);
        }

        Hello drop(int extension) {
            extensions.removeIf(e -> e.type == extension);
            return this;
        }

        /** Replaces an extension at its place, or adds it before the last. */
        Hello put(int extension, byte[] data) {
            for (int i = 0; i < extensions.size(); i++) {
                if (extensions.get(i).type == extension) {
                    extensions.set(i, new Extension(extension, data));
                    return this;
                }
            }
            extensions.add(Math.max(0, extensions.size() - 1), new Extension(extension, data));
            return this;
        }

        Hello add(int extension, byte[] data) {
            extensions.addFirst(new Extension(extension, data));
            return this;
        }

        byte[] data(int extension) {
            return extensions.stream().filter(e -> e.type == extension).findFirst().orElseThrow().data();
        }

        byte[] encode() {
            return message(type, join(version, random, sessionId, suites, compression, block(extensions)));
        }
    }

    static List<Extension> extensions(byte[] message, int at) {
        List<Extension> all = new ArrayList<>();
        int end = at + 2 + number(message, at, 2);
        for (int i = at + 2; i < end;) {
            int bytes = number(message, i + 2, 2);
            all.add(new Extension(number(message, i, 2), Arrays.copyOfRange(message, i + 4, i + 4 + bytes)));
            i += 4 + bytes;
        }
        return all;
    }

    static byte[] block(List<Extension> extensions) {
        return vector(2, extensions.stream().map(e -> join(u16(e.type), vector(2, e.data))).toArray(byte[][]::new));
    }

    /** All fields of length of a message, by its type. */
    static List<LengthField> lengthFields(byte[] message) {
        List<LengthField> fields = new ArrayList<>();
        fields.add(new LengthField("message", 1, 3));
        switch (message[0]) {
            case HandshakeType.CLIENT_HELLO -> {
                int at = vectorAt(message, 38, 1, "session id", fields);
                at = vectorAt(message, at, 2, "suites", fields);
                at = vectorAt(message, at, 1, "compression", fields);
                extensionFields(message, at, fields);
            }
            case HandshakeType.SERVER_HELLO -> extensionFields(message, vectorAt(message, 38, 1, "session id", fields) + 3, fields);
            case HandshakeType.ENCRYPTED_EXTENSIONS -> extensionFields(message, 4, fields);
            case HandshakeType.CERTIFICATE_REQUEST -> extensionFields(message, vectorAt(message, 4, 1, "context", fields), fields);
            case HandshakeType.CERTIFICATE -> {
                int at = vectorAt(message, 4, 1, "context", fields);
                fields.add(new LengthField("list", at, 3));
                int end = at + 3 + number(message, at, 3);
                at += 3;
                while (at < end) {
                    at = vectorAt(message, at, 3, "certificate", fields);
                    at = extensionFields(message, at, fields);
                }
            }
            case HandshakeType.CERTIFICATE_VERIFY -> fields.add(new LengthField("signature", 6, 2));
            case HandshakeType.NEW_SESSION_TICKET -> {
                int at = vectorAt(message, 12, 1, "nonce", fields);
                extensionFields(message, vectorAt(message, at, 2, "ticket", fields), fields);
            }
            default -> { }
        }
        return fields;
    }

    private static int vectorAt(byte[] message, int at, int bytes, String name, List<LengthField> fields) {
        fields.add(new LengthField(name, at, bytes));
        return at + bytes + number(message, at, bytes);
    }

    private static int extensionFields(byte[] message, int at, List<LengthField> fields) {
        fields.add(new LengthField("extensions", at, 2));
        int end = at + 2 + number(message, at, 2);
        for (int i = at + 2; i < end;) {
            int type = number(message, i, 2);
            fields.add(new LengthField("extension " + type, i + 2, 2));
            insideFields(message, type, i + 4, fields);
            i += 4 + number(message, i + 2, 2);
        }
        return end;
    }

    private static void insideFields(byte[] message, int type, int at, List<LengthField> fields) {
        boolean client = message[0] == HandshakeType.CLIENT_HELLO;
        switch (type) {
            case ExtensionType.SERVER_NAME -> {
                if (client) {
                    fields.add(new LengthField("names", at, 2));
                    fields.add(new LengthField("name", at + 3, 2));
                }
            }
            case ExtensionType.SUPPORTED_GROUPS, ExtensionType.SIGNATURE_ALGORITHMS -> fields.add(new LengthField("list of " + type, at, 2));
            case ExtensionType.ALPN -> {
                fields.add(new LengthField("protocols", at, 2));
                fields.add(new LengthField("protocol", at + 2, 1));
            }
            case ExtensionType.SUPPORTED_VERSIONS, ExtensionType.PSK_KEY_EXCHANGE_MODES -> {
                if (client) {
                    fields.add(new LengthField("list of " + type, at, 1));
                }
            }
            case ExtensionType.KEY_SHARE -> {
                if (client) {
                    fields.add(new LengthField("shares", at, 2));
                }
                if (number(message, at - 2, 2) > 2) { // A HelloRetryRequest names the group alone.
                    fields.add(new LengthField("share", at + (client ? 4 : 2), 2));
                }
            }
            case ExtensionType.CERTIFICATE_AUTHORITIES -> {
                fields.add(new LengthField("authorities", at, 2));
                fields.add(new LengthField("authority", at + 2, 2));
            }
            case ExtensionType.PRE_SHARED_KEY -> {
                if (client) {
                    fields.add(new LengthField("identities", at, 2));
                    fields.add(new LengthField("identity", at + 2, 2));
                    int binders = at + 2 + number(message, at, 2);
                    fields.add(new LengthField("binders", binders, 2));
                    fields.add(new LengthField("binder", binders + 2, 1));
                }
            }
            default -> { }
        }
    }
}
