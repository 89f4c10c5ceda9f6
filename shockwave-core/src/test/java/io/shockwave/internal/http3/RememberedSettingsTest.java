package io.shockwave.internal.http3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** RFC 9114 7.2.4.2, RFC 9204 3.2.3: what a server that takes early data must not have changed since it gave the ticket. */
class RememberedSettingsTest {
    private static final RememberedSettings BEFORE = new RememberedSettings(4_096, 16, 10_000, true, true);

    private static void broken(Http3Error error, RememberedSettings now) {
        assertEquals(error, BEFORE.brokenBy(now), now.toString());
    }

    @Test
    void theSameOrMoreIsFine() {
        assertNull(BEFORE.brokenBy(BEFORE));
        assertNull(BEFORE.brokenBy(new RememberedSettings(4_096, 17, 10_001, true, true)));
        assertNull(BEFORE.brokenBy(new RememberedSettings(4_096, 16, VarInts.MAX, true, true)));
        assertNull(RememberedSettings.DEFAULTS.brokenBy(new RememberedSettings(4_096, 16, VarInts.MAX, true, true)));
        assertNull(RememberedSettings.DEFAULTS.brokenBy(RememberedSettings.DEFAULTS));
    }

    @Test
    void whatIsReducedOrMissingIsASettingsError() {
        broken(Http3Error.SETTINGS_ERROR, new RememberedSettings(4_096, 15, 10_000, true, true));
        broken(Http3Error.SETTINGS_ERROR, new RememberedSettings(4_096, 16, 9_999, true, true));
        broken(Http3Error.SETTINGS_ERROR, new RememberedSettings(4_096, 16, 10_000, false, true));
        broken(Http3Error.SETTINGS_ERROR, new RememberedSettings(4_096, 16, 10_000, true, false));
        // No limit before, one now: requests that went out may be over it.
        assertEquals(Http3Error.SETTINGS_ERROR, RememberedSettings.DEFAULTS.brokenBy(new RememberedSettings(0, 0, 100_000, false, false)));
    }

    /** RFC 9204 3.2.3: any other size, as what was encoded counts on it; none before may be anything now. */
    @Test
    void anotherTableIsADecoderStreamError() {
        broken(Http3Error.QPACK_DECODER_STREAM_ERROR, new RememberedSettings(4_095, 16, 10_000, true, true));
        broken(Http3Error.QPACK_DECODER_STREAM_ERROR, new RememberedSettings(4_097, 16, 10_000, true, true));
        broken(Http3Error.QPACK_DECODER_STREAM_ERROR, RememberedSettings.DEFAULTS);
        assertNull(RememberedSettings.DEFAULTS.brokenBy(new RememberedSettings(4_096, 0, VarInts.MAX, false, false)));
    }

    @Test
    void whatIsKeptWithATicketComesBack() {
        for (RememberedSettings one : new RememberedSettings[] {BEFORE, RememberedSettings.DEFAULTS, new RememberedSettings(0, VarInts.MAX, 63, true, false), new RememberedSettings(VarInts.MAX, 64, 16_384, false, true)}) {
            assertEquals(one, RememberedSettings.decode(one.encode()));
        }
        assertEquals(RememberedSettings.DEFAULTS, RememberedSettings.decode(new byte[0]));
    }

    /** As a client meets it: by the SETTINGS that come after its early data was taken. */
    @Test
    void aServerThatBreaksItsWordIsClosed() {
        long[][] now = {{1, 4_096, 7, 16, 6, 10_000, 8, 1, 0x33, 1}, {1, 4_096, 7, 16, 6, 9_999, 8, 1, 0x33, 1}, {1, 4_096, 7, 16, 6, 10_000, 8, 1}, {7, 16, 6, 10_000, 8, 1, 0x33, 1}};
        String[] closed = {"", "closed SETTINGS_ERROR", "closed SETTINGS_ERROR", "closed QPACK_DECODER_STREAM_ERROR"};
        for (int i = 0; i < now.length; i++) {
            for (boolean early : new boolean[] {true, false}) {
                ClientConformanceTest.Rig rig = new ClientConformanceTest.Rig(0, 0);
                rig.engine.remember(BEFORE.encode());
                if (early) {
                    rig.engine.onEarlyDataReady();
                }
                rig.settings(now[i]);
                assertEquals(early ? closed[i] : "", rig.peer.closed, i + (early ? " early" : ""));
            }
        }
    }
}
