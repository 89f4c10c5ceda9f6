package io.shockwave.bench.peers;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.EpollQuicUtils;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicCongestionControlAlgorithm;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * One datagram socket of Netty, and the settings of its QUIC that both roles share: CUBIC, and on epoll as much taken and given in one system call as it can; on NIO one datagram.
 */
final class NettyQuic implements AutoCloseable {
    /** Datagrams that the kernel cuts one write into. */
    private static final int SEGMENTS = 16;
    /** One read takes a train of datagrams that the kernel gathered. To take several single ones (recvmmsg) instead would need a bound of one datagram's size, and cuts such trains. */
    private static final int RECEIVE_BYTES = 1 << 16;
    private static final int DATAGRAM_BYTES = 1 << 11;
    private static final long STREAM_WINDOW_BYTES = 6L << 20;
    private static final long CONNECTION_WINDOW_BYTES = 15L << 20;
    private static final int STREAMS = 1_000;

    private final boolean nio;
    private final EventLoopGroup loop;
    private Channel socket;

    NettyQuic(boolean nio) {
        this.nio = nio;
        this.loop = new MultiThreadIoEventLoopGroup(1, nio ? NioIoHandler.newFactory() : EpollIoHandler.newFactory());
    }

    /** What cuts one write into datagrams, where that is done. */
    SegmentedDatagramPacketAllocator segments() {
        return nio ? SegmentedDatagramPacketAllocator.NONE : EpollQuicUtils.newSegmentedAllocator(SEGMENTS);
    }

    static <B extends QuicCodecBuilder<B>> B settings(B codec) {
        return codec.congestionControlAlgorithm(QuicCongestionControlAlgorithm.CUBIC).maxIdleTimeout(60, TimeUnit.SECONDS).initialMaxData(CONNECTION_WINDOW_BYTES)
            .initialMaxStreamDataBidirectionalLocal(STREAM_WINDOW_BYTES).initialMaxStreamDataBidirectionalRemote(STREAM_WINDOW_BYTES)
            .initialMaxStreamDataUnidirectional(STREAM_WINDOW_BYTES).initialMaxStreamsBidirectional(STREAMS).initialMaxStreamsUnidirectional(STREAMS);
    }

    Channel bind(int port, ChannelHandler codec) throws InterruptedException {
        Bootstrap bootstrap = new Bootstrap().group(loop).option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(nio ? DATAGRAM_BYTES : RECEIVE_BYTES));
        if (nio) {
            bootstrap.channel(NioDatagramChannel.class);
        } else {
            bootstrap.channel(EpollDatagramChannel.class).option(EpollChannelOption.UDP_GRO, true);
        }
        socket = bootstrap.handler(codec).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).sync().channel();
        return socket;
    }

    @Override
    public void close() {
        socket.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
