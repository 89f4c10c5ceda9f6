package io.shockwave.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shockwave.HeaderName;
import io.shockwave.Method;
import io.shockwave.internal.files.ByteCount;
import io.shockwave.internal.files.ByteRanges;
import io.shockwave.internal.files.Listing;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileHandlerTest {
    private static final String DIGITS = "0123456789";
    private static final Instant THEN = Instant.parse("2024-05-06T07:08:09.123456789Z");
    private static final String THEN_TEXT = "Mon, 06 May 2024 07:08:09 GMT";

    @TempDir
    Path root;
    private FileHandler files;

    @BeforeEach
    void makeFiles() throws IOException {
        file("digits.txt", DIGITS);
        file("empty.bin", "");
        file("folder/inner.css", "a{}");
        file("site/index.html", "<p>hello");
        file(".secret", "no");
        files = FileHandler.of(root);
    }

    private Path file(String name, String text) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        Files.setLastModifiedTime(path, FileTime.from(THEN));
        return path;
    }

    private FakeExchange get(String target, String... fields) throws Exception {
        return FakeExchange.run(files, Method.GET, target, fields);
    }

    private String tag() throws Exception {
        return get("/digits.txt").field(HeaderName.ETAG);
    }

    // ---- what is served

    @Test
    void servesAFileWithItsTypeTagAndTime() throws Exception {
        FakeExchange x = get("/digits.txt?query=is&not=looked at");
        assertEquals(200, x.status());
        assertEquals(DIGITS, x.text());
        assertEquals("text/plain; charset=utf-8", x.field(HeaderName.CONTENT_TYPE));
        assertEquals(THEN_TEXT, x.field(HeaderName.LAST_MODIFIED));
        assertEquals("nosniff", x.field(HeaderName.X_CONTENT_TYPE_OPTIONS));
        assertEquals("bytes", x.field(HeaderName.ACCEPT_RANGES));
        assertTrue(x.field(HeaderName.ETAG).matches("\"[0-9a-f]+-[0-9a-f]+\""), x.field(HeaderName.ETAG));
        assertEquals("", x.field(HeaderName.CACHE_CONTROL));
    }

    @Test
    void servesAnEmptyFile() throws Exception {
        assertEquals(200, get("/empty.bin").status());
        assertEquals("application/octet-stream", get("/empty.bin").field(HeaderName.CONTENT_TYPE));
    }

    @Test
    void headHasTheFieldsOfGetAndNoContent() throws Exception {
        FakeExchange x = FakeExchange.run(files, Method.HEAD, "/digits.txt", "Range", "bytes=0-3");
        assertEquals(200, x.status(), "RFC 9110 14.2: Range means nothing to HEAD");
        assertEquals(0, x.content().length);
        assertEquals(tag(), x.field(HeaderName.ETAG));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "get"})
    void otherMethodsAre405WithAllow(String method) throws Exception {
        FakeExchange x = FakeExchange.run(files, Method.of(method), "/digits.txt");
        assertEquals(405, x.status());
        assertEquals("GET, HEAD, OPTIONS", x.field(HeaderName.ALLOW));
        assertEquals(DIGITS, Files.readString(root.resolve("digits.txt")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "/digits.txt", "/none"})
    void optionsTellsWhatIsAllowed(String target) throws Exception {
        FakeExchange x = FakeExchange.run(files, Method.OPTIONS, target);
        assertEquals(204, x.status());
        assertEquals("GET, HEAD, OPTIONS", x.field(HeaderName.ALLOW));
    }

    @Test
    void namesAreDecodedOnce() throws Exception {
        file("a b+c%41.txt", "1");
        file("gr\u00fc\u00dfe.txt", "2");
        assertEquals("1", get("/a%20b+c%2541.txt").text());
        assertEquals(404, get("/a%20b+c%41.txt").status());
        assertEquals("2", get("/gr%C3%BC%c3%9fe.txt").text());
    }

    @ParameterizedTest
    @CsvSource({"/none,404", "/none/,404", "/digits.txt/,404", "/digits.txt/x,404", "/folder/none,404", "/.secret,404", "/.git/config,404", "/folder,301", "/folder/,200", "/,200"})
    void eachPathHasItsStatus(String target, int status) throws Exception {
        assertEquals(status, get(target).status());
    }

    @Test
    void namesTooLongForTheFileSystemAreNotFound() throws Exception {
        assertEquals(404, get("/" + "a".repeat(5_000)).status());
        assertEquals(404, get("/a".repeat(100)).status());
        assertEquals(404, get("/a".repeat(1_000)).status());
    }

    @Test
    void unreadableFilesAreForbidden() throws Exception {
        Path path = file("locked.txt", "no");
        assumeTrue(root.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(path), "this user reads everything");
        assertEquals(403, get("/locked.txt").status());
        assertEquals("", get("/locked.txt").field(HeaderName.ETAG));
    }

    @Test
    void hiddenFilesAreServedWhereAskedFor() throws Exception {
        files = files.hiddenFiles(true);
        assertEquals("no", get("/.secret").text());
        assertTrue(get("/").text().contains(".secret"));
        assertEquals(404, get("/../x").status());
    }

    @Test
    void cacheControlIsSentWhereSet() throws Exception {
        files = files.cacheControl("no-cache");
        assertEquals("no-cache", get("/digits.txt").field(HeaderName.CACHE_CONTROL));
        assertEquals("no-cache", get("/digits.txt", "If-None-Match", "*").field(HeaderName.CACHE_CONTROL));
        assertEquals("no-cache", get("/folder/").field(HeaderName.CACHE_CONTROL));
    }

    @Test
    void rootMustBeAFolder() {
        assertThrows(NotDirectoryException.class, () -> FileHandler.of(root.resolve("digits.txt")));
        assertThrows(IOException.class, () -> FileHandler.of(root.resolve("none")));
    }

    // ---- folders

    @Test
    void aFolderWithoutSlashIsRedirected() throws Exception {
        FakeExchange x = get("/folder?a=b&c");
        assertEquals(301, x.status());
        assertEquals("/folder/?a=b&c", x.field(HeaderName.LOCATION));
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.test/..", "//folder", "///folder", "/%2Ffolder", "/\\folder", "/%5Cfolder", "//evil.test/%2e%2e"})
    void noRedirectLeadsToAnotherHost(String target) throws Exception {
        FakeExchange x = get(target);
        assertTrue(x.status() == 400 || x.status() == 404, "status " + x.status());
        assertEquals("", x.field(HeaderName.LOCATION));
    }

    @Test
    void anIndexPageIsServedForItsFolder() throws Exception {
        FakeExchange x = get("/site/");
        assertEquals("<p>hello", x.text());
        assertEquals("text/html; charset=utf-8", x.field(HeaderName.CONTENT_TYPE));
        assertEquals(304, get("/site/", "If-None-Match", x.field(HeaderName.ETAG)).status());
    }

    @Test
    void withoutListingsAFolderIsForbidden() throws Exception {
        files = files.listing(false);
        assertEquals(403, get("/folder/").status());
        assertEquals("<p>hello", get("/site/").text());
    }

    @Test
    void theListingShowsFoldersFirstAndNothingHidden() throws Exception {
        file("a.txt", "x".repeat(1536));
        String html = get("/").text();
        assertTrue(html.indexOf("href=\"folder/\"") < html.indexOf("href=\"site/\""));
        assertTrue(html.indexOf("href=\"site/\"") < html.indexOf("href=\"a.txt\""));
        assertTrue(html.indexOf("href=\"a.txt\"") < html.indexOf("href=\"digits.txt\""));
        assertTrue(html.contains("title=\"1536 bytes\">1.50 KiB<"), html);
        assertTrue(html.contains("<time datetime=\"2024-05-06T07:08Z\">2024-05-06 07:08</time>"));
        assertFalse(html.contains("secret"));
        assertFalse(html.contains("href=\"../\""), "the root has no parent");
        assertTrue(get("/folder/").text().contains("href=\"../\""));
    }

    @Test
    void theListingAllowsNothingButItsOwnStyle() throws Exception {
        FakeExchange x = get("/");
        assertEquals("text/html; charset=utf-8", x.field(HeaderName.CONTENT_TYPE));
        String policy = x.field(HeaderName.CONTENT_SECURITY_POLICY);
        assertTrue(policy.startsWith("default-src 'none'; style-src 'sha256-"), policy);
        String html = x.text();
        String style = html.substring(html.indexOf("<style>") + 7, html.indexOf("</style>"));
        byte[] hash = java.security.MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
        assertTrue(policy.contains(java.util.Base64.getEncoder().encodeToString(hash)));
        assertFalse(html.contains("<script") || html.contains("style="));
    }

    @Test
    void namesInAListingAreEscapedForHtmlAndUrl() throws Exception {
        file("<img src=x onerror=alert(1)>&\"'.txt", "1");
        file("javascript:alert(1)", "2");
        file("a?b#c%20d;e=f", "3");
        file("line\nbreak\u001b", "4");
        file("\u202Efdp.exe", "5");
        String html = get("/").text();
        assertTrue(html.contains("href=\"%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E%26%22%27.txt\"><bdi>&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;.txt</bdi>"), html);
        assertTrue(html.contains("href=\"javascript%3Aalert%281%29\""));
        assertTrue(html.contains("href=\"a%3Fb%23c%2520d%3Be%3Df\""));
        assertTrue(html.contains("<bdi>line\uFFFDbreak\uFFFD</bdi>"));
        assertTrue(html.contains("<bdi>\uFFFDfdp.exe</bdi>"));
    }

    @Test
    void everyLinkOfAListingCanBeFollowed() throws Exception {
        for (String name : List.of("a b", "100%", "a?b", "#1", "x;y", "gr\u00fc\u00dfe", "line\nbreak", "&amp;", "it's", "javascript:x", "~tilde", "\ud83d\ude80.txt")) {
            file("odd/" + name, name);
        }
        String html = get("/odd/").text();
        List<String> links = new ArrayList<>();
        for (int at = html.indexOf("href=\""); at >= 0; at = html.indexOf("href=\"", at + 1)) {
            String link = html.substring(at + 6, html.indexOf('"', at + 6));
            if (!link.startsWith("#") && !link.equals("../")) {
                links.add(link);
            }
        }
        assertEquals(12, links.size());
        for (String link : links) {
            FakeExchange x = get("/odd/" + link);
            assertEquals(200, x.status(), link);
            assertTrue(Files.exists(root.resolve("odd").resolve(x.text())));
        }
    }

    @Test
    void aListingIsBoundedAndSaysSo() throws Exception {
        Path many = Files.createDirectory(root.resolve("many"));
        for (int i = 0; i < Listing.MAX_ENTRIES; i++) {
            Files.createFile(many.resolve("f" + i));
        }
        String html = get("/many/").text();
        assertEquals(Listing.MAX_ENTRIES + 2, html.split("<tr").length - 1, "with the head and the parent");
        assertFalse(html.contains("not shown"));
        Files.createFile(many.resolve("one more"));
        html = get("/many/").text();
        assertEquals(Listing.MAX_ENTRIES + 2, html.split("<tr").length - 1);
        assertTrue(html.contains("1 more are not shown"));
    }

    @Test
    void sizesHaveThreeDigitsAndAUnit() {
        assertEquals("0 B", ByteCount.of(0));
        assertEquals("1023 B", ByteCount.of(1023));
        assertEquals("1.00 KiB", ByteCount.of(1024));
        assertEquals("10.0 KiB", ByteCount.of(10_239));
        assertEquals("1.00 MiB", ByteCount.of(1_048_576));
        assertEquals("999 KiB", ByteCount.of(1024 * 999));
        assertEquals("8.00 EiB", ByteCount.of(Long.MAX_VALUE));
    }

    // ---- conditions (RFC 9110 13)

    @Test
    void ifMatchComparesStrongly() throws Exception {
        String tag = tag();
        assertEquals(200, get("/digits.txt", "If-Match", tag).status());
        assertEquals(200, get("/digits.txt", "If-Match", "*").status());
        assertEquals(200, get("/digits.txt", "If-Match", "\"x\", " + tag + " , \"y\"").status());
        assertEquals(200, get("/digits.txt", "If-Match", "\"x\"", "If-Match", tag).status());
        assertEquals(412, get("/digits.txt", "If-Match", "\"x\"").status());
        assertEquals(412, get("/digits.txt", "If-Match", "W/" + tag).status());
        assertEquals(412, get("/digits.txt", "If-Match", tag.substring(1, tag.length() - 1)).status());
    }

    @Test
    void ifNoneMatchComparesWeakly() throws Exception {
        String tag = tag();
        assertEquals(304, get("/digits.txt", "If-None-Match", tag).status());
        assertEquals(304, get("/digits.txt", "If-None-Match", "W/" + tag).status());
        assertEquals(304, get("/digits.txt", "If-None-Match", "*").status());
        assertEquals(304, get("/digits.txt", "If-None-Match", "\"a,b\",W/\"x\"," + tag).status());
        assertEquals(200, get("/digits.txt", "If-None-Match", "\"x\"").status());
        assertEquals(200, get("/digits.txt", "If-None-Match", "x, " + tag.substring(1)).status());
        assertEquals(200, get("/digits.txt", "If-None-Match", "").status());
        FakeExchange head = FakeExchange.run(files, Method.HEAD, "/digits.txt", "If-None-Match", tag);
        assertEquals(304, head.status());
    }

    @Test
    void a304HasTagAndTimeAndNoContent() throws Exception {
        FakeExchange x = get("/digits.txt", "If-None-Match", "*");
        assertEquals(tag(), x.field(HeaderName.ETAG));
        assertEquals(THEN_TEXT, x.field(HeaderName.LAST_MODIFIED));
        assertEquals(0, x.content().length);
        assertEquals("", x.field(HeaderName.CONTENT_TYPE));
    }

    @Test
    void ifModifiedSinceComparesSeconds() throws Exception {
        assertEquals(304, get("/digits.txt", "If-Modified-Since", THEN_TEXT).status());
        assertEquals(304, get("/digits.txt", "If-Modified-Since", "Mon, 06 May 2024 07:08:10 GMT").status());
        assertEquals(200, get("/digits.txt", "If-Modified-Since", "Mon, 06 May 2024 07:08:08 GMT").status());
        assertEquals(304, get("/digits.txt", "If-Modified-Since", "Mon May  6 07:08:09 2024").status());
        assertEquals(304, get("/digits.txt", "If-Modified-Since", "Monday, 06-May-24 07:08:09 GMT").status());
        assertEquals(200, get("/digits.txt", "If-Modified-Since", "yesterday").status());
        assertEquals(200, get("/digits.txt", "If-Modified-Since", THEN_TEXT, "If-Modified-Since", THEN_TEXT).status());
    }

    @Test
    void ifUnmodifiedSinceComparesSeconds() throws Exception {
        assertEquals(200, get("/digits.txt", "If-Unmodified-Since", THEN_TEXT).status());
        assertEquals(412, get("/digits.txt", "If-Unmodified-Since", "Mon, 06 May 2024 07:08:08 GMT").status());
        assertEquals(200, get("/digits.txt", "If-Unmodified-Since", "never").status());
    }

    @Test
    void conditionsAreTakenInTheOrderOf13_2_2() throws Exception {
        String tag = tag();
        String before = "Mon, 06 May 2024 07:08:08 GMT";
        assertEquals(200, get("/digits.txt", "If-Match", tag, "If-Unmodified-Since", before).status(), "If-Match hides If-Unmodified-Since");
        assertEquals(200, get("/digits.txt", "If-None-Match", "\"x\"", "If-Modified-Since", THEN_TEXT).status(), "If-None-Match hides If-Modified-Since");
        assertEquals(412, get("/digits.txt", "If-Match", "\"x\"", "If-None-Match", tag).status(), "If-Match comes first");
        assertEquals(412, get("/digits.txt", "If-Unmodified-Since", before, "If-None-Match", tag).status());
        assertEquals(304, get("/digits.txt", "If-Match", tag, "If-None-Match", tag, "Range", "bytes=0-1").status(), "Range comes last");
        assertEquals(412, get("/digits.txt", "If-Match", "\"x\"", "Range", "bytes=99-").status());
    }

    @Test
    void aChangedFileHasAnotherTag() throws Exception {
        String tag = tag();
        Path path = root.resolve("digits.txt");
        Files.setLastModifiedTime(path, FileTime.from(THEN.plusNanos(1_000)));
        String touched = tag();
        Files.writeString(path, "01234567890");
        Files.setLastModifiedTime(path, FileTime.from(THEN));
        String longer = tag();
        Files.writeString(root.resolve("new"), DIGITS);
        Files.setLastModifiedTime(root.resolve("new"), FileTime.from(THEN));
        Files.move(root.resolve("new"), path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        String replaced = tag();
        assertEquals(4, new java.util.HashSet<>(List.of(tag, touched, longer, replaced)).size());
    }

    @Test
    void aFileAsYoungAsItsTimeStampHasAWeakTagAndNoRangeByIt() throws Exception {
        Path path = root.resolve("digits.txt");
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().plusSeconds(60)));
        FakeExchange x = get("/digits.txt");
        String tag = x.field(HeaderName.ETAG);
        assertTrue(tag.startsWith("W/\""), tag);
        Instant told = java.time.ZonedDateTime.parse(x.field(HeaderName.LAST_MODIFIED), java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        assertFalse(told.isAfter(Instant.now()), "RFC 9110 8.8.2.1: not in the future");
        assertEquals(412, get("/digits.txt", "If-Match", tag).status());
        assertEquals(200, get("/digits.txt", "Range", "bytes=0-1", "If-Range", tag).status());
        assertEquals(304, get("/digits.txt", "If-None-Match", tag).status());
    }

    // ---- ranges (RFC 9110 14)

    @ParameterizedTest
    @CsvSource({"0-0,0,0-0", "0-4,01234,0-4", "3-,3456789,3-9", "9-9,9,9-9", "5-99,56789,5-9", "-1,9,9-9", "-10,0123456789,0-9", "-99,0123456789,0-9", "0-99999999999999999999999,0123456789,0-9",
        "-99999999999999999999999,0123456789,0-9", "' 2-3 ',23,2-3", "',2-3,',23,2-3", "'20-30,2-3',23,2-3"})
    void aSingleRangeIs206(String range, String expected, String contentRange) throws Exception {
        FakeExchange x = get("/digits.txt", "Range", ("bytes=" + range).strip());
        assertEquals(206, x.status());
        assertEquals(expected, x.text());
        assertEquals("bytes " + contentRange + "/10", x.field(HeaderName.CONTENT_RANGE));
        assertEquals("text/plain; charset=utf-8", x.field(HeaderName.CONTENT_TYPE));
    }

    @Test
    void theUnitHasNoCase() throws Exception {
        assertEquals(206, get("/digits.txt", "Range", "Bytes=0-0").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-", "bytes=10-,20-,-0"})
    void noRangeWithinTheContentIs416(String range) throws Exception {
        FakeExchange x = get("/digits.txt", "Range", range);
        assertEquals(416, x.status());
        assertEquals("bytes */10", x.field(HeaderName.CONTENT_RANGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes", "bytes=", "bytes=,", "bytes=-", "bytes=a-b", "bytes=3-2", "bytes=1", "bytes=0-1-2", "bytes=--1", "bytes=+1-2", "bytes=0 - 1", "bytes = 0-1", "bytes:0-1", "chars=0-1", "0-1",
        "bytes=0-1;2-3", "bytes=0-1,x", "bytes=0x1-2", "bytes=0-1,5-4"})
    void whatIsNoRangeIsIgnored(String range) throws Exception {
        FakeExchange x = get("/digits.txt", "Range", range);
        assertEquals(200, x.status());
        assertEquals(DIGITS, x.text());
        assertEquals("", x.field(HeaderName.CONTENT_RANGE));
    }

    @Test
    void twoRangeFieldsAreIgnored() throws Exception {
        assertEquals(200, get("/digits.txt", "Range", "bytes=0-0", "Range", "bytes=1-1").status());
    }

    @Test
    void anEmptyFileHasNoRanges() throws Exception {
        assertEquals(416, get("/empty.bin", "Range", "bytes=0-").status());
        assertEquals(200, get("/empty.bin", "Range", "bytes=-5").status());
        assertEquals(416, get("/empty.bin", "Range", "bytes=-0").status());
    }

    @Test
    void severalRangesAreParts() throws Exception {
        FakeExchange x = get("/digits.txt", "Range", "bytes=0-1, 4-5,-1");
        assertEquals(206, x.status());
        String type = x.field(HeaderName.CONTENT_TYPE);
        assertTrue(type.startsWith("multipart/byteranges; boundary="), type);
        String boundary = type.substring(type.indexOf('=') + 1);
        String expected = ("--B\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-1/10\r\n\r\n01"
                + "\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 4-5/10\r\n\r\n45"
                + "\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 9-9/10\r\n\r\n9"
                + "\r\n--B--\r\n").replace("--B", "--" + boundary);
        assertEquals(expected, x.text());
        assertEquals(Integer.toString(x.content().length), x.field(HeaderName.CONTENT_LENGTH));
        assertEquals("", x.field(HeaderName.CONTENT_RANGE), "RFC 9110 15.3.7.2: not in the head of a multipart response");
    }

    @Test
    void partsOfALargeFileAreStreamed() throws Exception {
        byte[] bytes = new byte[100_000];
        new java.util.Random(5).nextBytes(bytes);
        Files.write(root.resolve("large"), bytes);
        FakeExchange x = get("/large", "Range", "bytes=50000-99999,0-40000");
        String boundary = x.field(HeaderName.CONTENT_TYPE).split("boundary=")[1];
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(("--" + boundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 50000-99999/100000\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        expected.write(bytes, 50_000, 50_000);
        expected.writeBytes(("\r\n--" + boundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 0-40000/100000\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        expected.write(bytes, 0, 40_001);
        expected.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        assertArrayEquals(expected.toByteArray(), x.content());
        assertEquals(Integer.toString(x.content().length), x.field(HeaderName.CONTENT_LENGTH));
    }

    @Test
    void aFileThatShrinksWhilePartsAreSentCutsTheMessage() throws Exception {
        Path path = root.resolve("large");
        Files.write(path, new byte[100_000]);
        FakeExchange x = new FakeExchange(Method.GET, "/large", "Range", "bytes=0-49999,60000-99999");
        x.beforeWrite = () -> {
            try (var file = java.nio.channels.FileChannel.open(path, java.nio.file.StandardOpenOption.WRITE)) {
                file.truncate(70_000);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        assertThrows(EOFException.class, () -> x.handledBy(files));
        assertFalse(x.isComplete());
    }

    @Test
    void servesExactlyTheMostRangesThatAreAllowed() throws Exception {
        file("hundred", DIGITS.repeat(10));
        assertEquals(206, get("/hundred", "Range", ranges(ByteRanges.MAX_RANGES)).status());
    }

    @Test
    void ignoresOneRangeMore() throws Exception {
        file("hundred", DIGITS.repeat(10));
        assertEquals(200, get("/hundred", "Range", ranges(ByteRanges.MAX_RANGES + 1)).status());
        assertEquals(200, get("/hundred", "Range", ranges(1_000)).status());
    }

    private static String ranges(int count) {
        StringBuilder range = new StringBuilder("bytes=0-0");
        for (int i = 1; i < count; i++) {
            range.append(',').append(i * 2).append('-').append(i * 2);
        }
        return range.toString();
    }

    @Test
    void rangesThatAreMoreThanTheWholeAreIgnored() throws Exception {
        assertEquals(206, get("/digits.txt", "Range", "bytes=0-4,3-6").status(), "9 of 10 bytes");
        assertEquals(206, get("/digits.txt", "Range", "bytes=0-4,3-7").status(), "10 of 10");
        assertEquals(200, get("/digits.txt", "Range", "bytes=0-4,3-7,0-0").status(), "11 of 10");
        assertEquals(200, get("/digits.txt", "Range", "bytes=0-,0-,0-,0-").status());
    }

    @Test
    void ifRangeDecidesWhetherRangeCounts() throws Exception {
        String tag = tag();
        assertEquals(206, get("/digits.txt", "Range", "bytes=0-0", "If-Range", tag).status());
        assertEquals(200, get("/digits.txt", "Range", "bytes=0-0", "If-Range", "\"x\"").status());
        assertEquals(200, get("/digits.txt", "Range", "bytes=0-0", "If-Range", "W/" + tag).status());
        assertEquals(206, get("/digits.txt", "Range", "bytes=0-0", "If-Range", THEN_TEXT).status());
        assertEquals(200, get("/digits.txt", "Range", "bytes=0-0", "If-Range", "Mon, 06 May 2024 07:08:10 GMT").status(), "a date must be the same, not just later");
        assertEquals(200, get("/digits.txt", "Range", "bytes=0-0", "If-Range", "nonsense").status());
        assertEquals(200, get("/digits.txt", "Range", "bytes=10-", "If-Range", "\"x\"").status(), "not 416");
        assertEquals(200, get("/digits.txt", "If-Range", tag).status());
    }
}
