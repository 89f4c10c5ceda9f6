package io.shockwave.tuning;

import com.sun.management.ThreadMXBean;
import io.shockwave.Tier;
import io.shockwave.server.ShockwaveServer;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The other end of {@link TierServer}: serves what it is told on its standard input, tells what it used when asked, and ends with its input, so that it does not outlive who started it.
 */
final class TierServerMain {
    /** Begins the lines that are answers; a JVM prints its warnings to the same output. */
    static final String ANSWER = "shockwave-";
    static final int ASK_USAGE = 'u';
    private static final int MAX_HEADER_BYTES = 1 << 18;
    private static final int MAX_HEADERS = 1_000;

    private TierServerMain() {
    }

    static void main(String[] args) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(System.in))) {
            int bufferBytes = in.readInt();
            ShockwaveServer.Builder builder = ShockwaveServer.builder().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).maxHeaderBytes(MAX_HEADER_BYTES).maxHeaderCount(MAX_HEADERS)
                    .maxRequestLineBytes(MAX_HEADER_BYTES);
            ReplayHandler handler = new ReplayHandler(read(in));
            if (bufferBytes > 0) {
                builder.bufferBytes(bufferBytes).handler(handler); // an inline handler's answers pass no buffer
            } else {
                builder.inlineHandler(handler);
            }
            ShockwaveServer server = builder.start();
            System.out.println(ANSWER + "ready " + server.address().getPort() + " " + Tier.current().name());
            while (in.read() == ASK_USAGE) {
                System.out.println(ANSWER + "usage " + allocated() + " " + ProcessMeter.gcCount() + " " + ProcessMeter.gcMs() + " " + server.stats().headerSpills() + " " + server.stats().requests());
            }
        }
        Runtime.getRuntime().halt(0); // nobody waits for a grace time
    }

    private static long allocated() {
        return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads && threads.isThreadAllocatedMemorySupported() ? threads.getTotalThreadAllocatedBytes() : -1;
    }

    static void write(DataOutputStream out, List<Replay> exchanges, int bufferBytes) throws IOException {
        out.writeInt(bufferBytes);
        out.writeInt(exchanges.size());
        for (Replay each : exchanges) {
            out.writeInt(each.status());
            out.writeInt(each.responseBytes());
            out.writeInt(each.responseFields().size());
            for (Map.Entry<String, String> field : each.responseFields()) {
                out.writeUTF(field.getKey());
                out.writeUTF(field.getValue());
            }
        }
        out.flush();
    }

    private static List<Replay> read(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<Replay> exchanges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int status = in.readInt();
            int bytes = in.readInt();
            int fields = in.readInt();
            List<Map.Entry<String, String>> list = new ArrayList<>();
            for (int j = 0; j < fields; j++) {
                list.add(Map.entry(in.readUTF(), in.readUTF()));
            }
            exchanges.add(new Replay("GET", "/", List.of(), new byte[0], status, list, bytes));
        }
        return exchanges;
    }
}
