package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LocationTest {
    private static String resolve(String reference) {
        return Location.resolve("http", "a", "/b/c/d;p?q", reference);
    }

    /** RFC 3986 5.4.1 and 5.4.2, less the fragments, which are never sent. */
    @Test
    void theExamplesOfRfc3986() {
        String[][] table = {
            {"g:h", "g:h"}, {"g", "http://a/b/c/g"}, {"./g", "http://a/b/c/g"}, {"g/", "http://a/b/c/g/"}, {"/g", "http://a/g"}, {"//g", "http://g"}, {"?y", "http://a/b/c/d;p?y"},
            {"g?y", "http://a/b/c/g?y"}, {"#s", "http://a/b/c/d;p?q"}, {"g#s", "http://a/b/c/g"}, {"g?y#s", "http://a/b/c/g?y"}, {";x", "http://a/b/c/;x"}, {"g;x", "http://a/b/c/g;x"},
            {"g;x?y#s", "http://a/b/c/g;x?y"}, {"", "http://a/b/c/d;p?q"}, {".", "http://a/b/c/"}, {"./", "http://a/b/c/"}, {"..", "http://a/b/"}, {"../", "http://a/b/"}, {"../g", "http://a/b/g"},
            {"../..", "http://a/"}, {"../../", "http://a/"}, {"../../g", "http://a/g"}, {"../../../g", "http://a/g"}, {"../../../../g", "http://a/g"}, {"/./g", "http://a/g"}, {"/../g", "http://a/g"},
            {"g.", "http://a/b/c/g."}, {".g", "http://a/b/c/.g"}, {"g..", "http://a/b/c/g.."}, {"..g", "http://a/b/c/..g"}, {"./../g", "http://a/b/g"}, {"./g/.", "http://a/b/c/g/"},
            {"g/./h", "http://a/b/c/g/h"}, {"g/../h", "http://a/b/c/h"}, {"g;x=1/./y", "http://a/b/c/g;x=1/y"}, {"g;x=1/../y", "http://a/b/c/y"}, {"g?y/./x", "http://a/b/c/g?y/./x"},
            {"g?y/../x", "http://a/b/c/g?y/../x"}, {"g#s/./x", "http://a/b/c/g"}, {"http://x/../y?z", "http://x/y?z"},
        };
        for (String[] row : table) {
            assertEquals(row[1], resolve(row[0]), row[0]);
        }
    }

    @Test
    void bytesAboveAsciiAreEscapedAndNothingElseIs() {
        assertEquals("http://a/%C3%A4?%C3%B6=%20|", resolve("/\u00C3\u00A4?\u00C3\u00B6=%20|"));
    }

    @Test
    void aColonInAPathIsNoScheme() {
        assertEquals("http://a/b/c/1x:y", resolve("1x:y"));
        assertEquals("http://a/x:y", resolve("/x:y"));
    }
}
