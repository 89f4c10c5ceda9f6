package io.shockwave.internal.header;

import io.shockwave.Ascii;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.MutableHeaders;
import io.shockwave.internal.memory.Lifetime;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A header block as the application sees it: every call checks that its exchange is still in progress. Its windows are its own, so that where each exchange has a new one of these, whoever keeps a
 * window too long is told and never sees another's bytes. Confined to whoever may use the exchange.
 */
public final class HeadersView implements MutableHeaders {
    private final HeaderBlock block;
    private final Lifetime life;
    private final boolean writable;
    private int generation;
    private boolean sealed;
    private Span nameView;
    private Span evenValue;
    private Span oddValue;
    private boolean odd;

    public HeadersView(HeaderBlock block, Lifetime life, boolean writable) {
        this.block = block;
        this.life = life;
        this.writable = writable;
        renew();
    }

    /** Makes it valid for the exchange in progress. */
    public void renew() {
        generation = life.generation();
        sealed = !writable;
    }

    /** The section is being sent: nothing can be changed any more. */
    public void seal() {
        sealed = true;
    }

    private HeaderBlock live() {
        life.checkRead(generation);
        return block;
    }

    private HeaderBlock open() {
        life.check(generation);
        if (sealed) {
            throw new IllegalStateException(writable ? "these fields were sent already" : "these fields were received and cannot be changed");
        }
        return block;
    }

    @Override
    public int size() {
        return live().size();
    }

    @Override
    public Optional<String> first(HeaderName name) {
        return live().first(name);
    }

    @Override
    public List<String> all(HeaderName name) {
        return live().all(name);
    }

    @Override
    public int indexOf(HeaderName name, int from) {
        return live().indexOf(name, from);
    }

    @Override
    public Ascii name(int index) {
        HeaderBlock fields = live();
        if (nameView == null) {
            nameView = new Span(life);
        }
        return fields.name(index, nameView);
    }

    @Override
    public Ascii value(int index) {
        HeaderBlock fields = live();
        odd = !odd;
        if (odd) {
            if (oddValue == null) {
                oddValue = new Span(life);
            }
            return fields.value(index, oddValue);
        }
        if (evenValue == null) {
            evenValue = new Span(life);
        }
        return fields.value(index, evenValue);
    }

    @Override
    public Iterator<Map.Entry<String, String>> iterator() {
        return live().iterator();
    }

    @Override
    public MutableHeaders add(HeaderName name, CharSequence value) {
        open().add(name, value);
        return this;
    }

    @Override
    public MutableHeaders set(HeaderName name, CharSequence value) {
        open().set(name, value);
        return this;
    }

    @Override
    public MutableHeaders add(HeaderName name, long value) {
        open().add(name, value);
        return this;
    }

    @Override
    public MutableHeaders set(HeaderName name, long value) {
        open().set(name, value);
        return this;
    }

    @Override
    public MutableHeaders remove(HeaderName name) {
        open().remove(name);
        return this;
    }

    @Override
    public MutableHeaders clear() {
        open().clear();
        return this;
    }

    @Override
    public Headers retain() {
        return live().retain();
    }

    @Override
    public String toString() {
        return live().toString();
    }
}
