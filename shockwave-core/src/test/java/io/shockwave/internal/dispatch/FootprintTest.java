package io.shockwave.internal.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.Tier;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import io.shockwave.internal.net.Handoff;
import io.shockwave.internal.net.Reactor;
import io.shockwave.internal.net.TcpChannel;
import io.shockwave.server.Handler;
import io.shockwave.server.ShockwaveServer;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.GraphLayout;

/** What header blocks and connections weigh, read from the objects themselves: it must follow the tier's three numbers, and fails if the core stops reading them. */
@Tag("tier")
class FootprintTest {
    /** Objects and array headers around a page: the block, its array, three views. */
    private static final long BLOCK_OBJECTS_BYTES = 256;
    /** A connection and its engine between requests. */
    private static final long IDLE_BYTES = 400;

    private static long pageBytes() {
        Tier tier = Tier.current();
        return (long) tier.maxHeaders() * (tier.maxHeaderName() + tier.maxHeaderValue()) + tier.maxHeaders() * 3L * 12;
    }

    private static long blockBytes(HeaderBlock block, Slab slab) {
        return GraphLayout.parseInstance(block).subtract(GraphLayout.parseInstance(slab)).totalSize();
    }

    @Test
    void headerBlockHasTheTiersSize() {
        Slab slab = new Slab(1 << 20);
        HeaderBlock block = new HeaderBlock(slab, new Lifetime());
        assertEquals(pageBytes(), HeaderBlock.PAGE_BYTES);
        long bytes = blockBytes(block, slab);
        assertTrue(bytes >= pageBytes() && bytes <= pageBytes() + BLOCK_OBJECTS_BYTES, bytes + " bytes for a page of " + pageBytes());
    }

    @Test
    void spilledBlockShrinksBack() {
        Slab slab = new Slab(1 << 20);
        HeaderBlock block = new HeaderBlock(slab, new Lifetime());
        block.add("x-long", "v".repeat(HeaderBlock.PAGE_BYTES * 3));
        assertTrue(blockBytes(block, slab) > pageBytes() * 3);
        block.clear();
        assertTrue(blockBytes(block, slab) <= pageBytes() + BLOCK_OBJECTS_BYTES);
        assertEquals(0, slab.lentBytes());
    }

    @Test
    void idleConnectionOwnsNoHeaderBlockAndAnActiveOneTwo() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        Handler handler = (request, response) -> {
            entered.countDown();
            release.await();
            response.send("done");
        };
        try (ShockwaveServer server = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).handler(handler).start();
                Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertTrue(entered.await(10, TimeUnit.SECONDS));
            ServerConnection connection = connectionOf(server);
            long active = onReactor(server, () -> ownedBytes(connection));
            release.countDown();
            socket.getInputStream().readNBytes(40);
            long idle = 0;
            for (int i = 0; i < 1_000; i++) { // the answer is read before the reactor lets go of the exchange
                idle = onReactor(server, () -> ownedBytes(connection));
                if (idle <= IDLE_BYTES) {
                    break;
                }
                Thread.sleep(1);
            }
            System.out.printf("server connection, %s: %d bytes idle, %d with an exchange%n", Tier.current().name(), idle, active);
            assertTrue(idle <= IDLE_BYTES, idle + " bytes for an idle connection");
            assertTrue(active >= idle + 2 * pageBytes(), active + " bytes for an active connection, pages of " + pageBytes());
            assertTrue(active <= idle + 2 * pageBytes() + 3_000, active + " bytes for an active connection, pages of " + pageBytes());
        }
    }

    /** What exists for this connection alone: not its reactor, not the JDK's channel. */
    private static long ownedBytes(ServerConnection connection) throws ReflectiveOperationException {
        long bytes = shallow(connection) + shallow(field(connection, "engine")) + connection.heldBytes();
        Field wire = TcpChannel.class.getDeclaredField("wire");
        wire.setAccessible(true);
        if (wire.get(connection).getClass().getSimpleName().equals("NioWire")) { // else it is its reactor's
            bytes += shallow(wire.get(connection));
        }
        ServerExchange sx = (ServerExchange) field(connection, "current");
        if (sx != null) {
            GraphLayout shared = GraphLayout.parseInstance(field(sx.x, "slab"));
            Object owner = sx.x.owner;
            sx.x.owner = null; // leads back to all that is shared
            bytes += shallow(sx) + GraphLayout.parseInstance(sx.x).subtract(shared).totalSize();
            sx.x.owner = owner;
        }
        return bytes;
    }

    private static long shallow(Object object) {
        return ClassLayout.parseInstance(object).instanceSize();
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }

    private static ServerConnection connectionOf(ShockwaveServer server) throws Exception {
        return onReactor(server, () -> (ServerConnection) reactorOf(server).attachments().stream().filter(ServerConnection.class::isInstance).findFirst().orElseThrow());
    }

    private static Reactor reactorOf(ShockwaveServer server) throws ReflectiveOperationException {
        return ((ServerReactor) ((List<?>) field(server, "reactors")).get(0)).reactor();
    }

    private static <T> T onReactor(ShockwaveServer server, Callable<T> action) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        reactorOf(server).hand(new Handoff.Task() {
            @Override
            protected void run(Reactor reactor) {
                try {
                    result.complete(action.call());
                } catch (Exception e) {
                    result.completeExceptionally(e);
                }
            }
        });
        return result.get(10, TimeUnit.SECONDS);
    }
}
