package io.shockwave.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TierTableTest {
    private static final String HEAD = "\"Benchmark\",\"Mode\",\"Threads\",\"Samples\",\"Score\",\"Score Error (99.9%)\",\"Unit\",\"Param: peer\"";

    @Test
    void tiersStandSideBySide() {
        TierTable table = new TierTable();
        table.add("lowmem", List.of(HEAD,
                "\"io.shockwave.bench.codec.A.decode\",\"avgt\",1,5,123.456789,NaN,\"ns/op\",",
                "\"io.shockwave.bench.codec.A.decode:gc.alloc.rate.norm\",\"avgt\",1,5,0.000012,NaN,\"B/op\",",
                "\"io.shockwave.bench.codec.A.decode:gc.count\",\"avgt\",1,5,7,NaN,\"counts\",",
                "\"io.shockwave.bench.url.B.find\",\"avgt\",1,5,12.04,NaN,\"ns/op\",\"a,b\"",
                "\"io.shockwave.bench.url.B.find:·gc.alloc.rate.norm\",\"avgt\",1,5,1234.4,NaN,\"B/op\",\"a,b\""));
        table.add("maxperf", List.of(HEAD, "\"io.shockwave.bench.codec.A.decode\",\"avgt\",1,5,9.99,NaN,\"ns/op\","));
        assertEquals("""
                                     lowmem             maxperf
                                    time/op  bytes/op   time/op  bytes/op
                codec.A.decode  ns      123         0      9.99         \u2013
                url.B.find peer=a,b  ns     12.0     1,234         \u2013         \u2013
                """.replaceAll(" +", " "), table.toString().replaceAll(" +", " "));
        String[] lines = table.toString().split("\n");
        assertEquals(lines[1].length(), lines[2].length());
        assertEquals(lines[1].length(), lines[3].length());
    }

    @Test
    void numbersHaveThreeDigits() {
        assertEquals(List.of("0", "0.50", "9.99", "10.0", "99.9", "100", "12,346", "\u2013"),
                java.util.stream.DoubleStream.of(0.4, 0.5, 9.99, 9.996, 99.94, 99.96, 12_345.6, Double.NaN).mapToObj(TierTable::number).toList());
    }
}
