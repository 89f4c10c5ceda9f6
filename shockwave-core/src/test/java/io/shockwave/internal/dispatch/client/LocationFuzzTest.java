package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.shockwave.internal.pool.UrlEntry;
import java.nio.charset.StandardCharsets;

/** Any Location of a server: a URL that is safe to ask for, or a refusal that is safe to log, and never the origin's own with another's path before it. */
class LocationFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void whatIsFollowedIsSafe(byte[] data) {
        String reference = new String(data, StandardCharsets.ISO_8859_1);
        String resolved = Location.resolve("https", "a.example:8443", "/b/c/d;p?q", reference);
        assertEquals(-1, resolved.indexOf('#'));
        UrlEntry url;
        try {
            url = UrlEntry.parse(resolved);
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().chars().allMatch(c -> c >= ' ' && c < 0x7F), "the message is safe to log");
            return;
        }
        String target = new String(url.target(), StandardCharsets.ISO_8859_1);
        String path = target.substring(0, url.pathLength());
        assertTrue(target.startsWith("/"));
        assertTrue(target.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '#'), target);
        assertFalse(path.contains("/../") || path.contains("/./") || path.endsWith("/..") || path.endsWith("/."), path);
        boolean namesAnother = reference.contains("//");
        assertTrue(namesAnother || url.origin().toString().equals(UrlEntry.parse("https://a.example:8443/").origin().toString()), resolved);
        assertEquals(url.origin(), UrlEntry.parse(Location.resolve(url.scheme(), new String(url.hostField(), StandardCharsets.ISO_8859_1), target, "")).origin());
    }
}
