package io.shockwave.internal.tls13;

import static io.shockwave.internal.tls13.Wire.bytes;
import static io.shockwave.internal.tls13.Wire.join;
import static io.shockwave.internal.tls13.Wire.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.tls13.Wire.Extension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tickets as a client reads them, and the names of authorities as it keeps them. */
class NewSessionTicketTest {
    private static final Recording FULL = Recording.full();
    private static final byte[] NOTHING = {};
    private static final int UNKNOWN = 0xABCD;

    private static String ticket(byte[] body, TlsRig.Told told) {
        int number = Recording.find(FULL.ofServer, HandshakeType.NEW_SESSION_TICKET);
        return TlsError.name(Recording.give(FULL.before(true, number, told), EncryptionLevel.APPLICATION, Wire.message(HandshakeType.NEW_SESSION_TICKET, body)));
    }

    @Test
    void tickets() {
        byte[] head = join(bytes(0, 0, 1, 0), bytes(9, 9, 9, 9), vector(1, bytes(0)), vector(2, bytes(1, 2, 3)));
        TlsRig.Told told = new TlsRig.Told();
        assertEquals("none", ticket(join(head, Wire.block(List.of(new Extension(UNKNOWN, NOTHING)))), told));
        assertEquals(1, told.tickets.size());
        assertEquals(false, told.tickets.getFirst().allowsEarlyData());
        assertEquals("none", ticket(join(head, Wire.block(List.of(new Extension(ExtensionType.EARLY_DATA, bytes(0xFF, 0xFF, 0xFF, 0xFF))))), told));
        assertEquals(true, told.tickets.getLast().allowsEarlyData());
        // RFC 9001 4.6.1
        assertEquals("PROTOCOL_VIOLATION", ticket(join(head, Wire.block(List.of(new Extension(ExtensionType.EARLY_DATA, bytes(0, 0, 64, 0))))), told));
        assertEquals("decode_error", ticket(join(head, Wire.block(List.of(new Extension(ExtensionType.EARLY_DATA, NOTHING)))), told));
        assertEquals("illegal_parameter", ticket(join(head, Wire.block(List.of(new Extension(ExtensionType.KEY_SHARE, NOTHING)))), told));
        assertEquals("illegal_parameter", ticket(join(head, Wire.block(List.of(new Extension(UNKNOWN, NOTHING), new Extension(UNKNOWN, NOTHING)))), told));
        assertEquals("decode_error", ticket(join(bytes(0, 0, 1, 0), bytes(9, 9, 9, 9), vector(1), vector(2), vector(2)), told));
        assertEquals(2, told.tickets.size());
        // 4.6.1: a lifetime of zero is not kept, and seven days are the most.
        assertEquals("none", ticket(join(new byte[4], bytes(9, 9, 9, 9), vector(1), vector(2, bytes(1)), vector(2)), told));
        assertEquals(2, told.tickets.size());
        assertEquals("none", ticket(join(bytes(0xFF, 0xFF, 0xFF, 0xFF), bytes(9, 9, 9, 9), vector(1), vector(2, bytes(1)), vector(2)), told));
        assertEquals(TlsRig.NOW_MS + 7L * 86_400_000, told.tickets.getLast().expiresMs());
    }

    @Test
    void ticketsAreBounded() {
        TlsRig.Told told = new TlsRig.Told();
        int number = Recording.find(FULL.ofServer, HandshakeType.NEW_SESSION_TICKET);
        TlsEngine client = FULL.before(true, number, told);
        for (int i = 0; i < 2 * ClientHandshake.MAX_TICKETS; i++) {
            assertEquals(0, Recording.give(client, EncryptionLevel.APPLICATION, FULL.ofServer.get(number).bytes()));
        }
        assertEquals(ClientHandshake.MAX_TICKETS, told.tickets.size());
    }

    @Test
    void namesOfAuthoritiesAreBounded() {
        for (int count : new int[] {Authorities.MAX_AUTHORITIES, Authorities.MAX_AUTHORITIES + 1}) {
            byte[][] names = new byte[count][];
            for (int i = 0; i < count; i++) {
                names[i] = vector(2, bytes(0x30, 0));
            }
            byte[] list = vector(2, names);
            List<byte[]> kept = new ArrayList<>();
            assertTrue(Authorities.read(new TlsReader().on(list, 0, list.length), kept));
            assertEquals(count > Authorities.MAX_AUTHORITIES ? 0 : count, kept.size());
        }
    }
}
