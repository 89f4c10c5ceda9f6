package io.shockwave.bench.peers;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** The floor: a blocking socket for each thread that writes constant bytes and reads as many as the first answer had. */
final class FloorClientPeer implements ClientPeer {
    private URI url;

    @Override
    public void open(String target, int connections) {
        url = URI.create(target);
    }

    @Override
    public Session session() throws IOException {
        return new Bare(url);
    }

    private static final class Bare implements Session {
        private final SocketChannel socket;
        private final ByteBuffer out;
        private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);
        private final int answer;

        Bare(URI url) throws IOException {
            socket = SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort()));
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            byte[] request = ("GET " + url.getPath() + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
            out = ByteBuffer.allocateDirect(request.length).put(request).flip();
            socket.write(out);
            int n = socket.read(in); // the answer is small and comes at once
            answer = n;
        }

        @Override
        public int get() throws IOException {
            socket.write(out.rewind());
            in.clear();
            while (in.position() < answer) {
                if (socket.read(in) < 0) {
                    throw new EOFException();
                }
            }
            return Work.PLAIN.body().length;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Override
    public void close() {}
}
