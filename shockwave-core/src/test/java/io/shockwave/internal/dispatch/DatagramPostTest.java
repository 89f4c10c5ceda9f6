package io.shockwave.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.AllocationGate;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.quic.PeerAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Between reactors that never ran: {@code join} then does what was handed over. */
class DatagramPostTest {
    private static final PeerAddress PEER = PeerAddress.ofIpv4(0x0A000001, 4433);

    private final List<String> came = new ArrayList<>();
    private final List<DatagramPost.Addressee> members = new ArrayList<>();
    private final DatagramPost post = new DatagramPost(members);
    private long bytes;

    private Reactor add(int number, boolean written) throws IOException {
        Reactor reactor = new Reactor("never-ran-" + number);
        members.add(new DatagramPost.Addressee() {
            @Override
            public Reactor reactor() {
                return reactor;
            }

            @Override
            public void onForwarded(byte[] buf, int off, int len, PeerAddress from, int local, int ecn) {
                if (written) {
                    came.add(number + ": " + buf[off] + " x " + len + " from " + from + ", " + local + ", " + ecn);
                }
                bytes += len;
            }
        });
        return reactor;
    }

    private boolean forward(int member, byte[] datagram) {
        return post.forward(member, datagram, 1, datagram.length - 1, PEER, 3, 2);
    }

    @Test
    void aDatagramArrivesAsItWasWithItsOriginWhoeverReusesItsArray() throws Exception {
        Reactor first = add(0, true);
        Reactor second = add(1, true);
        byte[] datagram = {0, 5, 6, 7};
        assertTrue(forward(1, datagram));
        datagram[1] = 9;
        assertTrue(forward(0, datagram));
        first.join();
        assertEquals(List.of("0: 9 x 3 from 10.0.0.1:4433, 3, 2"), came);
        second.join();
        assertEquals("1: 5 x 3 from 10.0.0.1:4433, 3, 2", came.get(1));
    }

    @Test
    void soManyAreOnTheirWayAndNoMore() throws Exception {
        Reactor reactor = add(0, true);
        byte[] datagram = new byte[10];
        for (int i = 0; i < DatagramPost.PARCELS; i++) {
            assertTrue(forward(0, datagram));
        }
        assertFalse(forward(0, datagram));
        reactor.join();
        assertEquals(DatagramPost.PARCELS, came.size());
        assertTrue(forward(0, datagram), "there is room again");
    }

    /** One reactor that is stuck does not take the room of those that are not. */
    @Test
    void aReactorThatDoesNotKeepUpLosesItsOwnDatagramsAlone() throws Exception {
        Reactor slow = add(0, true);
        Reactor second = add(1, true);
        add(2, true);
        byte[] datagram = new byte[10];
        int share = DatagramPost.share(3);
        assertEquals(32, share);
        for (int i = 0; i < share; i++) {
            assertTrue(forward(0, datagram));
        }
        assertFalse(forward(0, datagram));
        for (int i = 0; i < 5 * share; i++) {
            assertTrue(forward(1, datagram));
            second.join();
        }
        assertFalse(forward(0, datagram), "still stuck");
        slow.join();
        assertTrue(forward(0, datagram));
    }

    @Test
    void sharesHaveALeastSize() {
        assertEquals(64, DatagramPost.share(1));
        assertEquals(64, DatagramPost.share(2));
        assertEquals(9, DatagramPost.share(8));
        assertEquals(8, DatagramPost.share(9));
        assertEquals(8, DatagramPost.share(64));
    }

    @Test
    void aDatagramLargerThanAnyPeerMaySendIsDropped() throws Exception {
        add(0, true);
        assertTrue(forward(0, new byte[1 + DatagramPost.PARCEL_BYTES]));
        assertFalse(forward(0, new byte[1 + DatagramPost.PARCEL_BYTES + 1]));
    }

    @Test
    void nothingIsAllocatedOnceTheParcelsAreMade() throws Exception {
        Reactor reactor = add(0, false);
        byte[] datagram = new byte[1_201];
        assertEquals(0.0, AllocationGate.bytesPerOp(2_000, () -> {
            forward(0, datagram);
            try {
                reactor.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }));
        assertTrue(bytes > 0);
    }
}
