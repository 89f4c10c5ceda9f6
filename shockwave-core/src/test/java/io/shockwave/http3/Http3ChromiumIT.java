package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.HeaderName;
import io.shockwave.HttpVersion;
import io.shockwave.server.Foreign;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Chromium loads a page of many images over HTTP/3 alone; skipped where it is not installed. */
@Timeout(90)
class Http3ChromiumIT {
    private static final int IMAGES = 100;
    private static final HeaderName TYPE = HeaderName.of("Content-Type");
    /** Where the screenshot goes, if it is to be kept. */
    private static final String SCREENSHOT = System.getProperty("http3.screenshot", "");
    private static final String PAGE = """
            <!doctype html><meta charset=utf-8><title>images</title><style>body{margin:4px}img{margin:2px}</style><body><script>
            for (let i = 0; i < %1$d; i++) { const image = new Image(); image.src = '/' + i + '.png'; document.body.append(image); }
            onload = () => {
              const all = performance.getEntriesByType('resource'), drawn = [...document.images].filter(i => i.naturalWidth === 60).length;
              const h3 = all.every(e => e.nextHopProtocol === 'h3'), page = performance.getEntriesByType('navigation')[0].nextHopProtocol;
              document.title = 'resources ' + all.length + ', h3 ' + h3 + ', page ' + page + ', drawn ' + drawn;
            };
            </script>""".formatted(IMAGES);

    @TempDir
    Path dir;
    private final AtomicInteger overHttp3 = new AtomicInteger();

    private void serves(ServerRequest request, ServerResponse response) throws IOException {
        if (request.version() == HttpVersion.HTTP_3) {
            overHttp3.incrementAndGet();
        }
        String path = request.path().toString();
        if (path.equals("/")) {
            response.headers().add(TYPE, "text/html");
            response.send(PAGE);
        } else if (path.endsWith(".png") && Character.isDigit(path.charAt(1))) {
            response.headers().add(TYPE, "image/png");
            response.send(image(Integer.parseInt(path.substring(1, path.length() - 4))));
        } else {
            response.status(404).send();
        }
    }

    private static byte[] image(int number) throws IOException {
        BufferedImage image = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setColor(Color.getHSBColor(number / (float) IMAGES, 0.8f, 0.9f));
        g.fillRect(0, 0, 60, 40);
        g.setColor(Color.BLACK);
        g.fillRect(4, 30, number * 52 / IMAGES, 6);
        g.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    private Foreign.Result chromium(Http3Site site, String... options) throws Exception {
        String origin = "localhost:" + site.port();
        List<String> command = new ArrayList<>(List.of(Foreign.find("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server", "--host-resolver-rules=MAP localhost 127.0.0.1",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-quic", "--origin-to-force-quic-on=" + origin, "--ignore-certificate-errors-spki-list=" + site.keyPin(),
                "--user-data-dir=" + Files.createTempDirectory(dir, "profile"), "--window-size=700,520", "--timeout=30000", "--virtual-time-budget=15000"));
        command.addAll(List.of(options));
        command.add("https://" + origin + "/");
        return Foreign.run(dir, command);
    }

    @Test
    void loadsAHundredImages() throws Exception {
        try (HandshakeLog log = new HandshakeLog(); Http3Site site = Http3Site.start(dir, this::serves)) {
            Foreign.Result result = chromium(site, "--dump-dom");
            assertTrue(result.out().contains("<title>resources " + IMAGES + ", h3 true, page h3, drawn " + IMAGES + "</title>"), result.out());
            assertEquals(List.of("X25519MLKEM768"), log.groups(dir, "server"));
            assertEquals(IMAGES + 1, overHttp3.get() - asideOf(site), site.stats()::toString);
            assertTrue(site.errors.isEmpty(), site.errors::toString);
        }
    }

    /** An icon that it may ask for besides. */
    private static long asideOf(Http3Site site) {
        return site.stats().responses4xx();
    }

    @Test
    void showsThem() throws Exception {
        Path screenshot = SCREENSHOT.isEmpty() ? dir.resolve("page.png") : Path.of(SCREENSHOT).toAbsolutePath();
        try (Http3Site site = Http3Site.start(dir, this::serves)) {
            Foreign.Result result = chromium(site, "--screenshot=" + screenshot);
            assertTrue(Files.exists(screenshot), result.out());
            BufferedImage page = ImageIO.read(screenshot.toFile());
            int first = page.getRGB(4 + 2 + 30, 4 + 2 + 10);
            assertEquals(Color.getHSBColor(0, 0.8f, 0.9f).getRGB(), first, result.out());
        }
    }
}
