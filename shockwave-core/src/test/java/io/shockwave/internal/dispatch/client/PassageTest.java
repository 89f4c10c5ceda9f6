package io.shockwave.internal.dispatch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One connection in a convoy, whose thread is here a platform's: it parks as a virtual one does. */
@Timeout(60)
class PassageTest {
    private Convoy convoy;
    private SocketChannel near;
    private SocketChannel far;
    private Passage passage;

    @BeforeEach
    void connect() throws IOException {
        convoy = new Convoy();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            near = SocketChannel.open(listener.getLocalAddress());
            far = listener.accept();
        }
        passage = new Passage(convoy, near);
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        far.close();
        convoy.close();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.allocate(64).put(text.getBytes(StandardCharsets.US_ASCII)).flip();
    }

    private static String text(ByteBuffer buffer) {
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
    }

    private void tell(String text) throws IOException {
        far.write(bytes(text));
    }

    private String heard(int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            assertTrue(far.read(buffer) > 0);
        }
        return text(buffer);
    }

    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.yield(); // the test's own limit ends it
        }
    }

    @Test
    void sendsWhatIsHandedOverAndReadsTheAnswerBehindIt() throws IOException {
        for (int i = 0; i < 100; i++) {
            ByteBuffer buffer = bytes("ask");
            passage.post(buffer);
            assertTrue(passage.isUnderWay());
            assertEquals("ask", heard(3));
            tell("told");
            assertEquals(4, passage.read(buffer));
            assertEquals("told", text(buffer));
            assertFalse(passage.isUnderWay());
        }
    }

    @Test
    void readsTheAnswerToWhatItsThreadSent() throws IOException {
        ByteBuffer buffer = bytes("ask");
        assertTrue(passage.send(buffer));
        assertTrue(passage.isUnderWay());
        tell("told");
        assertEquals(4, passage.read(buffer));
    }

    @Test
    void sendsNothingOnceSomethingCameUnasked() throws IOException {
        tell("x");
        until(() -> !passage.isQuiet());
        passage.post(bytes("ask"));
        assertThrows(Passage.Stale.class, () -> passage.read(null));
        near.close();
        convoy.wakeup();
        assertEquals(-1, far.read(ByteBuffer.allocate(1)));
    }

    @Test
    void sendsNothingOnceThePeerEnded() throws IOException {
        far.shutdownOutput();
        until(() -> !passage.isQuiet());
        passage.post(bytes("ask"));
        assertThrows(Passage.Stale.class, () -> passage.read(null));
    }

    /** What nobody reads must not keep the convoy awake, and must be found by who reads it in the end. */
    @Test
    void restsWhileNobodyReadsWhatCameAndListensAgain() throws IOException {
        tell("first");
        until(() -> passage.isDeaf() && !convoy.isAwake());
        ByteBuffer buffer = ByteBuffer.allocate(64);
        assertEquals(5, passage.read(buffer));
        CountDownLatch begun = new CountDownLatch(1);
        Thread.ofPlatform().start(() -> {
            try {
                begun.await();
                tell("second");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        begun.countDown();
        assertEquals(6, passage.read(buffer.clear()));
        // and when a request is handed over as long as it does not listen
        tell("third");
        until(passage::isDeaf);
        assertEquals(5, passage.read(buffer.clear()));
        passage.post(bytes("ask"));
        assertEquals("ask", heard(3));
        tell("told");
        assertEquals(4, passage.read(buffer));
    }

    @Test
    void givesBackARequestThatThePeerDoesNotTakeAsAWhole() throws IOException {
        ByteBuffer large = ByteBuffer.allocate(32 << 20);
        passage.post(large);
        assertEquals(0, passage.read(large));
        assertTrue(large.position() > 0 && large.hasRemaining(), large.toString());
        assertFalse(passage.isUnsent());
    }

    @Test
    void saysThatNothingWasSentOverAChannelThatWasClosed() throws IOException {
        near.close();
        passage.post(bytes("ask"));
        assertThrows(IOException.class, () -> passage.read(null));
        assertTrue(passage.isUnsent());
    }

    @Test
    void tellsTheEndAsMinusOne() throws IOException {
        ByteBuffer buffer = bytes("ask");
        passage.post(buffer);
        assertEquals("ask", heard(3));
        far.close();
        assertEquals(-1, passage.read(buffer));
    }

    @Test
    void abortEndsAWait() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            ByteBuffer buffer = bytes("ask");
            passage.post(buffer);
            thrown.set(assertThrows(AsynchronousCloseException.class, () -> passage.read(buffer)));
        });
        assertEquals("ask", heard(3));
        passage.abort();
        waiting.join();
        assertEquals(AsynchronousCloseException.class, thrown.get().getClass());
    }

    @Test
    void blocksAgainOnceItLeft() throws IOException {
        passage.leave();
        assertTrue(near.isBlocking());
        tell("x");
        assertEquals(1, near.read(ByteBuffer.allocate(1)));
    }
}
