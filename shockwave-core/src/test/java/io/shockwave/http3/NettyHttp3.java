package io.shockwave.http3;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.quic.InsecureQuicTokenHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Netty's HTTP/3 on quiche, as a client with one connection or as a server: on loopback, for tests. */
final class NettyHttp3 implements AutoCloseable {
    static final String TRAILER = "x-trailer";
    private static final int SLICE_BYTES = 1 << 16;
    private static final int WINDOW_BYTES = 1 << 22;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private Channel socket;
    private QuicChannel connection;

    /** A message as it came. */
    record Message(String status, byte[] content, String trailer) {
        String text() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    private static <B extends QuicCodecBuilder<B>> B bounded(B codec) {
        return codec.maxIdleTimeout(20, TimeUnit.SECONDS).initialMaxData(WINDOW_BYTES * 4L).initialMaxStreamDataBidirectionalLocal(WINDOW_BYTES)
                .initialMaxStreamDataBidirectionalRemote(WINDOW_BYTES).initialMaxStreamDataUnidirectional(WINDOW_BYTES).initialMaxStreamsBidirectional(200);
    }

    private Channel bind(ChannelHandler codec) throws InterruptedException {
        return new Bootstrap().group(loop).channel(NioDatagramChannel.class).handler(codec).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync().channel();
    }

    static NettyHttp3 client(Path authorities, int port) throws Exception {
        NettyHttp3 netty = new NettyHttp3();
        QuicSslContext tls = QuicSslContextBuilder.forClient().trustManager(authorities.toFile()).applicationProtocols(Http3.supportedApplicationProtocols()).build();
        netty.socket = netty.bind(bounded(Http3.newQuicClientCodecBuilder()).sslEngineProvider(quic -> tls.newEngine(quic.alloc(), "localhost", port)).build());
        netty.connection = QuicChannel.newBootstrap(netty.socket).handler(new Http3ClientConnectionHandler())
                .remoteAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).connect().get(10, TimeUnit.SECONDS);
        return netty;
    }

    /** Serves {@code content} at {@code /large}, the SHA-256 of what is sent at {@code /hash}, and the path elsewhere. Clients must prove their address by Retry. */
    static NettyHttp3 server(Path chain, Path key, byte[] content) throws Exception {
        NettyHttp3 netty = new NettyHttp3();
        QuicSslContext tls = QuicSslContextBuilder.forServer(key.toFile(), null, chain.toFile()).applicationProtocols(Http3.supportedApplicationProtocols()).build();
        netty.socket = netty.bind(bounded(Http3.newQuicServerCodecBuilder()).sslContext(tls).tokenHandler(InsecureQuicTokenHandler.INSTANCE).handler(new ChannelInitializer<QuicChannel>() {
            @Override
            protected void initChannel(QuicChannel quic) {
                quic.pipeline().addLast(new Http3ServerConnectionHandler(new ChannelInitializer<QuicStreamChannel>() {
                    @Override
                    protected void initChannel(QuicStreamChannel stream) {
                        stream.pipeline().addLast(new Answering(content));
                    }
                }));
            }
        }).build());
        return netty;
    }

    int port() {
        return ((InetSocketAddress) socket.localAddress()).getPort();
    }

    CompletableFuture<Message> send(String method, String path, byte[] content) throws Exception {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        QuicStreamChannel stream = Http3.newRequestStream(connection, new Receiving() {
            @Override
            void received(ChannelHandlerContext ctx, Message message) {
                answer.complete(message);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                answer.completeExceptionally(cause);
            }
        }).get(10, TimeUnit.SECONDS);
        DefaultHttp3HeadersFrame head = new DefaultHttp3HeadersFrame();
        head.headers().method(method).path(path).authority("localhost").scheme("https").add("x-requested", "by netty");
        stream.write(head);
        write(stream, content).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        return answer;
    }

    private static ChannelFuture write(Channel stream, byte[] content) {
        for (int at = 0; at < content.length; at += SLICE_BYTES) {
            stream.write(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(content, at, Math.min(SLICE_BYTES, content.length - at))));
        }
        return stream.writeAndFlush(new DefaultHttp3DataFrame(Unpooled.EMPTY_BUFFER));
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close().awaitUninterruptibly();
        }
        socket.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Collects a message, and tells of it when it is complete. */
    private abstract static class Receiving extends Http3RequestStreamInboundHandler {
        final ByteArrayOutputStream content = new ByteArrayOutputStream();
        Http3Headers head;
        String trailer = "";

        abstract void received(ChannelHandlerContext ctx, Message message);

        @Override
        protected void channelRead(ChannelHandlerContext ctx, Http3HeadersFrame frame) {
            if (head == null) {
                head = frame.headers();
            } else {
                trailer = String.valueOf(frame.headers().get(TRAILER));
            }
        }

        @Override
        protected void channelRead(ChannelHandlerContext ctx, Http3DataFrame frame) throws IOException {
            ByteBuf bytes = frame.content();
            bytes.readBytes(content, bytes.readableBytes());
            frame.release();
        }

        @Override
        protected void channelInputClosed(ChannelHandlerContext ctx) {
            received(ctx, new Message(String.valueOf(head.status()), content.toByteArray(), trailer));
        }
    }

    private static final class Answering extends Receiving {
        private final byte[] large;

        Answering(byte[] large) {
            this.large = large;
        }

        @Override
        void received(ChannelHandlerContext ctx, Message request) {
            String path = head.path().toString();
            byte[] answer = switch (path) {
                case "/large" -> large;
                case "/hash" -> Http3Site.hex(Http3Site.sha256(request.content)).getBytes(StandardCharsets.US_ASCII);
                default -> path.getBytes(StandardCharsets.US_ASCII);
            };
            DefaultHttp3HeadersFrame top = new DefaultHttp3HeadersFrame();
            top.headers().status("200").add("server", "netty");
            ctx.channel().write(top);
            NettyHttp3.write(ctx.channel(), answer);
            DefaultHttp3HeadersFrame end = new DefaultHttp3HeadersFrame();
            end.headers().add(TRAILER, "yes");
            ctx.channel().writeAndFlush(end).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        }
    }
}
