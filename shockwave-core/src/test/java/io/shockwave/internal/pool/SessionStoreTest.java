package io.shockwave.internal.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.tls13.SessionTicket;
import io.shockwave.internal.tls13.TlsRig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** What a client keeps for its next connection to a place, and for how long. */
class SessionStoreTest {
    private static final long NOW_MS = TlsRig.NOW_MS;
    private static final Object GENERATION = new Object();
    private static final InetAddress HERE = address(192, 0, 2, 1);
    private static final InetAddress ELSEWHERE = address(198, 51, 100, 1);
    private static final InetAddress HERE_6 = address(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    private static final AltPlace PLACE = place(0);

    private final SessionStore store = new SessionStore();

    private static InetAddress address(int... bytes) {
        byte[] raw = new byte[bytes.length];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AltPlace place(int number) {
        return new AltPlace(Origin.of(true, "host" + number + ".test", 443), "host" + number + ".test", 443);
    }

    private SessionTicket add(AltPlace at) {
        SessionTicket ticket = TlsRig.ticket();
        store.addTicket(at, GENERATION, HERE, ticket);
        return ticket;
    }

    private void addToken(AltPlace at, int first, int bytes) {
        byte[] token = new byte[bytes];
        token[0] = (byte) first;
        store.addToken(at, GENERATION, HERE, token);
    }

    private SessionTicket take(AltPlace at) {
        return store.takeTicket(at, GENERATION, HERE, NOW_MS);
    }

    private byte[] takeToken(AltPlace at) {
        return store.takeToken(at, GENERATION, HERE);
    }

    /** RFC 8446 C.4, RFC 9000 8.1.3. */
    @Test
    void eachTicketAndTokenIsGivenOnceTheNewestFirst() {
        SessionTicket older = add(PLACE);
        SessionTicket newer = add(PLACE);
        assertSame(newer, take(PLACE));
        assertSame(older, take(PLACE));
        assertNull(take(PLACE));
        addToken(PLACE, 1, 9);
        addToken(PLACE, 2, 9);
        assertEquals(2, takeToken(PLACE)[0]);
        assertEquals(1, takeToken(PLACE)[0]);
        assertArrayEquals(new byte[0], takeToken(PLACE));
        assertEquals(0, store.bytes());
        assertEquals(0, store.places());
    }

    @Test
    void aPlaceIsOfOneOriginHostAndPort() {
        add(PLACE);
        addToken(PLACE, 1, 9);
        AltPlace otherPort = new AltPlace(PLACE.origin(), PLACE.host(), 444);
        AltPlace otherOrigin = new AltPlace(Origin.of(true, "other.test", 443), PLACE.host(), 443);
        for (AltPlace other : new AltPlace[] {otherPort, otherOrigin, place(1)}) {
            assertNull(take(other));
            assertEquals(0, takeToken(other).length);
        }
        assertTrue(take(PLACE) != null && takeToken(PLACE).length == 9);
    }

    @Test
    void ticketsEndWithTheirLifetime() {
        SessionTicket ticket = add(PLACE);
        assertNull(store.takeTicket(PLACE, GENERATION, HERE, ticket.expiresMs()));
        assertFalse(ticket.isUsable(NOW_MS), "wiped");
        SessionTicket another = add(PLACE);
        assertSame(another, store.takeTicket(PLACE, GENERATION, HERE, another.expiresMs() - 1));
    }

    @Test
    void nothingOutlivesTheTlsMaterialItWasMadeUnder() {
        SessionTicket ticket = add(PLACE);
        addToken(PLACE, 1, 9);
        Object reloaded = new Object();
        assertNull(store.takeTicket(PLACE, reloaded, HERE, NOW_MS));
        assertFalse(ticket.isUsable(NOW_MS), "wiped");
        assertEquals(0, takeToken(PLACE).length);
        assertEquals(0, store.bytes());
        SessionTicket old = add(PLACE);
        SessionTicket fresh = TlsRig.ticket();
        store.addTicket(PLACE, reloaded, HERE, fresh);
        assertFalse(old.isUsable(NOW_MS), "wiped by its successor");
        assertSame(fresh, store.takeTicket(PLACE, reloaded, HERE, NOW_MS));
    }

    /** RFC 8446 C.4: whoever sees both networks would know the client again. */
    @Test
    void everythingEndsWithTheNetwork() {
        SessionTicket here = add(PLACE);
        SessionTicket other = add(place(1));
        assertEquals(0, store.takeToken(PLACE, GENERATION, ELSEWHERE).length);
        assertFalse(here.isUsable(NOW_MS) || other.isUsable(NOW_MS), "wiped");
        assertEquals(0, store.places());
        assertEquals(0, store.bytes());
    }

    @Test
    void theOtherFamilyIsAnotherWayAndNoOtherNetwork() {
        addToken(PLACE, 1, 9);
        SessionTicket kept = add(PLACE);
        assertEquals(0, store.takeToken(PLACE, GENERATION, HERE_6).length);
        assertNull(store.takeTicket(PLACE, GENERATION, HERE_6, NOW_MS));
        assertSame(kept, take(PLACE));
        assertEquals(9, takeToken(PLACE).length);
    }

    @Test
    void aPlaceKeepsTheNewestFew() {
        SessionTicket[] all = new SessionTicket[SessionStore.MAX_TICKETS + 1];
        for (int i = 0; i < all.length; i++) {
            all[i] = add(PLACE);
        }
        for (int i = 0; i <= SessionStore.MAX_TOKENS; i++) {
            addToken(PLACE, i, 9);
        }
        assertEquals(SessionStore.MAX_TICKETS, store.tickets());
        assertEquals(SessionStore.MAX_TOKENS, store.tokens());
        assertFalse(all[0].isUsable(NOW_MS), "wiped");
        for (int i = all.length - 1; i > 0; i--) {
            assertSame(all[i], take(PLACE));
        }
        assertNull(take(PLACE));
        assertEquals(SessionStore.MAX_TOKENS, takeToken(PLACE)[0]);
    }

    @Test
    void placesAreBoundedAndTheOneNotAskedForLongestGoesFirst() {
        for (int i = 0; i < SessionStore.MAX_PLACES; i++) {
            addToken(place(i), 1, 9);
        }
        assertEquals(SessionStore.MAX_PLACES, store.places());
        store.takeTicket(place(0), GENERATION, HERE, NOW_MS);
        addToken(place(SessionStore.MAX_PLACES), 1, 9);
        assertEquals(SessionStore.MAX_PLACES, store.places());
        assertEquals(9, takeToken(place(0)).length);
        assertEquals(0, takeToken(place(1)).length);
    }

    @Test
    void bytesAreBounded() {
        SessionTicket large = TlsRig.ticket(SessionStore.MAX_TICKET_BYTES);
        int each = large.keptBytes();
        assertEquals(SessionStore.MAX_TICKET_BYTES, each);
        int many = SessionStore.MAX_BYTES / each;
        for (int i = 0; i < many; i++) {
            store.addTicket(place(i), GENERATION, HERE, i == 0 ? large : TlsRig.ticket(SessionStore.MAX_TICKET_BYTES));
        }
        assertEquals(SessionStore.MAX_BYTES, store.bytes());
        assertTrue(large.isUsable(NOW_MS));
        addToken(place(many), 1, 1);
        assertFalse(large.isUsable(NOW_MS), "wiped");
        assertEquals(SessionStore.MAX_BYTES - each + 1, store.bytes());
        SessionTicket larger = TlsRig.ticket(SessionStore.MAX_TICKET_BYTES + 1);
        store.addTicket(PLACE, GENERATION, HERE, larger);
        assertFalse(larger.isUsable(NOW_MS), "too large to be kept");
        assertNotSame(larger, take(PLACE));
    }

    @Test
    void clearingWipesAll() {
        SessionTicket ticket = add(PLACE);
        store.clear();
        assertFalse(ticket.isUsable(NOW_MS));
        assertNull(take(PLACE));
        assertEquals(0, store.bytes());
    }
}
