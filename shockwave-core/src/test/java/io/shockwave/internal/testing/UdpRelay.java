package io.shockwave.internal.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Carries datagrams between clients and one server on loopback, writes down what clients send, and holds back what a test wants it to. Thread-safe; guarded by itself. */
public final class UdpRelay implements AutoCloseable {
    private final DatagramSocket front;
    private final SocketAddress server;
    private final Map<SocketAddress, DatagramSocket> ways = new HashMap<>();
    private final List<byte[]> sent = new ArrayList<>();
    private Predicate<byte[]> toServer = _ -> true;
    private Predicate<byte[]> toClient = _ -> true;
    private boolean closed;

    public UdpRelay(int serverPort) throws IOException {
        front = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
        Thread.ofPlatform().daemon().name("relay").start(this::fromClients);
    }

    public int port() {
        return front.getLocalPort();
    }

    /** What clients sent so far, copied. */
    public synchronized List<byte[]> sent() {
        return List.copyOf(sent);
    }

    public synchronized void forget() {
        sent.clear();
    }

    /** Which of the clients' datagrams get through from now on; all are written down. */
    public synchronized void toServer(Predicate<byte[]> passes) {
        toServer = passes;
    }

    public synchronized void toClient(Predicate<byte[]> passes) {
        toClient = passes;
    }

    /** From now on the server sees every client at another port, as behind a NAT that forgot them. */
    public synchronized void rebind() {
        ways.values().forEach(DatagramSocket::close);
        ways.clear();
    }

    private void fromClients() {
        byte[] buf = new byte[65_536];
        DatagramPacket packet = new DatagramPacket(buf, buf.length);
        while (receive(front, packet)) {
            byte[] bytes = Arrays.copyOf(buf, packet.getLength());
            SocketAddress from = packet.getSocketAddress();
            DatagramSocket way;
            boolean passes;
            synchronized (this) {
                if (closed) {
                    return;
                }
                sent.add(bytes);
                passes = toServer.test(bytes);
                way = ways.computeIfAbsent(from, this::open);
            }
            if (passes) {
                send(way, bytes, bytes.length, server);
            }
        }
    }

    private DatagramSocket open(SocketAddress client) {
        try {
            DatagramSocket way = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.ofPlatform().daemon().name("relay-back").start(() -> {
                byte[] buf = new byte[65_536];
                DatagramPacket packet = new DatagramPacket(buf, buf.length);
                while (receive(way, packet)) {
                    boolean passes;
                    synchronized (this) {
                        passes = toClient.test(Arrays.copyOf(buf, packet.getLength()));
                    }
                    if (passes) {
                        send(front, buf, packet.getLength(), client);
                    }
                }
            });
            return way;
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean receive(DatagramSocket socket, DatagramPacket into) {
        try {
            into.setLength(into.getData().length);
            socket.receive(into);
            return true;
        } catch (IOException _) {
            return false; // closed
        }
    }

    private static void send(DatagramSocket socket, byte[] bytes, int len, SocketAddress to) {
        try {
            socket.send(new DatagramPacket(bytes, len, to));
        } catch (IOException _) {
            // Lost, as datagrams may be.
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        front.close();
        ways.values().forEach(DatagramSocket::close);
    }
}
