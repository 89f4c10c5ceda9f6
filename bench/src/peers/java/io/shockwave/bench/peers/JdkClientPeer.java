package io.shockwave.bench.peers;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The JDK's HttpClient, with one immutable request. */
final class JdkClientPeer implements ClientPeer {
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpRequest request;

    @Override
    public void open(String url, int connections) {
        request = HttpRequest.newBuilder(URI.create(url)).build();
    }

    @Override
    public Session session() {
        return () -> {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() == 200 ? response.body().length : -response.statusCode();
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
