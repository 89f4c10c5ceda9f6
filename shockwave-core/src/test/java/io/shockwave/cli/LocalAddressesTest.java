package io.shockwave.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalAddressesTest {
    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "1::", "fd00::2", "2001:db8::1:0:0:1", "2001:db8:0:1:1:1:1:1", "1:2:3:4:5:6:7:8", "0:1:2:3:4:5:6:7", "1::2:0:0:3:4", "fe80::abcd:0:1"})
    void writesIpv6AsRfc5952Does(String text) throws Exception {
        assertEquals(text, LocalAddresses.shortest(InetAddress.getByName(text).getAddress()));
    }

    @Test
    void aBoundAddressHasOneUrl() throws Exception {
        List<String[]> rows = new ArrayList<>();
        LocalAddresses.urls("http", new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 80), rows);
        LocalAddresses.urls("https", new InetSocketAddress(InetAddress.getByName("::1"), 80), rows);
        assertEquals("http://127.0.0.1/", rows.get(0)[0]);
        assertEquals("https://[::1]:80/", rows.get(1)[0]);
    }

    @Test
    void theWildcardBeginsWithLocalhost() {
        List<String[]> rows = new ArrayList<>();
        LocalAddresses.urls("https", new InetSocketAddress(443), rows);
        assertEquals("https://localhost/", rows.getFirst()[0]);
    }
}
