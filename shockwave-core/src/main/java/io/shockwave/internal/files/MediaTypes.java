package io.shockwave.internal.files;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Media types by a file's name, from a table of its own: the system's tables differ from machine to machine. Immutable. */
public final class MediaTypes {
    /** For everything that is not in the table. */
    public static final String UNKNOWN = "application/octet-stream";

    private static final String TEXT = "text/plain; charset=utf-8";

    /** A type, and the extensions that have it. Text is taken to be UTF-8, as nearly all of it is. */
    private static final String[][] TABLE = {
        {"text/html; charset=utf-8", "html", "htm"},
        {"text/css; charset=utf-8", "css"},
        {"text/javascript; charset=utf-8", "js", "mjs", "cjs"},
        {"text/markdown; charset=utf-8", "md", "markdown"},
        {"text/csv; charset=utf-8", "csv"},
        {"text/tab-separated-values; charset=utf-8", "tsv"},
        {"text/calendar; charset=utf-8", "ics"},
        {"text/vcard; charset=utf-8", "vcf"},
        {"text/vtt; charset=utf-8", "vtt"},
        {TEXT, "txt", "text", "log", "java", "kt", "scala", "groovy", "gradle", "c", "h", "cc", "cpp", "hpp", "rs", "go", "py", "rb", "php", "pl", "lua", "swift", "cs", "ts", "tsx",
            "jsx", "sh", "bash", "bat", "ps1", "sql", "ini", "conf", "cfg", "properties", "env", "toml", "diff", "patch", "tex", "srt", "rst", "adoc", "proto", "cmake", "mk"},
        {"application/json", "json", "map"},
        {"application/geo+json", "geojson"},
        {"application/ld+json", "jsonld"},
        {"application/manifest+json", "webmanifest"},
        {"application/yaml", "yaml", "yml"},
        {"application/xml", "xml", "xsd", "pom"},
        {"application/xslt+xml", "xsl", "xslt"},
        {"application/xhtml+xml", "xhtml"},
        {"application/rss+xml", "rss"},
        {"application/atom+xml", "atom"},
        {"application/wasm", "wasm"},
        {"application/pdf", "pdf"},
        {"application/epub+zip", "epub"},
        {"application/rtf", "rtf"},
        {"application/zip", "zip"},
        {"application/gzip", "gz", "tgz"},
        {"application/zstd", "zst"},
        {"application/x-bzip2", "bz2"},
        {"application/x-xz", "xz"},
        {"application/x-7z-compressed", "7z"},
        {"application/vnd.rar", "rar"},
        {"application/x-tar", "tar"},
        {"application/java-archive", "jar", "war", "ear"},
        {"application/vnd.debian.binary-package", "deb"},
        {"application/x-rpm", "rpm"},
        {"application/x-sqlite3", "sqlite", "db"},
        {"application/vnd.apache.parquet", "parquet"},
        {"application/msword", "doc"},
        {"application/vnd.ms-excel", "xls"},
        {"application/vnd.ms-powerpoint", "ppt"},
        {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
        {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
        {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"},
        {"application/vnd.oasis.opendocument.text", "odt"},
        {"application/vnd.oasis.opendocument.spreadsheet", "ods"},
        {"application/vnd.oasis.opendocument.presentation", "odp"},
        {"image/svg+xml", "svg"},
        {"image/png", "png"},
        {"image/apng", "apng"},
        {"image/jpeg", "jpg", "jpeg"},
        {"image/gif", "gif"},
        {"image/webp", "webp"},
        {"image/avif", "avif"},
        {"image/heic", "heic"},
        {"image/jxl", "jxl"},
        {"image/bmp", "bmp"},
        {"image/tiff", "tif", "tiff"},
        {"image/x-icon", "ico"},
        {"font/woff", "woff"},
        {"font/woff2", "woff2"},
        {"font/ttf", "ttf"},
        {"font/otf", "otf"},
        {"audio/mpeg", "mp3"},
        {"audio/mp4", "m4a"},
        {"audio/aac", "aac"},
        {"audio/ogg", "ogg", "oga", "opus"},
        {"audio/flac", "flac"},
        {"audio/wav", "wav"},
        {"audio/midi", "mid", "midi"},
        {"video/mp4", "mp4", "m4v"},
        {"video/webm", "webm"},
        {"video/ogg", "ogv"},
        {"video/quicktime", "mov"},
        {"video/x-matroska", "mkv"},
        {"video/mp2t", "m2ts"},
        {"application/vnd.apple.mpegurl", "m3u8"},
        {"application/dash+xml", "mpd"},
        {"model/gltf+json", "gltf"},
        {"model/gltf-binary", "glb"},
    };
    /** Files that go by these names without an extension are text everywhere. */
    private static final String[] PLAIN_NAMES = {"readme", "license", "licence", "copying", "notice", "authors", "changelog", "changes", "news", "todo", "makefile", "dockerfile", "jenkinsfile"};

    private static final Map<String, String> BY_EXTENSION = new HashMap<>();

    static {
        for (String[] row : TABLE) {
            for (int i = 1; i < row.length; i++) {
                BY_EXTENSION.put(row[i], row[0]);
            }
        }
    }

    private MediaTypes() {
    }

    /** The type of a file with this name, of which the part behind the last dot decides, without case. */
    public static String ofName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        int dot = lower.lastIndexOf('.');
        if (dot >= 0) {
            return BY_EXTENSION.getOrDefault(lower.substring(dot + 1), UNKNOWN);
        }
        for (String plain : PLAIN_NAMES) {
            if (lower.equals(plain)) {
                return TEXT;
            }
        }
        return UNKNOWN;
    }
}
