package io.shockwave.bench.peers;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamLimitChangedEvent;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Netty's HTTP/3 client on quiche, over epoll or NIO, by callbacks on its event loop: each answer's end asks for the next. */
final class NettyHttp3Client implements Http3ClientPeer {
    private final NettyQuic quic;
    private volatile boolean stopped;

    NettyHttp3Client(boolean nio) {
        quic = new NettyQuic(nio);
    }

    @Override
    public void start(int port, String path, int connections, int streams, LongConsumer received) throws Exception {
        QuicSslContext tls = QuicSslContextBuilder.forClient().trustManager(BenchIdentity.certificate()).applicationProtocols(Http3.supportedApplicationProtocols()).build();
        Channel socket = quic.bind(0, NettyQuic.settings(Http3.newQuicClientCodecBuilder()).sslEngineProvider(connection -> tls.newEngine(connection.alloc(), "localhost", port)).build());
        for (int i = 0; i < connections; i++) {
            Asking asking = new Asking("c" + i + Http3Answer.HOSTS + ":" + port, path, received);
            QuicChannel connection = QuicChannel.newBootstrap(socket).handler(new ChannelInitializer<QuicChannel>() {
                @Override
                protected void initChannel(QuicChannel opened) {
                    opened.pipeline().addLast(new Http3ClientConnectionHandler(), asking);
                }
            }).option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, quic.segments())
                .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).connect().get(10, TimeUnit.SECONDS);
            connection.eventLoop().execute(() -> asking.begin(connection, streams));
        }
    }

    /** One connection, which asks for as many streams as the server allows it now, and for the rest when that grows. Confined to its event loop. */
    private final class Asking extends ChannelInboundHandlerAdapter {
        private final String authority;
        private final String path;
        private final LongConsumer received;
        private QuicChannel connection;
        private int due;

        Asking(String authority, String path, LongConsumer received) {
            this.authority = authority;
            this.path = path;
            this.received = received;
        }

        void begin(QuicChannel opened, int streams) {
            connection = opened;
            due = streams;
            ask();
        }

        void again() {
            due++;
            ask();
        }

        private void ask() {
            while (!stopped && connection != null && due > 0 && connection.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0) {
                due--;
                Http3.newRequestStream(connection, new Receiving(this)).addListener((Future<QuicStreamChannel> opened) -> {
                    if (!opened.isSuccess()) {
                        fail(opened.cause());
                        return;
                    }
                    DefaultHttp3HeadersFrame head = new DefaultHttp3HeadersFrame();
                    head.headers().method("GET").path(path).authority(authority).scheme("https");
                    opened.getNow().writeAndFlush(head).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
                });
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof QuicStreamLimitChangedEvent) {
                ask();
            }
            context.fireUserEventTriggered(event);
        }
    }

    private void fail(Throwable cause) {
        if (!stopped) {
            cause.printStackTrace();
            System.exit(3);
        }
    }

    private final class Receiving extends Http3RequestStreamInboundHandler {
        private final Asking asking;
        private CharSequence status;
        private long bytes;

        Receiving(Asking asking) {
            this.asking = asking;
        }

        @Override
        protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
            status = frame.headers().status();
        }

        @Override
        protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
            ByteBuf content = frame.content();
            bytes += content.readableBytes();
            asking.received.accept(content.readableBytes());
            frame.release();
        }

        @Override
        protected void channelInputClosed(ChannelHandlerContext context) {
            if (!"200".contentEquals(status) || bytes != Http3Answer.lengthOf(asking.path)) {
                fail(new IllegalStateException("status " + status + " with " + bytes + " bytes"));
            }
            asking.received.accept(0);
            context.close();
            asking.again();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(cause);
        }
    }

    @Override
    public void close() {
        stopped = true;
        quic.close();
    }
}
