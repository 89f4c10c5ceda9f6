package io.shockwave.bench.jvm;

import io.shockwave.server.ShockwaveServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A server whose application holds data: each request replaces one of many objects of 4 KiB, so that the collector finds what is old and what dies all over the heap. What {@code bench/jvm.sh}
 * measures stops with. Arguments: the port, and the MiB to hold.
 */
public final class LiveData {
    private static final int BYTES = 4_096;
    private static final byte[] HELLO = "Hello, World!".getBytes(StandardCharsets.US_ASCII);

    private LiveData() {}

    public static void main(String[] args) throws Exception {
        AtomicReferenceArray<byte[]> data = new AtomicReferenceArray<>(Integer.parseInt(args[1]) * ((1 << 20) / BYTES));
        for (int i = 0; i < data.length(); i++) {
            data.set(i, new byte[BYTES]);
        }
        ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])))
            .handler((request, response) -> {
                data.set(ThreadLocalRandom.current().nextInt(data.length()), new byte[BYTES]);
                response.send(HELLO);
            }).start();
    }
}
