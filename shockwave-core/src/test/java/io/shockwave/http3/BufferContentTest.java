package io.shockwave.http3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shockwave.HttpVersion;
import io.shockwave.Method;
import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import io.shockwave.client.ShockwaveClient;
import io.shockwave.server.Handler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Content in buffers outside the heap where it must be copied: TLS and HTTP/3, both sides. */
class BufferContentTest extends Http3Rig {
    private static final int[] LENGTHS = {0, 1, 16_383, 16_384, 16_385, 40_000, 3_000_001};
    private static final int FROM = 77;

    private static ByteBuffer direct(byte[] content) {
        return ByteBuffer.allocateDirect(FROM + content.length + 5).put(FROM, content).limit(FROM + content.length).position(FROM);
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1,true", "HTTP_1_1,false", "HTTP_3,true", "HTTP_3,false"})
    void answersArriveWhole(HttpVersion version, boolean inline) throws IOException {
        ByteBuffer[] buffers = Arrays.stream(LENGTHS).mapToObj(length -> direct(bytes(length, length))).toArray(ByteBuffer[]::new);
        Handler handler = (request, response) -> response.send(buffers[Integer.parseInt(request.path().toString().substring(1))]);
        server = (inline ? builder().inlineHandler(handler) : builder().handler(handler)).start();
        client = ShockwaveClient.builder().tls(trust).protocols(version).build();
        for (int i = 0; i < LENGTHS.length; i++) {
            for (int round = 0; round < 2; round++) {
                try (ClientResponse response = client.request(Method.GET, url("/" + i)).send()) {
                    assertEquals(version, response.version());
                    assertArrayEquals(bytes(LENGTHS[i], LENGTHS[i]), response.body().readAll(1 << 24));
                }
            }
            try (ClientResponse response = client.request(Method.HEAD, url("/" + i)).send()) {
                assertEquals(Integer.toString(LENGTHS[i]), response.headers().first("Content-Length").orElse("-"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1", "HTTP_3"})
    void requestsAreSentFromBuffersAndMayBeRepeated(HttpVersion version) throws IOException {
        serve(Http3Rig::whole);
        client = ShockwaveClient.builder().tls(trust).protocols(version).build();
        for (int length : LENGTHS) {
            byte[] content = bytes(length, length);
            ByteBuffer buffer = length % 2 == 0 ? direct(content) : ByteBuffer.wrap(content).asReadOnlyBuffer();
            int position = buffer.position();
            ClientRequest request = client.request(Method.POST, url("/")).body(buffer);
            for (int round = 0; round < 2; round++) {
                try (ClientResponse response = request.send()) {
                    assertEquals(version, response.version());
                    assertArrayEquals(content, response.body().readAll(1 << 24));
                }
            }
            assertEquals(position, buffer.position());
        }
    }
}
