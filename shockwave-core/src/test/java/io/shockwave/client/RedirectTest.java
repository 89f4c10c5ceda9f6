package io.shockwave.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.HttpException;
import io.shockwave.HttpException.Kind;
import io.shockwave.Method;
import io.shockwave.client.ShockwaveClient.Redirects;
import io.shockwave.internal.testing.RawServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where redirects lead, and what goes along (RFC 9110 15.4): origin x scheme x port x hop. */
@Timeout(30)
class RedirectTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** A server that notes requests and answers by their path; null is 200. */
    private static final class Site implements AutoCloseable {
        final List<String> requests = new CopyOnWriteArrayList<>();
        final RawServer server;

        Site(Function<String, String> locations) throws IOException {
            server = new RawServer(peer -> {
                for (String request = peer.readRequest(); request != null; request = peer.readRequest()) {
                    requests.add(request);
                    String answer = locations.apply(request.split(" ")[1]);
                    peer.send(answer == null ? OK : answer);
                }
            });
        }

        String last() {
            return requests.get(requests.size() - 1);
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static String to(int status, String location) {
        return "HTTP/1.1 " + status + " Moved\r\nLocation: " + location + "\r\nContent-Length: 5\r\n\r\nmoved";
    }

    private static ShockwaveClient following() {
        return ShockwaveClient.builder().redirects(Redirects.ALWAYS).build();
    }

    private static ClientRequest withSecrets(ClientRequest request) {
        request.headers().add(HeaderName.AUTHORIZATION, "Bearer secret").add(HeaderName.COOKIE, "sid=secret").add(HeaderName.PROXY_AUTHORIZATION, "Basic secret").add("X-Harmless", "1");
        return request;
    }

    @Test
    void nothingIsFollowedByDefault() throws Exception {
        try (Site site = new Site(path -> to(302, "/b")); ShockwaveClient client = ShockwaveClient.builder().build(); ClientResponse response = client.get(site.server.url("/a")).send()) {
            assertEquals(302, response.status());
            assertEquals("moved", new String(response.body().readAll(10), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void sameOriginKeepsEverythingAndTheConnection() throws Exception {
        try (Site site = new Site(path -> path.equals("/a") ? to(302, "b?c=%20d") : null);
                ShockwaveClient client = ShockwaveClient.builder().redirects(Redirects.SAME_ORIGIN).build();
                ClientResponse response = withSecrets(client.get(site.server.url("/a"))).send()) {
            assertEquals(200, response.status());
            assertEquals(site.server.url("/b?c=%20d"), response.url());
            assertEquals(2, site.requests.size());
            assertTrue(site.last().contains("Bearer secret") && site.last().contains("sid=secret") && site.last().contains("Basic secret"));
            assertEquals(1, site.server.connections());
        }
    }

    @Test
    void credentialsNeverCrossAnOriginAndDoNotComeBack() throws Exception {
        Site[] sites = new Site[2];
        try (Site other = new Site(path -> to(307, sites[0].server.url("/home")))) {
            try (Site home = new Site(path -> path.equals("/a") ? to(307, other.server.url("/x")) : null); ShockwaveClient client = following()) {
                sites[0] = home;
                withSecrets(client.get(home.server.url("/a"))).send().close();
                for (String request : List.of(other.last(), home.last())) {
                    assertFalse(request.contains("secret"), request);
                    assertTrue(request.contains("X-Harmless: 1"), request);
                }
                assertTrue(home.requests.get(0).contains("secret"));
                assertEquals(2, home.requests.size());
            }
        }
    }

    @Test
    void credentialsDoNotComeBackWithinTheOtherOrigin() throws Exception {
        try (Site other = new Site(path -> path.equals("/x") ? to(302, "/y") : null); Site home = new Site(path -> to(302, other.server.url("/x"))); ShockwaveClient client = following()) {
            withSecrets(client.get(home.server.url("/"))).send().close();
            assertEquals(2, other.requests.size());
            assertFalse(String.join("", other.requests).contains("secret"), other.requests::toString);
        }
    }

    @Test
    void anotherNameOfTheSameAddressIsAnotherOrigin() throws Exception {
        Site[] self = new Site[1];
        try (Site site = new Site(path -> path.equals("/a") ? to(302, "http://localhost:" + self[0].server.port() + "/b") : null); ShockwaveClient client = following()) {
            self[0] = site;
            withSecrets(client.get(site.server.url("/a"))).send().close();
            assertFalse(site.last().contains("secret"));
            assertTrue(site.last().contains("Host: localhost:" + site.server.port()));
        }
    }

    @Test
    void aHostFieldOfTheUsersStaysWithItsOrigin() throws Exception {
        try (Site other = new Site(path -> null); Site home = new Site(path -> to(302, other.server.url("/"))); ShockwaveClient client = following()) {
            ClientRequest request = client.get(home.server.url("/"));
            request.headers().add(HeaderName.HOST, "virtual.example");
            request.send().close();
            assertTrue(home.last().contains("Host: virtual.example"));
            assertFalse(other.last().contains("virtual.example"));
        }
    }

    @Test
    void theOriginRulesHoldForEveryPartOfTheOrigin() {
        // from, to, whether ALWAYS follows, whether credentials go along
        String[][] table = {
            {"http://a.example/", "http://a.example/x", "yes", "yes"},
            {"http://a.example/", "http://A.EXAMPLE:80/x", "yes", "yes"},
            {"https://a.example/", "https://a.example:443/", "yes", "yes"},
            {"http://a.example/", "http://a.example:8080/", "yes", "no"},
            {"http://a.example/", "http://b.a.example/", "yes", "no"},
            {"http://b.a.example/", "http://a.example/", "yes", "no"},
            {"http://a.example/", "https://a.example/", "yes", "no"},
            {"http://a.example/", "https://a.example:80/", "yes", "no"},
            {"https://a.example/", "http://a.example/", "no", ""},
            {"https://a.example/", "http://a.example:443/", "no", ""},
            {"https://a.example/", "http://b.example/", "no", ""},
            {"https://a.example/", "https://b.example/", "yes", "no"},
            {"http://[::1]/", "http://127.0.0.1/", "yes", "no"},
            {"http://a.example/", "ftp://a.example/", "no", ""},
            {"http://a.example/", "mailto:x@a.example", "no", ""},
            {"http://a.example/", "javascript:alert(1)", "no", ""},
            {"http://a.example/", "file:///etc/passwd", "no", ""},
        };
        for (String[] row : table) {
            assertEquals(row[2] + " " + row[3], io.shockwave.internal.dispatch.client.RedirectProbe.verdict(row[0], row[1]), String.join(" ", row));
        }
    }

    @Test
    void methodsChangeAsTheStatusSays() throws Exception {
        String[][] table = {
            {"301", "POST", "GET", ""}, {"302", "POST", "GET", ""}, {"303", "POST", "GET", ""}, {"307", "POST", "POST", "body"}, {"308", "POST", "POST", "body"},
            {"301", "PUT", "PUT", "body"}, {"302", "PUT", "PUT", "body"}, {"303", "PUT", "GET", ""}, {"303", "HEAD", "HEAD", ""}, {"301", "HEAD", "HEAD", ""}, {"303", "DELETE", "GET", ""},
        };
        for (String[] row : table) {
            try (Site site = new Site(path -> path.equals("/a") ? "HTTP/1.1 " + row[0] + " x\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); ShockwaveClient client = following()) {
                ClientRequest request = client.request(Method.of(row[1]), site.server.url("/a"));
                if (!row[1].equals("HEAD")) {
                    request.body("body");
                }
                request.send().close();
                String name = String.join(" ", row);
                assertTrue(site.last().startsWith(row[2] + " /b "), name + site.last());
                assertTrue(site.last().endsWith("\r\n\r\n" + row[3]), name + site.last());
                assertEquals(row[3].isEmpty(), !site.last().contains("Content-"), name + site.last());
            }
        }
    }

    @Test
    void statusesThatAreNoRedirectsAreAnswers() throws Exception {
        for (int status : new int[] {200, 201, 300, 304, 305, 306, 400}) {
            try (Site site = new Site(path -> "HTTP/1.1 " + status + " x\r\nLocation: /b\r\n" + (status == 304 ? "" : "Content-Length: 0\r\n") + "\r\n"); ShockwaveClient client = following();
                    ClientResponse response = client.get(site.server.url("/a")).send()) {
                assertEquals(status, response.status());
                assertEquals(1, site.requests.size());
            }
        }
    }

    @Test
    void aStreamCannotGoAlongSoTheRedirectIsTheAnswer() throws Exception {
        try (Site site = new Site(path -> path.equals("/a") ? to(307, "/b") : null); ShockwaveClient client = following()) {
            try (ClientResponse response = client.request(Method.PUT, site.server.url("/a")).body(3, new ByteArrayInputStream(new byte[3])).send()) {
                assertEquals(307, response.status());
            }
            assertEquals(1, site.requests.size());
        }
        try (Site site = new Site(path -> path.equals("/a") ? to(303, "/b") : null); ShockwaveClient client = following();
                ClientResponse response = client.request(Method.PUT, site.server.url("/a")).body(3, new ByteArrayInputStream(new byte[3])).send()) {
            assertEquals(200, response.status(), "303 asks for no content");
        }
    }

    @Test
    void loopsAndTooManyHopsAreTold() throws Exception {
        try (Site site = new Site(path -> to(302, path.equals("/a") ? "/b" : "/a")); ShockwaveClient client = following()) {
            HttpException loop = assertThrows(HttpException.class, () -> client.get(site.server.url("/a")).send());
            assertEquals(Kind.PROTOCOL, loop.kind());
            assertTrue(loop.getMessage().contains("loop"), loop.getMessage());
            assertEquals(0, client.poolStats().leased());
        }
        try (Site site = new Site(path -> path.equals("/10") ? null : to(302, "/" + (Integer.parseInt(path.substring(1)) + 1))); ShockwaveClient client = following()) {
            client.get(site.server.url("/0")).send().close();
            assertEquals(11, site.requests.size(), "ten redirects are allowed");
        }
        try (Site site = new Site(path -> path.equals("/11") ? null : to(302, "/" + (Integer.parseInt(path.substring(1)) + 1))); ShockwaveClient client = following()) {
            HttpException many = assertThrows(HttpException.class, () -> client.get(site.server.url("/0")).send());
            assertTrue(many.getMessage().contains("more than 10 redirects"), many.getMessage());
            assertEquals(11, site.requests.size());
        }
    }

    @Test
    void aMalformedLocationIsTold() throws Exception {
        for (String location : List.of("http://", "http://user:pass@evil.example/", "http://a b/", "http://x:99999/", "/with space", "http://[::1/")) {
            try (Site site = new Site(path -> to(302, location)); ShockwaveClient client = following()) {
                HttpException malformed = assertThrows(HttpException.class, () -> client.get(site.server.url("/")).send(), location);
                assertEquals(Kind.PROTOCOL, malformed.kind());
                assertTrue(malformed.getMessage().contains("Location"), malformed.getMessage());
                assertEquals(1, site.requests.size());
            }
        }
    }

    @Test
    void withoutLocationTheRedirectIsTheAnswer() throws Exception {
        try (Site site = new Site(path -> "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"); ShockwaveClient client = following(); ClientResponse response = client.get(site.server.url("/")).send()) {
            assertEquals(302, response.status());
        }
    }
}
