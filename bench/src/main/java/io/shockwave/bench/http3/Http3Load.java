package io.shockwave.bench.http3;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.Tls;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A closed loop over HTTP/3: {@code URL PEM CONNECTIONS STREAMS}. Each connection is a client of its own, each stream a virtual thread. It answers each line of its input with the number of
 * responses so far, and ends with its input.
 */
public final class Http3Load {
    private static final AtomicLong RESPONSES = new AtomicLong();

    private Http3Load() {}

    public static void main(String[] args) throws IOException {
        int streams = Integer.parseInt(args[3]);
        for (int i = Integer.parseInt(args[2]); i > 0; i--) {
            ShockwaveClient client = ShockwaveClient.builder().tls(Tls.trusting(Path.of(args[1]))).protocols(HttpVersion.HTTP_3).build();
            for (int j = 0; j < streams; j++) {
                Thread.ofVirtual().start(() -> ask(client, args[0]));
            }
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        while (in.readLine() != null) {
            System.out.println(RESPONSES.get());
        }
        System.exit(0);
    }

    private static void ask(ShockwaveClient client, String url) {
        byte[] buf = new byte[1 << 16];
        try {
            for (;;) {
                try (ClientResponse response = client.request(Method.GET, url).send()) {
                    long bytes = 0;
                    for (int n; (n = response.body().read(buf, 0, buf.length)) >= 0;) {
                        bytes += n;
                    }
                    if (response.status() != 200 || bytes < 1_000) {
                        throw new IOException("status " + response.status() + " with " + bytes + " bytes");
                    }
                }
                RESPONSES.getAndIncrement();
            }
        } catch (IOException e) {
            e.printStackTrace();
            System.exit(3);
        }
    }
}
