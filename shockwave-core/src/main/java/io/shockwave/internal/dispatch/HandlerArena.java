package io.shockwave.internal.dispatch;

import io.shockwave.ArenaSlice;
import io.shockwave.ArenaWriter;
import io.shockwave.BodyReader;
import io.shockwave.HttpException;
import io.shockwave.RequestArena;
import io.shockwave.internal.exchange.Exchange;
import io.shockwave.internal.memory.ArenaOut;
import io.shockwave.internal.memory.ArenaViews;
import io.shockwave.internal.memory.ChunkStore;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Scratch;
import io.shockwave.internal.memory.Slab;
import java.io.IOException;

/** The arena of one exchange as the application sees it. Confined to whoever may use the exchange. */
public final class HandlerArena implements RequestArena {
    /** What content of unknown length is first given room for, and the most that an announcement alone makes it borrow. */
    private static final int FIRST_BYTES = 1 << 10;
    private static final int MAX_FIRST_BYTES = 1 << 16;
    /** Bytes that content moves through on its way to memory outside the heap. */
    private static final int STAGING_BYTES = 1 << 12;

    private final ArenaViews views;
    private final Slab slab;

    private HandlerArena(Scratch scratch, Lifetime life, Slab slab, boolean reused) {
        this.views = new ArenaViews(scratch, life, reused);
        this.slab = slab;
    }

    /**
     * The arena of the exchange in progress.
     *
     * @param known what was returned before; {@code null} at first
     * @param life of who uses it
     * @param reuse whether objects of earlier exchanges may serve this one
     */
    public static HandlerArena of(Exchange x, Lifetime life, HandlerArena known, boolean reuse, ChunkStore store, int limitBytes, Slab slab) {
        if (known != null && known.views.isCurrent()) {
            return known;
        }
        if (known != null && reuse && known.views.isReused()) {
            known.views.renew();
            return known;
        }
        return new HandlerArena(x.scratch(store, limitBytes), life, slab, reuse);
    }

    boolean isReused() {
        return views.isReused();
    }

    @Override
    public ArenaSlice bytes(int len) {
        return views.bytes(len);
    }

    @Override
    public ArenaSlice copy(byte[] src, int off, int len) {
        return views.copy(src, off, len);
    }

    @Override
    public ArenaSlice ascii(CharSequence text) {
        return views.out(text.length()).ascii(text).slice();
    }

    @Override
    public ArenaSlice utf8(CharSequence text) {
        return views.out(text.length()).utf8(text).slice();
    }

    @Override
    public ArenaWriter writer(int expectedBytes) {
        return views.out(expectedBytes);
    }

    @Override
    public ArenaSlice read(BodyReader body, int limitBytes) throws IOException {
        long announced = body.length();
        if (announced > limitBytes) {
            throw tooLarge(limitBytes);
        }
        // One more byte than may come, so that there is room to be told of the end.
        ArenaOut out = views.out((int) Math.min(announced < 0 ? FIRST_BYTES : announced + 1, MAX_FIRST_BYTES));
        byte[] staging = out.array(0) == null ? slab.lend(STAGING_BYTES) : null;
        try {
            while (readMore(body, out, staging, limitBytes)) {
                if (out.length() > limitBytes) {
                    throw tooLarge(limitBytes);
                }
            }
        } finally {
            if (staging != null) {
                slab.giveBack(staging);
            }
        }
        return out.slice();
    }

    private static boolean readMore(BodyReader body, ArenaOut out, byte[] staging, int limitBytes) throws IOException {
        long most = limitBytes + 1L - out.length();
        if (staging != null) {
            int n = body.read(staging, 0, (int) Math.min(most, staging.length));
            if (n > 0) {
                out.write(staging, 0, n);
            }
            return n >= 0;
        }
        byte[] array = out.array(1);
        int n = body.read(array, out.arrayOff(), (int) Math.min(most, out.free()));
        if (n > 0) {
            out.wrote(n);
        }
        return n >= 0;
    }

    private static HttpException tooLarge(int limitBytes) {
        return new HttpException(HttpException.Kind.TOO_LARGE, "the content is longer than the limit of " + limitBytes + " bytes");
    }

    @Override
    public int heldBytes() {
        return views.live().heldBytes();
    }

    @Override
    public int limitBytes() {
        return views.live().limitBytes();
    }
}
