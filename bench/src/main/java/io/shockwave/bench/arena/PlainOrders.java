package io.shockwave.bench.arena;

import io.shockwave.BodyReader;
import io.shockwave.HttpException;
import io.shockwave.server.Handler;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The handler as one writes it without arenas: strings, maps and a string builder. Thread-safe. */
final class PlainOrders implements Handler {
    private final boolean inline;

    PlainOrders(boolean inline) {
        this.inline = inline;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws IOException {
        if (!inline) {
            answer(request, response, request.body().readAll(OrderWork.MAX_BODY_BYTES));
            return;
        }
        request.body().onData(new BodyReader.DataListener() {
            private final ByteArrayOutputStream body = new ByteArrayOutputStream();

            @Override
            public void onData(byte[] buf, int off, int len) {
                body.write(buf, off, len);
            }

            @Override
            public void onEnd() {
                try {
                    answer(request, response, body.toByteArray());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void onError(HttpException cause) {
                // The server answers.
            }
        });
    }

    private static void answer(ServerRequest request, ServerResponse response, byte[] body) throws IOException {
        Map<?, ?> order = (Map<?, ?>) PlainJson.parse(new String(body, StandardCharsets.UTF_8));
        List<?> lines = (List<?>) order.get("lines");
        StringBuilder json = new StringBuilder();
        json.append("{\"order\":");
        text(json, (String) order.get("order"));
        json.append(",\"customer\":");
        text(json, (String) order.get("customer"));
        json.append(",\"express\":").append(order.get("express")).append(",\"lines\":[");
        long total = 0;
        for (int i = 0; i < lines.size(); i++) {
            Map<?, ?> line = (Map<?, ?>) lines.get(i);
            long quantity = (Long) line.get("quantity");
            long cents = (Long) line.get("cents");
            total += quantity * cents;
            json.append(i == 0 ? "{\"sku\":" : ",{\"sku\":");
            text(json, (String) line.get("sku"));
            json.append(",\"name\":");
            text(json, (String) line.get("name"));
            json.append(",\"quantity\":").append(quantity).append(",\"cents\":").append(cents).append(",\"amount\":").append(quantity * cents).append(",\"note\":");
            text(json, OrderWork.NOTE);
            json.append('}');
        }
        json.append("],\"total\":").append(total).append('}');
        byte[] content = json.toString().getBytes(StandardCharsets.UTF_8);
        OrderFields.put(response.headers(), "/orders/" + order.get("order"), '"' + Integer.toString(hash(content)) + '"', request.headers().first(OrderFields.REQUEST_ID).orElse(""), lines.size(), total);
        response.status(201).send(content);
    }

    private static int hash(byte[] content) {
        int hash = 0;
        for (byte b : content) {
            hash = 31 * hash + b;
        }
        return hash & Integer.MAX_VALUE;
    }

    private static void text(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
