package io.shockwave.internal.pool;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class DeparturesTest {
    private final Departures departures = new Departures(2);

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    @Test
    void anotherLocalAddressForTheSameHostIsAChange() {
        assertFalse(departures.isChange(ip("192.0.2.1"), ip("10.0.0.1")));
        assertFalse(departures.isChange(ip("192.0.2.1"), ip("10.0.0.1")));
        assertTrue(departures.isChange(ip("192.0.2.1"), ip("10.0.0.2")));
        assertFalse(departures.isChange(ip("192.0.2.1"), ip("10.0.0.2")), "once");
    }

    @Test
    void otherHostsMayBeReachedFromOtherAddresses() {
        assertFalse(departures.isChange(ip("192.0.2.1"), ip("10.0.0.1")));
        assertFalse(departures.isChange(ip("2001:db8::1"), ip("2001:db8::2")));
    }

    @Test
    void aChangeIsToldOnceForAllHosts() {
        departures.isChange(ip("192.0.2.1"), ip("10.0.0.1"));
        departures.isChange(ip("192.0.2.2"), ip("10.0.0.1"));
        assertTrue(departures.isChange(ip("192.0.2.1"), ip("10.0.0.2")));
        assertFalse(departures.isChange(ip("192.0.2.2"), ip("10.0.0.2")));
    }

    @Test
    void theHostThatWasNotReachedForLongestIsForgotten() {
        departures.isChange(ip("192.0.2.1"), ip("10.0.0.1"));
        departures.isChange(ip("192.0.2.2"), ip("10.0.0.1"));
        departures.isChange(ip("192.0.2.1"), ip("10.0.0.1"));
        departures.isChange(ip("192.0.2.3"), ip("10.0.0.1"));
        assertFalse(departures.isChange(ip("192.0.2.2"), ip("10.0.0.2")), "the third took its place");
    }

    @Test
    void whatIsClearedIsNoChange() {
        departures.isChange(ip("192.0.2.1"), ip("10.0.0.1"));
        departures.clear();
        assertFalse(departures.isChange(ip("192.0.2.1"), ip("10.0.0.2")));
    }
}
