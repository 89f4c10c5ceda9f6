package io.shockwave.internal.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
    @ParameterizedTest
    @CsvSource({"a.html,text/html; charset=utf-8", "A.HTM,text/html; charset=utf-8", "x.tar.gz,application/gzip", "app.mjs,text/javascript; charset=utf-8", "d.json,application/json", "i.svg,image/svg+xml",
        "v.mp4,video/mp4", "w.wasm,application/wasm", "README,text/plain; charset=utf-8", "Makefile,text/plain; charset=utf-8", "unknown,application/octet-stream", "a.,application/octet-stream",
        "html,application/octet-stream", "x.unheard,application/octet-stream"})
    void theExtensionDecides(String name, String type) {
        assertEquals(type, MediaTypes.ofName(name));
    }
}
