package io.shockwave.bench.peers;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.quic.InsecureQuicTokenHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.AsciiString;
import javax.net.ssl.SSLContext;

/** Netty's HTTP/3 codec on quiche, over epoll or NIO. */
final class NettyHttp3Server implements ServerPeer {
    private static final int SLICE_BYTES = 1 << 16;
    private static final AsciiString NAME = AsciiString.cached(SERVER);
    private static final AsciiString TYPE = AsciiString.cached(Http3Answer.TYPE);

    private final NettyQuic quic;

    NettyHttp3Server(boolean nio) {
        quic = new NettyQuic(nio);
    }

    @Override
    public void start(int port, SSLContext unused) throws Exception {
        QuicSslContext tls = QuicSslContextBuilder.forServer(BenchIdentity.key(), null, BenchIdentity.certificate()).applicationProtocols(Http3.supportedApplicationProtocols()).build();
        quic.bind(port, NettyQuic.settings(Http3.newQuicServerCodecBuilder()).sslContext(tls).tokenHandler(InsecureQuicTokenHandler.INSTANCE)
            .option(QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR, quic.segments())
            .handler(new ChannelInitializer<QuicChannel>() {
                @Override
                protected void initChannel(QuicChannel connection) {
                    connection.pipeline().addLast(new Http3ServerConnectionHandler(new ChannelInitializer<QuicStreamChannel>() {
                        @Override
                        protected void initChannel(QuicStreamChannel stream) {
                            stream.pipeline().addLast(new Answer());
                        }
                    }));
                }
            }).build());
    }

    /** Answers when the request has ended; content of any length goes out as fast as its stream takes it. */
    private static final class Answer extends Http3RequestStreamInboundHandler {
        private static final ByteBuf SMALL = Unpooled.unreleasableBuffer(Unpooled.directBuffer(Http3Answer.SMALL_BYTES).writeBytes(Http3Answer.small())).asReadOnly();
        private static ByteBuf bulk;
        private static String dateText;
        private static AsciiString date;

        private ByteBuf body;
        private int sent;

        private static ByteBuf bulk() { // one event loop
            if (bulk == null) {
                bulk = Unpooled.unreleasableBuffer(Unpooled.directBuffer(Http3Answer.BULK_BYTES).writeBytes(Http3Answer.bulk())).asReadOnly();
            }
            return bulk;
        }

        @Override
        protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
            body = Http3Answer.isBulk(frame.headers().path()) ? bulk() : SMALL;
        }

        @Override
        protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
            frame.release();
        }

        @Override
        protected void channelInputClosed(ChannelHandlerContext context) {
            String now = DateField.now();
            if (!now.equals(dateText)) { // one event loop
                dateText = now;
                date = new AsciiString(now);
            }
            DefaultHttp3HeadersFrame head = new DefaultHttp3HeadersFrame();
            head.headers().status("200").add("server", NAME).add("date", date).add("content-type", TYPE).add("content-length", Integer.toString(body.readableBytes()));
            context.write(head);
            goOn(context);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (body != null && context.channel().isWritable()) {
                goOn(context);
            }
        }

        private void goOn(ChannelHandlerContext context) {
            int all = body.readableBytes();
            boolean small = all <= SLICE_BYTES;
            while (sent < all && (small || context.channel().isWritable())) {
                int slice = Math.min(SLICE_BYTES, all - sent);
                DefaultHttp3DataFrame data = new DefaultHttp3DataFrame(body.slice(sent, slice));
                sent += slice;
                if (sent == all) {
                    context.writeAndFlush(data).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
                    return;
                }
                context.write(data);
            }
            context.flush();
        }
    }

    @Override
    public void close() {
        quic.close();
    }
}
