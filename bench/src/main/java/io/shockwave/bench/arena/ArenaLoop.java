package io.shockwave.bench.arena;

import io.shockwave.server.Handler;
import io.shockwave.server.ShockwaveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A server of one of the handlers and one connection to it, whose side allocates nothing. Confined to one thread. */
public final class ArenaLoop implements AutoCloseable {
    /** Who answers, on which thread. */
    public enum Side {
        PLAIN_VIRTUAL, ARENA_VIRTUAL, OFF_HEAP_VIRTUAL, PLAIN_INLINE, ARENA_INLINE, OFF_HEAP_INLINE;

        boolean isInline() {
            return name().endsWith("INLINE");
        }

        Handler handler() {
            return name().startsWith("PLAIN") ? new PlainOrders(isInline()) : new ArenaOrders(isInline());
        }
    }

    private static final int MAX_ANSWER_BYTES = 1 << 14;

    private final ShockwaveServer server;
    private final SocketChannel socket;
    private final ByteBuffer out;
    private final ByteBuffer in;
    private final int batch;
    private final byte[] answer;

    /** @param batch requests that are written at once */
    public ArenaLoop(Side side, int batch) throws IOException {
        ShockwaveServer.Builder builder = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).reactors(1).offHeapArenas(side.name().startsWith("OFF_HEAP"));
        server = (side.isInline() ? builder.inlineHandler(side.handler()) : builder.handler(side.handler())).sendDate(false).start();
        socket = SocketChannel.open(server.address());
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        answer = first();
        this.batch = batch;
        out = ByteBuffer.allocateDirect(OrderWork.REQUEST.length * batch);
        in = ByteBuffer.allocateDirect(answer.length * batch);
        for (int i = 0; i < batch; i++) {
            out.put(OrderWork.REQUEST);
        }
    }

    private byte[] first() throws IOException {
        socket.write(ByteBuffer.wrap(OrderWork.REQUEST));
        ByteBuffer all = ByteBuffer.allocate(MAX_ANSWER_BYTES);
        while (all.position() == 0 || all.get(all.position() - 1) != '}' || all.get(all.position() - 2) == '"') {
            if (socket.read(all) < 0) {
                throw new IOException("the server closed the connection");
            }
        }
        byte[] bytes = new byte[all.position()];
        all.flip().get(bytes);
        return bytes;
    }

    /** The first answer, byte for byte. */
    byte[] answer() {
        return answer;
    }

    /** Asks as often as a batch holds. @return the bytes of the answers */
    public int ask() throws IOException {
        out.clear();
        while (out.hasRemaining()) {
            socket.write(out);
        }
        in.clear();
        while (in.hasRemaining()) {
            if (socket.read(in) < 0) {
                throw new IOException("the server closed the connection");
            }
        }
        if (in.get(9) != '2' || in.get(in.capacity() - 1) != '}') {
            throw new IllegalStateException("no answer to an order");
        }
        return in.capacity();
    }

    int batch() {
        return batch;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        server.close();
    }
}
