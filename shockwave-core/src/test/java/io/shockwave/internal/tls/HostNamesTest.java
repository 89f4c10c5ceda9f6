package io.shockwave.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.internal.testing.TestCertificates;
import io.shockwave.internal.testing.TestCertificates.Kind;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules for names by themselves: in a handshake the JDK's check would hide some of what these let through. */
final class HostNamesTest {
    @ParameterizedTest
    @CsvSource({"a.test,a.test,true", "a.test,b.test,false", "*.a.test,x.a.test,true", "*.a.test,a.test,false", "*.a.test,x.y.a.test,false", "*.a.test,.a.test,false", "*.a.test,xa.test,false",
        "*.a.test,x.b.test,false", "*.test,x.test,false", "*,x,false", "*.,x.,false", "x*.a.test,xy.a.test,false", "*x.a.test,yx.a.test,false", "a.*.test,a.b.test,false", "*.*.test,a.b.test,false",
        "*.a.*,x.a.b,false", "*.a.test,x.a.test.evil,false", "*.1.2.3,9.1.2.3,true"})
    void aWildcardIsTheWholeLeftmostLabelAndStandsForOne(String pattern, String host, boolean covered) {
        assertEquals(covered, HostNames.matches(pattern, host));
    }

    @Test
    void anAddressIsNeverMatchedByAName() {
        X509Certificate named = TestCertificates.selfSigned(Kind.EC_P256, "*.2.3.4", "a.test").certificate();
        assertEquals(false, HostNames.isFor(named, "1.2.3.4"));
        X509Certificate addressed = TestCertificates.selfSigned(Kind.EC_P256, "1.2.3.4", "2001:db8::1").certificate();
        assertEquals(true, HostNames.isFor(addressed, "1.2.3.4"));
        assertEquals(true, HostNames.isFor(addressed, "2001:db8:0:0::1"));
        assertEquals(false, HostNames.isFor(addressed, "1.2.3.5"));
        assertEquals(false, HostNames.isFor(addressed, "2001:db8::2"));
        assertEquals(false, HostNames.isFor(addressed, ":"));
    }

    @ParameterizedTest
    @CsvSource({"Example.COM,example.com", "example.com.,example.com", "[::1],::1", "fe80::1%eth0,fe80::1", "[fe80::1%25eth0],fe80::1", "b\u00FCcher.test,xn--bcher-kva.test", "10.0.0.1,10.0.0.1", "10.0.0.1.,10.0.0.1"})
    void hostsAreBroughtToTheFormOfCertificates(String host, String normal) {
        assertEquals(normal, HostNames.normal(host));
    }

    @ParameterizedTest
    @CsvSource({"1.2.3.4,true", "255.255.255.255,true", "256.1.1.1,false", "1.2.3,false", "1.2.3.4.5,false", "1..2.3,false", "0x7f.0.0.1,false", "1.2.3.04,true", "127.1,false", "::1,true", "a.b.c.d,false"})
    void fourNumbersOrAColonMakeAnAddress(String text, boolean address) {
        assertEquals(address, HostNames.isAddress(text));
    }
}
