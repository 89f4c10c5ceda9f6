package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EndpointGroupTest {
    private static final int NOBODY = ConnectionIdEncoding.NOBODY;
    private static final byte[] NO_KEY = {};
    private final EndpointGroup group = new EndpointGroup(4, new SeededBytes(1), 0);

    private static ConnectionIdEncoding[] encodings(IdMark mark) {
        return new ConnectionIdEncoding[] {
            new RandomIds(4, mark), new RandomIds(8, mark), new RandomIds(20, mark),
            new RoutableIds(1, new byte[3], 4, NO_KEY, mark), new RoutableIds(2, new byte[3], 4, new byte[16], mark), new RoutableIds(0, new byte[10], 6, new byte[16], mark),
            new RoutableIds(0, new byte[15], 4, NO_KEY, mark), new RoutableIds(0, new byte[11], 8, new byte[16], mark),
        };
    }

    @Test
    void everyMemberReadsWhoIssuedAnId() {
        SeededBytes random = new SeededBytes(2);
        byte[] id = new byte[24];
        for (int issuer = 0; issuer < 4; issuer++) {
            ConnectionIdEncoding[] writers = encodings(group.mark(issuer));
            ConnectionIdEncoding[] readers = encodings(group.mark(3 - issuer));
            for (int e = 0; e < writers.length; e++) {
                for (int i = 0; i < 50; i++) {
                    writers[e].write(id, 3, random);
                    assertEquals(issuer, readers[e].issuer(id, 3), "encoding " + e);
                }
            }
        }
    }

    @Test
    void aMarkedIdIsStillTheLoadBalancersOwn() {
        byte[] server = {7, 8, 9};
        for (byte[] key : new byte[][] {NO_KEY, new byte[16]}) {
            RoutableIds ids = new RoutableIds(1, server, 5, key, group.mark(2));
            byte[] id = new byte[20];
            ids.write(id, 0, new SeededBytes(3));
            assertTrue(new RoutableIds(1, server, 5, key).isOwn(id, 0, ids.bytes()));
        }
    }

    /** RFC 9000 5.1: nothing by which ids of one connection can be told to be of one. */
    @Test
    void theMarkIsAsSpreadAsWhatIsRandom() {
        ConnectionIdEncoding ids = new RandomIds(8, group.mark(1));
        SeededBytes random = new SeededBytes(4);
        int[] seen = new int[256];
        byte[] id = new byte[8];
        for (int i = 0; i < 25_600; i++) {
            ids.write(id, 0, random);
            seen[id[7] & 0xFF]++;
        }
        for (int count : seen) {
            assertTrue(count > 50 && count < 160, "seen " + count + " times of 100");
        }
        assertNotEquals(NOBODY, new EndpointGroup(256, new SeededBytes(5), 0).mark(0).read(id, 0, 8), "with 256 members each byte names one");
    }

    @Test
    void anIdOfAnotherGroupNamesAMemberByChanceOnly() {
        ConnectionIdEncoding other = new RandomIds(8, new EndpointGroup(4, new SeededBytes(6), 0).mark(1));
        ConnectionIdEncoding own = new RandomIds(8, group.mark(0));
        SeededBytes random = new SeededBytes(7);
        byte[] id = new byte[8];
        int named = 0;
        for (int i = 0; i < 6_400; i++) {
            other.write(id, 0, random);
            named += own.issuer(id, 0) == NOBODY ? 0 : 1;
        }
        assertTrue(named > 50 && named < 160, "4 of 256, not " + named + " of 6,400");
    }

    @Test
    void anEndpointAloneNamesNobody() {
        byte[] id = new byte[20];
        assertEquals(NOBODY, ConnectionIdEncoding.random(8).issuer(id, 0));
        assertEquals(NOBODY, new RoutableIds(0, new byte[1], 4, NO_KEY).issuer(id, 0));
    }

    @Test
    void aChosenIdIsFoundUntilItIsUnchosen() {
        byte[] id = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        assertEquals(NOBODY, group.chosenBy(id, 0, 8));
        group.choose(3, id, 0, 8);
        assertEquals(3, group.chosenBy(id, 0, 8));
        assertEquals(NOBODY, group.chosenBy(id, 1, 8));
        assertEquals(NOBODY, group.chosenBy(id, 0, 9));
        group.unchoose(2, id, 0, 8);
        assertEquals(3, group.chosenBy(id, 0, 8), "another cannot take it away");
        group.unchoose(3, id, 0, 8);
        assertEquals(NOBODY, group.chosenBy(id, 0, 8));
        group.choose(0, id, 0, 8);
        assertEquals(0, group.chosenBy(id, 0, 8), "the first member too is somebody");
    }

    @Test
    void moreChosenIdsThanThereIsRoomForTakeTheOldersPlaces() {
        byte[] id = new byte[8];
        Random seeded = new Random(8);
        for (int i = 0; i < 20 * EndpointGroup.CHOSEN; i++) {
            seeded.nextBytes(id);
            group.choose(i & 3, id, 0, 8);
            assertEquals(i & 3, group.chosenBy(id, 0, 8));
        }
    }

    @Test
    void aGroupHasTwoTo256Members() {
        assertEquals(256, new EndpointGroup(256, new SeededBytes(9), 0).members());
        assertThrows(IllegalArgumentException.class, () -> new EndpointGroup(257, new SeededBytes(9), 0));
        assertThrows(IllegalArgumentException.class, () -> new EndpointGroup(1, new SeededBytes(9), 0));
    }
}
