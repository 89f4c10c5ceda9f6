package io.shockwave.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shockwave.tuning.BenchmarkReport.Latencies;
import io.shockwave.tuning.BenchmarkReport.Result;
import io.shockwave.tuning.BenchmarkReport.Sample;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BenchmarkReportTest {
    static Sample sample(double perSecond, double cpuNs) {
        return new Sample(1_000, 0.3, perSecond, cpuNs, 2_000, 0.5, 12.4, 1, 3, 64L << 20, 0, 0, 0);
    }

    static Latencies latencies(int count) {
        Histogram histogram = new Histogram(1, LoadLoop.MAX_LATENCY_NS, 3);
        for (int i = 1; i <= count; i++) {
            histogram.recordValue(i * 1_000L);
        }
        return Latencies.of(histogram);
    }

    static Result result(String name, int latencies, Sample... samples) {
        return new Result(name, "http://localhost/", "16 connections, closed loop", false, Arrays.asList(samples), latencies(latencies), -1, "");
    }

    private static final BenchmarkReport TWO = new BenchmarkReport("a machine", List.of(result("first", 200_000, sample(100, 10), sample(200, 20), sample(900, 30)),
            result("<second> & \"more\"", 2_000, sample(50, 20), sample(100, 40), sample(90, 15))));

    @Test
    void mediansAreOfRoundsAndRatiosOfPairs() {
        Result first = TWO.results().get(0);
        Result second = TWO.results().get(1);
        assertEquals(200, first.median(Sample::perSecond));
        assertEquals(0.5, second.ratio(first, Sample::perSecond)); // of 0.5, 0.5 and 0.1; of the medians it would be 0.45
        assertEquals(2.0, second.ratio(first, Sample::cpuNs));
        assertEquals(15, BenchmarkReport.median(new double[] {20, 10}));
        assertTrue(Double.isNaN(second.ratio(result("unknown", 1, sample(1, -1)), Sample::cpuNs)));
    }

    @Test
    void percentilesAreThoseOfTheLatencies() {
        Latencies latencies = latencies(200_000);
        assertEquals(100_000_000.0, latencies.p50(), 100_000);
        assertEquals(198_000_000.0, latencies.p99(), 200_000);
        assertEquals(199_980_000.0, latencies.p9999(), 200_000);
        assertEquals(200_000_000.0, latencies.max(), 200_000);
        assertEquals(100, latencies.curve().getLast().percent());
        assertTrue(latencies.tells(99.99) && latencies(1_000).tells(99), "ten beyond it");
        assertFalse(latencies(99_999).tells(99.99) || latencies(999).tells(99));
    }

    @Test
    void theTableIsAlignedAndSaysHowToReadIt() {
        String[] lines = TWO.toString().split("\n");
        assertTrue(lines[0].matches(" +req/s +× +CPU/req +× +B/req +p50 .*failed"), lines[0]);
        assertTrue(lines[1].startsWith("first ") && lines[1].matches(".* 200 +1.00 +0.02 µs +1.00 +12 +100 ms .*"), lines[1]);
        assertTrue(lines[2].matches(".* 90 +0.50 +0.02 µs +2.00 .* 3 / 9 ms +64 MiB +0"), lines[2]);
        assertEquals(lines[0].length(), lines[1].length());
        assertEquals(lines[0].length(), lines[2].length());
        assertTrue(lines[2].contains("–"), "too few for p99.99");
        assertTrue(lines[4].contains("3 rounds of 300 ms, medians; a machine"), lines[4]);
    }

    @Test
    void theJsonHoldsEverySampleAndTheCurve() throws Exception {
        JsonNode json = new ObjectMapper().readTree(TWO.toJson());
        JsonNode second = json.get("results").get(1);
        assertEquals("<second> & \"more\"", second.get("name").asText());
        assertEquals(3, second.get("samples").size());
        assertEquals(40, second.get("samples").get(1).get("cpuNs").asInt());
        assertEquals(0.5, second.get("ratios").get("perSecond").asDouble());
        assertEquals(100, second.get("latencyNs").get("curve").get(second.get("latencyNs").get("curve").size() - 1).get(0).asInt());
        assertEquals(-1, second.get("spillsPerRequest").asInt());
    }

    /** As XML, so that nothing is left open; and with nothing that a browser would fetch. */
    @Test
    void thePageIsWholeEscapedAndLoadsNothing() throws Exception {
        String page = TWO.toHtml();
        String xml = page.substring(page.indexOf("<body>"), page.indexOf("</html>"));
        org.w3c.dom.Document document = javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new java.io.ByteArrayInputStream(xml.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertEquals(5, document.getElementsByTagName("svg").getLength(), "the curve, rate, CPU, bytes, memory");
        assertEquals(2, document.getElementsByTagName("path").getLength());
        assertEquals(0, document.getElementsByTagName("script").getLength());
        assertTrue(page.contains("&lt;second&gt; &amp; &quot;more&quot;"));
        for (String loading : List.of("src=", "href=", "@import", "url(", "<link", "<iframe")) {
            assertFalse(page.contains(loading), loading);
        }
        assertTrue(page.contains("prefers-color-scheme: dark"));
    }

    @Test
    void whatIsNotKnownIsNotDrawn() {
        Result foreign = result("x", 10, new Sample(10, 0.3, 33, -1, 1, 0, -1, -1, -1, -1, 0, 0, 0));
        assertFalse(new BenchmarkReport("a machine", List.of(foreign)).toHtml().contains("<rect"), "one bar compares nothing");
        String page = new BenchmarkReport("a machine", List.of(foreign, foreign)).toHtml();
        assertFalse(page.contains("CPU time for one request"));
        assertTrue(page.contains("Requests a second"));
        String none = new BenchmarkReport("a machine", List.of(result("x", 0, sample(0, 1)))).toHtml();
        assertTrue(none.contains("No request was answered"));
    }

    @Test
    void timesHaveThreeDigits() {
        assertEquals(List.of("0.50 µs", "9.99 µs", "10.0 µs", "100 µs", "1.00 ms", "15.6 ms", "250 ms", "1.50 s"),
                java.util.stream.DoubleStream.of(500, 9_990, 10_000, 100_000, 1e6, 15.6e6, 250e6, 1.5e9).mapToObj(BenchmarkText::time).toList());
    }
}
