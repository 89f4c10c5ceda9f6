package io.shockwave.server;

import io.shockwave.ArenaLimitException;
import io.shockwave.ArenaSlice;
import io.shockwave.ArenaWriter;
import io.shockwave.Ascii;
import io.shockwave.BodyReader;
import io.shockwave.BodyWriter;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.HttpException;
import io.shockwave.RequestArena;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Checks every byte that it is given, fills memory of its exchange with what is the exchange's own, looks at it again later, and answers in all ways. Thread-safe. */
final class CanaryHandler implements Handler {
    static final HeaderName SMALL = HeaderName.of("X-Small");
    static final HeaderName LONG = HeaderName.of("X-Long");
    static final HeaderName ECHO = HeaderName.of("X-Echo");
    static final HeaderName END = HeaderName.of("X-End");
    static final int LIMIT_BYTES = 96 << 10;
    private static final String AS_ASKED = "as asked";
    private static final int ARENA_TEXTS = 12;

    /** What a handler must not keep, and what it may. */
    record Kept(int id, Ascii path, Ascii value, Headers fields, ArenaSlice slice, Ascii ownPath, Headers ownFields, ArenaSlice ownSlice, int ownLen) {
    }

    /** What went wrong; the exceptions of handlers that fail as asked are not here. */
    final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    final Queue<Kept> kept = new ConcurrentLinkedQueue<>();
    final AtomicInteger handled = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    private final boolean inline;
    /** Run in each handler, on its thread. */
    volatile Runnable meanwhile = () -> { };

    CanaryHandler(boolean inline) {
        this.inline = inline;
    }

    /** What a request's target says: {@code /kind-id-longLen-contentLen-answerLen}. */
    record Wanted(String kind, int id, int longLen, int contentLen, int answerLen) {
        static Wanted of(CharSequence path) {
            String[] parts = path.toString().substring(1).split("-");
            return new Wanted(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Integer.parseInt(parts[3]), Integer.parseInt(parts[4]));
        }

        String path() {
            return "/" + kind + '-' + id + '-' + longLen + '-' + contentLen + '-' + answerLen;
        }
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws Exception {
        handled.incrementAndGet();
        Wanted wanted = Wanted.of(request.path());
        Memory memory = new Memory(request, wanted);
        try {
            head(request, response, wanted);
            memory.fill();
            meanwhile.run();
        } catch (Throwable t) {
            wrong.add(t);
            throw t;
        }
        if (!inline) {
            ArenaSlice content = request.arena().read(request.body(), 1 << 20);
            pause(wanted);
            finish(request, response, wanted, memory, content);
        } else if (request.body().length() == 0) {
            finish(request, response, wanted, memory, request.arena().bytes(0));
        } else {
            request.body().onData(new Content(request, response, wanted, memory));
        }
    }

    private static void pause(Wanted wanted) throws InterruptedException {
        if (wanted.id % 3 == 0) {
            Thread.sleep(wanted.id % 4);
        }
    }

    private final class Content implements BodyReader.DataListener {
        private final ServerRequest request;
        private final ServerResponse response;
        private final Wanted wanted;
        private final Memory memory;
        private final ArenaWriter content;

        Content(ServerRequest request, ServerResponse response, Wanted wanted, Memory memory) {
            this.request = request;
            this.response = response;
            this.wanted = wanted;
            this.memory = memory;
            this.content = request.arena().writer(16);
        }

        @Override
        public void onData(byte[] buf, int off, int len) {
            content.write(buf, off, len);
        }

        @Override
        public void onEnd() {
            try {
                finish(request, response, wanted, memory, content.slice());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void onError(HttpException cause) {
            // The server answers.
        }
    }

    private void finish(ServerRequest request, ServerResponse response, Wanted wanted, Memory memory, ArenaSlice content) throws IOException {
        try {
            Canary.check("the content", wanted.id, 3, wanted.contentLen, content);
            head(request, response, wanted);
            memory.check();
        } catch (Throwable t) {
            wrong.add(t);
            throw t;
        }
        response.headers().add(ECHO, memory.texts.get(0));
        if (wanted.longLen > 0) {
            response.headers().add(LONG, Canary.text(wanted.id, 5, wanted.longLen));
        }
        if (wanted.id % 5 == 0) {
            keep(request, wanted, memory);
        }
        try {
            answer(request, response, wanted);
        } catch (HttpException e) {
            throw e; // its client left
        } catch (IOException e) {
            if (!AS_ASKED.equals(e.getMessage())) {
                wrong.add(e);
            }
            throw e;
        } catch (RuntimeException | Error e) {
            wrong.add(e);
            throw e;
        }
    }

    private static void head(ServerRequest request, ServerResponse response, Wanted wanted) {
        Headers fields = request.headers();
        int expected = 2 + (wanted.longLen > 0 ? 2 : 0) + (request.body().length() != 0 ? 1 : 0);
        if (fields.size() != expected) {
            throw new AssertionError("fields of another exchange: " + fields);
        }
        Canary.check("the query", wanted.id, 0, 12, request.query());
        Canary.check("a field", wanted.id, 1, 20, fields.value(fields.indexOf(SMALL, 0)));
        if (wanted.longLen > 0) {
            int first = fields.indexOf(LONG, 0);
            Canary.check("a long field", wanted.id, 2, wanted.longLen, fields.value(first));
            Canary.check("its repetition", wanted.id, 4, wanted.longLen, fields.value(fields.indexOf(LONG, first + 1)));
        }
        if (response.headers().size() != 0 || response.status() != 200) {
            throw new AssertionError("a response that was used before: " + response.headers());
        }
    }

    private void keep(ServerRequest request, Wanted wanted, Memory memory) {
        Headers fields = request.headers();
        ArenaSlice slice = memory.texts.get(1);
        kept.add(new Kept(wanted.id, request.path(), fields.value(fields.indexOf(SMALL, 0)), fields, slice, request.path().retain(), fields.retain(), slice.retain(), slice.length()));
    }

    private void answer(ServerRequest request, ServerResponse response, Wanted wanted) throws IOException {
        RequestArena arena = request.arena();
        int len = wanted.answerLen;
        String text = Canary.text(wanted.id, 6, len);
        switch (wanted.kind) {
            case "slice" -> response.send(arena.writer(len / 3).ascii(text).slice());
            case "retained" -> response.send(arena.ascii(text).retain());
            case "text" -> response.send(text);
            case "bytes" -> response.send(text.getBytes(StandardCharsets.US_ASCII));
            case "stream" -> {
                BodyWriter out = response.stream();
                out.write(text.getBytes(StandardCharsets.US_ASCII), 0, len);
                out.trailers().add(END, Canary.text(wanted.id, 7, 30));
                out.close();
            }
            case "cut" -> {
                response.stream().write(text.getBytes(StandardCharsets.US_ASCII), 0, Math.min(len, 400)).flush();
                throw new IOException(AS_ASKED);
            }
            case "fails" -> throw new IOException(AS_ASKED);
            case "full" -> {
                try {
                    for (;;) {
                        arena.bytes(10_000);
                    }
                } catch (ArenaLimitException e) {
                    refused.incrementAndGet();
                    throw new IOException(AS_ASKED, e);
                }
            }
            default -> throw new AssertionError(wanted.kind);
        }
    }

    /** Texts, bytes and writers in the exchange's arena. */
    private static final class Memory {
        private final Wanted wanted;
        private final RequestArena arena;
        private final ArrayList<ArenaSlice> texts = new ArrayList<>();
        private ArenaWriter writer;

        Memory(ServerRequest request, Wanted wanted) {
            this.wanted = wanted;
            this.arena = request.arena();
        }

        private int len(int index) {
            return 10 + (wanted.id * 31 + index * 97) % 700;
        }

        void fill() {
            if (arena.heldBytes() != 0) {
                throw new AssertionError("an arena that was used before");
            }
            writer = arena.writer(64);
            for (int i = 0; i < ARENA_TEXTS; i++) {
                int len = len(i);
                ArenaSlice slice;
                if (i % 2 == 0) {
                    slice = arena.bytes(len);
                    for (int at = 0; at < len; at++) {
                        if (slice.byteAt(at) != 0) {
                            throw new AssertionError("fresh bytes of exchange " + wanted.id + " are not 0 at " + at + ": " + slice);
                        }
                        slice.put(at, (byte) Canary.at(wanted.id, 100 + i, at));
                    }
                } else {
                    slice = arena.ascii(Canary.text(wanted.id, 100 + i, len));
                }
                texts.add(slice);
                for (int at = 0; at < len; at++) {
                    writer.write((byte) Canary.at(wanted.id, 99, writer.length()));
                }
            }
        }

        void check() {
            for (int i = 0; i < ARENA_TEXTS; i++) {
                Canary.check("memory", wanted.id, 100 + i, len(i), texts.get(i));
            }
            Canary.check("a writer", wanted.id, 99, writer.length(), writer.slice());
        }
    }
}
