package io.shockwave.internal.memory;

import io.shockwave.ArenaSlice;
import java.util.Objects;

/**
 * The windows and writers of one exchange's arena. Confined to whoever may use the exchange. Where it is reused, its objects are too, up to a bound; otherwise each is new, so that
 * whoever keeps one past its exchange is told and never sees another's bytes.
 */
public final class ArenaViews {
    /** Windows that are kept for reuse: a parsed document has dozens, and one with thousands is not to stay. */
    static final int MAX_KEPT_VIEWS = 128;
    /** Writers that are kept for reuse. */
    static final int MAX_KEPT_WRITERS = 8;
    private static final int FIRST_VIEWS = 8;
    private static final byte[] ZEROS = Chunk.pattern((byte) 0);
    private static final ArenaView[] NO_VIEWS = new ArenaView[0];
    private static final ArenaOut[] NO_WRITERS = new ArenaOut[0];

    final Scratch scratch;
    final Lifetime life;
    private final boolean reused;
    private int generation;
    private ArenaView[] views = NO_VIEWS;
    private ArenaOut[] writers = NO_WRITERS;
    private int nextView;
    private int nextWriter;

    public ArenaViews(Scratch scratch, Lifetime life, boolean reused) {
        this.scratch = scratch;
        this.life = life;
        this.reused = reused;
        this.generation = life.generation();
    }

    /** Makes it valid for the exchange in progress. */
    public void renew() {
        generation = life.generation();
        nextView = 0;
        nextWriter = 0;
    }

    /** Whether it was made for, or renewed in, the exchange in progress. */
    public boolean isCurrent() {
        return generation == life.generation();
    }

    public boolean isReused() {
        return reused;
    }

    public Scratch live() {
        life.check(generation);
        return scratch;
    }

    ArenaView view(Chunk chunk, int off, int len) {
        return nextView().set(chunk, off, len);
    }

    private ArenaView nextView() {
        if (!reused || nextView == MAX_KEPT_VIEWS) {
            return new ArenaView(this);
        }
        if (nextView == views.length) {
            ArenaView[] more = new ArenaView[Math.max(FIRST_VIEWS, 2 * nextView)];
            System.arraycopy(views, 0, more, 0, nextView);
            views = more;
        }
        ArenaView view = views[nextView];
        if (view == null) {
            view = new ArenaView(this);
            views[nextView] = view;
        }
        nextView++;
        return view;
    }

    // ---- what is lent

    public ArenaSlice bytes(int len) {
        Scratch memory = live();
        int at = memory.take(len);
        Chunk chunk = memory.top();
        chunk.fill(at, len, ZEROS); // what is left over there is another's
        return view(chunk, at, len);
    }

    public ArenaSlice copy(byte[] src, int off, int len) {
        Objects.checkFromIndexSize(off, len, src.length);
        Scratch memory = live();
        int at = memory.take(len);
        return view(memory.top(), at, len).put(0, src, off, len);
    }

    public ArenaOut out(int expectedBytes) {
        live();
        if (!reused || nextWriter == MAX_KEPT_WRITERS) {
            return new ArenaOut(this).open(expectedBytes);
        }
        if (writers.length == 0) {
            writers = new ArenaOut[MAX_KEPT_WRITERS];
        }
        ArenaOut out = writers[nextWriter];
        if (out == null) {
            out = new ArenaOut(this);
            writers[nextWriter] = out;
        }
        nextWriter++;
        return out.open(expectedBytes);
    }
}
