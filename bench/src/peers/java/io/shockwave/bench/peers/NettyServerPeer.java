package io.shockwave.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.util.AsciiString;
import java.util.EnumMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** Netty's HTTP codec on epoll, without an aggregator: the leanest pipeline that its examples show. */
final class NettyServerPeer implements ServerPeer {
    private static final AsciiString NAME = AsciiString.cached(SERVER);

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private Channel channel;

    @Override
    public void start(int port, SSLContext tls) throws InterruptedException {
        JdkSslContext secured = tls == null ? null : new JdkSslContext(tls, false, null, IdentityCipherSuiteFilter.INSTANCE, null, ClientAuth.NONE, null, false);
        channel = new ServerBootstrap().group(group).channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024).childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(SocketChannel accepted) {
                    if (secured != null) {
                        accepted.pipeline().addLast(secured.newHandler(accepted.alloc()));
                    }
                    accepted.pipeline().addLast(new HttpServerCodec(), new Answer());
                }
            })
            .bind("0.0.0.0", port).sync().channel();
    }

    private static final class Answer extends SimpleChannelInboundHandler<HttpObject> {
        private static final Map<Work, ByteBuf> BODIES = new EnumMap<>(Work.class);
        private static final Map<Work, AsciiString> TYPES = new EnumMap<>(Work.class);
        private static final Map<Work, AsciiString> LENGTHS = new EnumMap<>(Work.class);
        private static String dateText;
        private static AsciiString date;

        static {
            for (Work work : Work.values()) {
                BODIES.put(work, Unpooled.unreleasableBuffer(Unpooled.directBuffer(work.body().length).writeBytes(work.body())).asReadOnly());
                TYPES.put(work, AsciiString.cached(work.type()));
                LENGTHS.put(work, AsciiString.cached(Integer.toString(work.body().length)));
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (!(message instanceof HttpRequest request)) {
                return;
            }
            String now = DateField.now();
            if (!now.equals(dateText)) { // one event loop
                dateText = now;
                date = new AsciiString(now);
            }
            Work work = Work.ofPath(request.uri());
            DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, BODIES.get(work).duplicate(),
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders(), EmptyHttpHeaders.INSTANCE);
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, TYPES.get(work)).set(HttpHeaderNames.SERVER, NAME)
                .set(HttpHeaderNames.DATE, date).set(HttpHeaderNames.CONTENT_LENGTH, LENGTHS.get(work));
            context.write(response, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }

    @Override
    public void close() throws InterruptedException {
        channel.close().sync();
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).sync();
    }
}
