package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.exchange.RandomBytes;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionIdEncodingTest {
    private static final byte[] NO_KEY = {};

    /** The vectors and the example of draft-ietf-quic-load-balancers-21; a nonce of half an octet too little there, in the second line, is made whole. */
    @ParameterizedTest
    @CsvSource({
        "0, c4605e, 4504cc4f, '', 07c4605e4504cc4f",
        "1, 350d28b420, 3487d970b0, '', 2a350d28b4203487d970b0",
        "0, 31441a, 9c69c275, fdf726a9893ec05c0632d3956680baf0, 0767947d29be054a",
        "0, ed793a, ee080dbf, 8f95f09245765f80256934e50c66207f, 0720b1d07b359d3c",
        "1, ed793a51d49b8f5fab65, ee080dbf48, 8f95f09245765f80256934e50c66207f, 2fcc381bc74cb4fbad2823a3d1f8fed2",
        "2, ed793a51d49b8f5f, ee080dbf48c0d1e5, 8f95f09245765f80256934e50c66207f, 504dd2d05a7b0de9b2b9907afb5ecf8cc3",
        "3, ed793a51d49b8f5fab, ee080dbf48c0d1e55d, 8f95f09245765f80256934e50c66207f, 125779c9cc86beb3a3a4a3ca96fce4bfe0cdbc",
    })
    void idsAreThoseOfTheDraft(int configuration, String server, String nonce, String key, String expected) {
        byte[] nonceBytes = Hex.bytes(nonce);
        RoutableIds ids = new RoutableIds(configuration, Hex.bytes(server), nonceBytes.length, Hex.bytes(key));
        byte[] id = new byte[ids.bytes() + 4];
        System.arraycopy(nonceBytes, 0, id, 2 + 1 + Hex.bytes(server).length, nonceBytes.length);
        ids.encode(id, 2);
        assertEquals(expected.substring(2), Hex.of(id, 3, ids.bytes() - 1));
        assertTrue(ids.isOwn(id, 2, ids.bytes()));
        // The draft's last line begins with the octet of configuration 0 though it is of 3: its text counts.
        assertEquals(configuration << 5 | ids.bytes() - 1, id[2] & 0xFF);
    }

    @Test
    void aLoadBalancerFindsTheServerOfEveryLength() {
        Random seeded = new Random(4);
        RandomBytes random = new SeededBytes(5);
        for (int server = 1; server <= 15; server++) {
            for (int nonce = 4; nonce + server <= 19; nonce++) {
                for (byte[] key : new byte[][] {NO_KEY, new byte[16]}) {
                    byte[] one = new byte[server];
                    seeded.nextBytes(one);
                    byte[] other = one.clone();
                    other[server - 1] ^= 1;
                    RoutableIds ids = new RoutableIds(2, one, nonce, key);
                    byte[] id = new byte[20];
                    ids.write(id, 0, random);
                    assertTrue(ids.isOwn(id, 0, ids.bytes()));
                    assertFalse(new RoutableIds(2, other, nonce, key).isOwn(id, 0, ids.bytes()));
                    assertFalse(new RoutableIds(3, one, nonce, key).isOwn(id, 0, ids.bytes()));
                    assertFalse(ids.isOwn(id, 0, ids.bytes() - 1));
                }
            }
        }
    }

    @Test
    void boundsOfTheDraftAreHeld() {
        assertEquals(20, new RoutableIds(6, new byte[15], 4, NO_KEY).bytes());
        assertThrows(IllegalArgumentException.class, () -> new RoutableIds(7, new byte[3], 4, NO_KEY));
        assertThrows(IllegalArgumentException.class, () -> new RoutableIds(0, new byte[0], 4, NO_KEY));
        assertThrows(IllegalArgumentException.class, () -> new RoutableIds(0, new byte[3], 3, NO_KEY));
        assertThrows(IllegalArgumentException.class, () -> new RoutableIds(0, new byte[16], 4, NO_KEY));
        assertThrows(IllegalArgumentException.class, () -> new RoutableIds(0, new byte[3], 4, new byte[15]));
    }

    @Test
    void randomIdsAreAllRandom() {
        byte[] id = new byte[22];
        ConnectionIdEncoding.random(20).write(id, 1, (dst, off, len) -> Arrays.fill(dst, off, off + len, (byte) 7));
        assertEquals("00" + "07".repeat(20) + "00", Hex.of(id));
        assertEquals(0, ConnectionIdEncoding.random(0).bytes());
        assertThrows(IllegalArgumentException.class, () -> ConnectionIdEncoding.random(21));
        assertThrows(IllegalArgumentException.class, () -> ConnectionIdEncoding.random(-1));
    }
}
