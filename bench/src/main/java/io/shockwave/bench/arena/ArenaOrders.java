package io.shockwave.bench.arena;

import io.shockwave.ArenaSlice;
import io.shockwave.ArenaWriter;
import io.shockwave.BodyReader;
import io.shockwave.Headers;
import io.shockwave.HttpException;
import io.shockwave.RequestArena;
import io.shockwave.server.Handler;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** The same handler with everything in the request's arena. Thread-safe. */
final class ArenaOrders implements Handler {
    private final boolean inline;

    ArenaOrders(boolean inline) {
        this.inline = inline;
    }

    /** What an order says. */
    private static final class Order {
        ArenaSlice id;
        ArenaSlice customer;
        ArenaSlice express;
        ArenaSlice[] skus = new ArenaSlice[OrderWork.LINES];
        ArenaSlice[] names = new ArenaSlice[OrderWork.LINES];
        long[] quantities = new long[OrderWork.LINES];
        long[] cents = new long[OrderWork.LINES];
        int lines;

        void grow() {
            skus = Arrays.copyOf(skus, 2 * lines);
            names = Arrays.copyOf(names, 2 * lines);
            quantities = Arrays.copyOf(quantities, 2 * lines);
            cents = Arrays.copyOf(cents, 2 * lines);
        }
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws IOException {
        if (!inline) {
            answer(request, response, request.arena().read(request.body(), OrderWork.MAX_BODY_BYTES));
            return;
        }
        ArenaWriter body = request.arena().writer(Math.clamp(request.body().length(), 0, OrderWork.MAX_BODY_BYTES));
        request.body().onData(new BodyReader.DataListener() {
            @Override
            public void onData(byte[] buf, int off, int len) {
                body.write(buf, off, len);
            }

            @Override
            public void onEnd() {
                try {
                    answer(request, response, body.slice());
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

    private static void answer(ServerRequest request, ServerResponse response, ArenaSlice body) throws IOException {
        RequestArena arena = request.arena();
        Order order = parse(new ArenaJson(arena, body));
        ArenaWriter json = arena.writer(4 << 10);
        json.ascii("{\"order\":");
        ArenaJson.write(json, order.id);
        json.ascii(",\"customer\":");
        ArenaJson.write(json, order.customer);
        json.ascii(",\"express\":").ascii(order.express).ascii(",\"lines\":[");
        long total = 0;
        for (int i = 0; i < order.lines; i++) {
            long quantity = order.quantities[i];
            long cents = order.cents[i];
            total += quantity * cents;
            json.ascii(i == 0 ? "{\"sku\":" : ",{\"sku\":");
            ArenaJson.write(json, order.skus[i]);
            json.ascii(",\"name\":");
            ArenaJson.write(json, order.names[i]);
            json.ascii(",\"quantity\":").decimal(quantity).ascii(",\"cents\":").decimal(cents).ascii(",\"amount\":").decimal(quantity * cents).ascii(",\"note\":");
            ArenaJson.write(json, OrderWork.NOTE);
            json.write((byte) '}');
        }
        ArenaSlice content = json.ascii("],\"total\":").decimal(total).write((byte) '}').slice();
        ArenaSlice location = arena.writer(32).ascii("/orders/").ascii(order.id).slice();
        ArenaSlice tag = arena.writer(16).write((byte) '"').decimal(hash(content)).write((byte) '"').slice();
        Headers received = request.headers();
        OrderFields.put(response.headers(), location, tag, received.value(received.indexOf(OrderFields.REQUEST_ID, 0)), order.lines, total);
        response.status(201).send(content);
    }

    private static Order parse(ArenaJson json) {
        Order order = new Order();
        json.begin('{');
        while (!json.ends('}')) {
            json.name();
            if (json.named("order")) {
                order.id = json.string();
            } else if (json.named("customer")) {
                order.customer = json.string();
            } else if (json.named("express")) {
                order.express = json.word();
            } else if (json.named("lines")) {
                json.begin('[');
                while (!json.ends(']')) {
                    line(json, order);
                }
            } else {
                json.word();
            }
        }
        return order;
    }

    private static void line(ArenaJson json, Order order) {
        if (order.lines == order.skus.length) {
            order.grow();
        }
        int i = order.lines++;
        json.begin('{');
        while (!json.ends('}')) {
            json.name();
            if (json.named("sku")) {
                order.skus[i] = json.string();
            } else if (json.named("name")) {
                order.names[i] = json.string();
            } else if (json.named("quantity")) {
                order.quantities[i] = json.number();
            } else if (json.named("cents")) {
                order.cents[i] = json.number();
            } else {
                throw new IllegalArgumentException("no field of a line");
            }
        }
    }

    private static int hash(ArenaSlice content) {
        int hash = 0;
        for (int i = 0, len = content.length(); i < len; i++) {
            hash = 31 * hash + content.byteAt(i);
        }
        return hash & Integer.MAX_VALUE;
    }
}
