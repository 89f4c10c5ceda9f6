package io.shockwave.cli;

import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.MutableHeaders;
import io.shockwave.internal.http1.Http1Date;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;

/**
 * A file of which a part is there, and what is known of the version that it is a part of. While a transfer runs, the version's entity tag is kept in an extended attribute of the file
 * ({@code user.shockwave.etag}), where the file system has them; so no second file lies beside it, and a copy of the part takes it along.
 */
final class Partial {
    private static final String ATTRIBUTE = "shockwave.etag";

    private final Path file;

    Partial(Path file) {
        this.file = file;
    }

    /** Bytes that are there; 0 for no file. */
    long size() throws IOException {
        return Files.isRegularFile(file) ? Files.size(file) : 0;
    }

    /**
     * Asks for the rest. With a known tag by If-Range: another version is then sent whole (RFC 9110 13.1.5). Otherwise by If-Unmodified-Since the part was written: 412 says that it changed, as far as the server
     * knows times.
     */
    void askForRest(MutableHeaders headers, long from) throws IOException {
        headers.set(HeaderName.RANGE, "bytes=" + from + "-");
        headers.set(HeaderName.ACCEPT_ENCODING, "identity"); // bytes of a coded form would not fit behind those that are there
        String tag = tag();
        if (tag.isEmpty()) {
            byte[] written = new byte[Http1Date.BYTES];
            Http1Date.format(Files.getLastModifiedTime(file).toInstant().getEpochSecond(), written, 0);
            headers.set(HeaderName.IF_UNMODIFIED_SINCE, new String(written, StandardCharsets.US_ASCII));
        } else {
            headers.set(HeaderName.IF_RANGE, tag);
        }
    }

    /** Takes the conditions back, to fetch the whole. */
    static void askForAll(MutableHeaders headers) {
        headers.remove(HeaderName.RANGE).remove(HeaderName.IF_RANGE).remove(HeaderName.IF_UNMODIFIED_SINCE);
    }

    /** Remembers the version that is coming in; only a strong tag says enough (RFC 9110 8.8.3). */
    void remember(Headers response) {
        String tag = response.first(HeaderName.ETAG).orElse("");
        UserDefinedFileAttributeView view = view();
        if (view == null || !tag.startsWith("\"")) {
            forget();
            return;
        }
        try {
            view.write(ATTRIBUTE, ByteBuffer.wrap(tag.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            // No attributes here: -C will go by the time.
        }
    }

    /** The file is whole, or its version unknown. */
    void forget() {
        try {
            UserDefinedFileAttributeView view = view();
            if (view != null && view.list().contains(ATTRIBUTE)) {
                view.delete(ATTRIBUTE);
            }
        } catch (IOException e) {
            // No attributes here, so there is none to forget.
        }
    }

    private String tag() {
        try {
            UserDefinedFileAttributeView view = view();
            if (view == null || !view.list().contains(ATTRIBUTE)) {
                return "";
            }
            ByteBuffer bytes = ByteBuffer.allocate(view.size(ATTRIBUTE));
            view.read(ATTRIBUTE, bytes);
            return new String(bytes.array(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private UserDefinedFileAttributeView view() {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    }
}
