package io.shockwave.server;

import io.shockwave.Ascii;
import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.Method;
import io.shockwave.MutableHeaders;
import io.shockwave.internal.files.ByteRanges;
import io.shockwave.internal.files.Conditions;
import io.shockwave.internal.files.Listing;
import io.shockwave.internal.files.MediaTypes;
import io.shockwave.internal.files.RequestPath;
import io.shockwave.internal.http1.Http1Date;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Serves the files below a folder: GET and HEAD with conditional requests (RFC 9110 13) and ranges (RFC 9110 14), index pages and listings. Thread-safe; keeps nothing between requests,
 * so that there is nothing to fill or to poison. It reads the file system, so pass it to {@link ShockwaveServer.Builder#handler}, not to {@code inlineHandler}.
 *
 * <p>No request leaves the folder. Paths are split and then decoded once; dot segments, empty segments, encoded slashes, backslashes, NUL and bytes that are no UTF-8 are refused, and the real
 * path, all links resolved, must lie below the real path of the folder. Only regular files are opened. The check and the opening are two steps: whoever can <em>write</em> below the folder
 * while requests run could exchange a folder for a link between them. So do not serve a folder to which others than those you trust can write, if secrets are readable elsewhere.
 */
public final class FileHandler implements Handler {
    private static final String INDEX = "index.html";
    private static final String METHODS = "GET, HEAD, OPTIONS";
    private static final int COPY_BYTES = 16_384;
    /** How old a file must be for its time to tell it from its next version: the tick of a kernel with time stamps in nanoseconds, two seconds on file systems (FAT) that round to them. */
    private static final long FINE_STAMP_NS = 50_000_000L;
    private static final long COARSE_STAMP_NS = 2_000_000_000L;

    private final Path root;
    private final boolean listing;
    private final boolean hidden;
    private final String cacheControl;

    private FileHandler(Path root, boolean listing, boolean hidden, String cacheControl) {
        this.root = root;
        this.listing = listing;
        this.hidden = hidden;
        this.cacheControl = cacheControl;
    }

    /**
     * A handler for the files below {@code root}, with listings of folders that have no {@code index.html}; names with a leading dot do not exist for it.
     *
     * @throws IOException if {@code root} is no folder that can be read
     */
    public static FileHandler of(Path root) throws IOException {
        Objects.requireNonNull(root, "root");
        Path real = root.toRealPath();
        if (!Files.isDirectory(real)) {
            throw new NotDirectoryException(root.toString());
        }
        return new FileHandler(real, true, false, "");
    }

    /** The same with listings, or without: then a folder without an index page answers 403. */
    public FileHandler listing(boolean on) {
        return new FileHandler(root, on, hidden, cacheControl);
    }

    /** The same with files and folders whose names begin with a dot, or without. */
    public FileHandler hiddenFiles(boolean on) {
        return new FileHandler(root, listing, on, cacheControl);
    }

    /** The same with this {@code Cache-Control} on each file and listing, such as {@code no-cache} to have caches ask each time; empty for none. */
    public FileHandler cacheControl(String value) {
        return new FileHandler(root, listing, hidden, Objects.requireNonNull(value, "value"));
    }

    /** The real path of the folder that is served. */
    public Path root() {
        return root;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws IOException {
        Method method = request.method();
        if (method == Method.OPTIONS) {
            response.status(204).headers().set(HeaderName.ALLOW, METHODS);
            response.send();
            return;
        }
        if (method != Method.GET && method != Method.HEAD) {
            response.headers().set(HeaderName.ALLOW, METHODS);
            refuse(response, 405, "405 Method Not Allowed: files can be read with GET and HEAD only\n");
            return;
        }
        RequestPath path = RequestPath.of(request.path(), File.separatorChar == '\\');
        if (path.verdict() == RequestPath.Verdict.MALFORMED) {
            refuse(response, 400, "400 Bad Request: the path is malformed\n");
        } else if (path.verdict() == RequestPath.Verdict.NOWHERE || path.isHidden() && !hidden) {
            notFound(response);
        } else {
            find(request, response, path);
        }
    }

    private void find(ServerRequest request, ServerResponse response, RequestPath path) throws IOException {
        try {
            Path real = resolve(path.segments());
            BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isDirectory()) {
                if (path.asksForFolder()) {
                    folder(request, response, real, path);
                } else {
                    redirect(request, response);
                }
            } else if (attributes.isRegularFile() && !path.asksForFolder()) {
                file(request, response, real, attributes, path.segments().getLast());
            } else {
                notFound(response);
            }
        } catch (AccessDeniedException e) {
            if (response.isCommitted()) {
                throw e; // only cutting the message can show it now
            }
            response.headers().clear();
            forbidden(response);
        } catch (FileSystemException | InvalidPathException e) {
            // Not there, gone meanwhile, a file where a folder is needed, a name too long or one that this system cannot have, a loop of links.
            if (response.isCommitted()) {
                throw e;
            }
            response.headers().clear();
            notFound(response);
        }
    }

    /** The real path of a file below the root; what lies elsewhere is not there. */
    private Path resolve(List<String> names) throws IOException {
        Path real = root.resolve(String.join("/", names)).toRealPath();
        if (!real.startsWith(root) || File.separatorChar == '\\' && !hidden && hasHiddenName(root.relativize(real))) {
            throw new FileSystemException("outside of the root");
        }
        return real;
    }

    /** On Windows a short name ({@code GIT~1}) can stand for a hidden one, so there the real names count too. Elsewhere a link may lead to hidden files if its owner made it so. */
    private static boolean hasHiddenName(Path path) {
        for (Path name : path) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private void folder(ServerRequest request, ServerResponse response, Path real, RequestPath path) throws IOException {
        Path index = real.resolve(INDEX);
        if (Files.exists(index)) {
            Path realIndex = index.toRealPath();
            BasicFileAttributes attributes = Files.readAttributes(realIndex, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (realIndex.startsWith(root) && attributes.isRegularFile()) {
                file(request, response, realIndex, attributes, INDEX);
                return;
            }
        }
        if (!listing) {
            forbidden(response);
            return;
        }
        Listing page = Listing.of(root, real, path.segments(), hidden);
        MutableHeaders headers = response.headers();
        headers.set(HeaderName.CONTENT_TYPE, "text/html; charset=utf-8");
        headers.set(HeaderName.CONTENT_SECURITY_POLICY, Listing.CONTENT_SECURITY_POLICY);
        common(headers);
        BodyWriter out = response.stream(); // not closed on failure: closing would end the message as if it were whole
        page.write(utf8 -> out.write(utf8, 0, utf8.length));
        out.close();
    }

    /** RFC 9110 15.4.2. The raw path begins with exactly one slash and holds no backslash, so this names a place on this server and no other host. */
    private static void redirect(ServerRequest request, ServerResponse response) throws IOException {
        Ascii query = request.query();
        String location = request.path() + "/" + (query.isEmpty() ? "" : "?" + query);
        response.headers().set(HeaderName.LOCATION, location);
        refuse(response, 301, "301 Moved Permanently: this is a folder, its path ends with a slash\n");
    }

    private void file(ServerRequest request, ServerResponse response, Path real, BasicFileAttributes attributes, String name) throws IOException {
        Instant now = Instant.now();
        long nowSeconds = now.getEpochSecond();
        long total = attributes.size();
        String tag = tag(attributes, now);
        // RFC 9110 8.8.2.1: not later than the date of the message.
        long modified = Math.clamp(attributes.lastModifiedTime().toInstant().getEpochSecond(), 0L, nowSeconds);
        Headers asked = request.headers();
        MutableHeaders headers = response.headers();
        Conditions.Verdict verdict = Conditions.evaluate(asked, tag, modified, nowSeconds);
        if (verdict == Conditions.Verdict.FAILED) {
            refuse(response, 412, "412 Precondition Failed: the file is not the version asked for\n");
            return;
        }
        headers.set(HeaderName.ETAG, tag);
        headers.set(HeaderName.LAST_MODIFIED, date(modified));
        common(headers);
        if (verdict == Conditions.Verdict.NOT_MODIFIED) {
            response.status(304).send();
            return;
        }
        if (!Files.isReadable(real)) {
            headers.remove(HeaderName.ETAG).remove(HeaderName.LAST_MODIFIED);
            forbidden(response);
            return;
        }
        headers.set(HeaderName.ACCEPT_RANGES, "bytes");
        ByteRanges ranges = ranges(request, tag, modified, nowSeconds, total);
        if (ranges.isUnsatisfiable()) {
            headers.set(HeaderName.CONTENT_RANGE, "bytes */" + total);
            refuse(response, 416, "416 Range Not Satisfiable: the file has " + total + " bytes\n");
        } else if (ranges.list().size() > 1) {
            multipart(response, real, MediaTypes.ofName(name), ranges.list(), total);
        } else {
            headers.set(HeaderName.CONTENT_TYPE, MediaTypes.ofName(name));
            if (ranges.list().isEmpty()) {
                response.send(real, 0, total);
                return;
            }
            ByteRanges.Range range = ranges.list().getFirst();
            headers.set(HeaderName.CONTENT_RANGE, range.contentRange(total));
            response.status(206).send(real, range.first(), range.length());
        }
    }

    private static String date(long epochSeconds) {
        byte[] text = new byte[Http1Date.BYTES];
        Http1Date.format(epochSeconds, text, 0);
        return new String(text, StandardCharsets.US_ASCII);
    }

    /** RFC 9110 14.2: only for GET, only where If-Range allows it, and not if it is there twice. */
    private static ByteRanges ranges(ServerRequest request, String tag, long modified, long nowSeconds, long total) {
        Headers asked = request.headers();
        int index = asked.indexOf(HeaderName.RANGE, 0);
        if (request.method() != Method.GET || index < 0 || asked.indexOf(HeaderName.RANGE, index + 1) >= 0 || !Conditions.allowsRange(asked, tag, modified, nowSeconds)) {
            return ByteRanges.IGNORED;
        }
        return ByteRanges.of(asked.value(index).toString(), total);
    }

    /**
     * Size, time and identity: another file in the same place, and the same file changed, have another tag. RFC 9110 8.8.1: a validator is strong only if it changes with
     * each change, so a file younger than the resolution of its time has a weak tag.
     */
    private static String tag(BasicFileAttributes attributes, Instant now) {
        Instant modified = attributes.lastModifiedTime().toInstant();
        Object key = attributes.fileKey();
        long mixed = (modified.getEpochSecond() * 1_000_000_000L + modified.getNano()) * 0x9E3779B97F4A7C15L + (key == null ? 0 : key.hashCode());
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        long resolution = modified.getNano() == 0 ? COARSE_STAMP_NS : FINE_STAMP_NS;
        boolean settled = modified.plusNanos(resolution).isBefore(now);
        return (settled ? "\"" : "W/\"") + Long.toHexString(attributes.size()) + '-' + Long.toHexString(mixed ^ mixed >>> 32) + '"';
    }

    /** RFC 9110 14.6. The parts' frames are made first, as their lengths make up Content-Length. */
    private static void multipart(ServerResponse response, Path real, String type, List<ByteRanges.Range> ranges, long total) throws IOException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String boundary = "part-" + Long.toHexString(random.nextLong() | Long.MIN_VALUE) + Long.toHexString(random.nextLong() | Long.MIN_VALUE);
        byte[][] frames = new byte[ranges.size() + 1][];
        long length = 0;
        for (int i = 0; i < ranges.size(); i++) {
            String frame = (i == 0 ? "--" : "\r\n--") + boundary + "\r\nContent-Type: " + type + "\r\nContent-Range: " + ranges.get(i).contentRange(total) + "\r\n\r\n";
            frames[i] = frame.getBytes(StandardCharsets.US_ASCII);
            length += frames[i].length + ranges.get(i).length();
        }
        frames[ranges.size()] = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        length += frames[ranges.size()].length;
        try (FileChannel file = FileChannel.open(real, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            response.status(206).headers().set(HeaderName.CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary).set(HeaderName.CONTENT_LENGTH, length);
            BodyWriter out = response.stream(); // as above
            byte[] buf = new byte[COPY_BYTES];
            for (int i = 0; i < ranges.size(); i++) {
                out.write(frames[i], 0, frames[i].length);
                copy(file, ranges.get(i), buf, out);
            }
            out.write(frames[ranges.size()], 0, frames[ranges.size()].length);
            out.close();
        }
    }

    private static void copy(FileChannel file, ByteRanges.Range range, byte[] buf, BodyWriter out) throws IOException {
        ByteBuffer view = ByteBuffer.wrap(buf);
        long at = range.first();
        long end = at + range.length();
        while (at < end) {
            view.clear().limit((int) Math.min(buf.length, end - at));
            int n = file.read(view, at);
            if (n < 0) {
                throw new EOFException("the file became shorter while it was being sent");
            }
            out.write(buf, 0, n);
            at += n;
        }
    }

    private void common(MutableHeaders headers) {
        headers.set(HeaderName.X_CONTENT_TYPE_OPTIONS, "nosniff");
        if (!cacheControl.isEmpty()) {
            headers.set(HeaderName.CACHE_CONTROL, cacheControl);
        }
    }

    private static void notFound(ServerResponse response) throws IOException {
        refuse(response, 404, "404 Not Found: there is no such file\n");
    }

    private static void forbidden(ServerResponse response) throws IOException {
        refuse(response, 403, "403 Forbidden: this may not be read\n");
    }

    private static void refuse(ServerResponse response, int status, String text) throws IOException {
        response.status(status).headers().set(HeaderName.X_CONTENT_TYPE_OPTIONS, "nosniff").set(HeaderName.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.send(text);
    }
}
