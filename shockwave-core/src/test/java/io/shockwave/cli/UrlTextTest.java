package io.shockwave.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTextTest {
    @ParameterizedTest
    @CsvSource({"localhost:8080/x,http://localhost:8080/x", "https://a.test/%7e?q=%20#f,https://a.test/%7e?q=%20#f", "HTTP://a.test/B,http://a.test/B", "http://a.test/a b,http://a.test/a%20b",
        "http://a.test/gr\u00fc\u00dfe?\u00e4,http://a.test/gr%C3%BC%C3%9Fe?%C3%A4", "http://b\u00fccher.test:81/,http://xn--bcher-kva.test:81/", "a.test?x,http://a.test?x"})
    void whatIsTypedBecomesAUrl(String typed, String url) throws Failure {
        assertEquals(url, UrlText.complete(typed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://a.test/", "file:///etc/passwd", "://x"})
    void otherSchemesAreNotSpoken(String typed) {
        assertEquals(3, assertThrows(Failure.class, () -> UrlText.complete(typed)).exit());
    }

    @Test
    void theFileIsNamedByTheLastSegment() throws Failure {
        assertEquals("big.iso", UrlText.fileName("http://a.test/x/big.iso?y=/z#/w"));
        assertEquals("a b+c", UrlText.fileName("http://a.test/a%20b+c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a.test", "http://a.test/", "http://a.test/x/", "http://a.test/..", "http://a.test/%2e%2e", "http://a.test/x%2F..%2Fy", "http://a.test/%5Cx", "http://a.test/C:x", "http://a.test/%00",
        "http://a.test?a=/b", "http://a.test/a%0Ab"})
    void nameThatIsNoPlainNameIsRefused(String url) {
        assertEquals(2, assertThrows(Failure.class, () -> UrlText.fileName(url)).exit());
    }
}
