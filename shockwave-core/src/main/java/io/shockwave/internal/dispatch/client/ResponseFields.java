package io.shockwave.internal.dispatch.client;

import io.shockwave.Ascii;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.Span;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a response, with windows of their own: the block below is recycled and serves another request after the close, so whoever keeps this object or a
 * window of it too long must get an exception and never another's bytes. Owned by a response.
 */
final class ResponseFields implements Headers {
    private final PooledResponse response;
    private final boolean trailers;
    // Made when first asked for: many look at one value, or none.
    private Span name;
    private Span evenValue;
    private Span oddValue;
    private int values;

    ResponseFields(PooledResponse response, boolean trailers) {
        this.response = response;
        this.trailers = trailers;
    }

    private HeaderBlock block() {
        ClientExchange exchange = response.exchange();
        return trailers ? exchange.x.receivedTrailers() : exchange.x.received;
    }

    private HeaderBlock block(int index) {
        HeaderBlock block = block();
        if (index < 0 || index >= block.size()) {
            throw new IndexOutOfBoundsException("field " + index + " of " + block.size());
        }
        return block;
    }

    @Override
    public int size() {
        ClientExchange exchange = response.exchange();
        return trailers && !exchange.x.hasReceivedTrailers() ? 0 : block().size();
    }

    @Override
    public Optional<String> first(HeaderName wanted) {
        return block().first(wanted);
    }

    @Override
    public List<String> all(HeaderName wanted) {
        return block().all(wanted);
    }

    @Override
    public int indexOf(HeaderName wanted, int from) {
        return block().indexOf(wanted, from);
    }

    @Override
    public Ascii name(int index) {
        HeaderBlock block = block(index);
        int id = block.id(index);
        if (id < 0) {
            return name().set(block.bytes(), block.nameOff(index), block.nameLen(index));
        }
        HeaderName known = HeaderName.byId(id);
        return name().set(known.wireBytes(), 0, known.length());
    }

    @Override
    public Ascii value(int index) {
        HeaderBlock block = block(index);
        return ((values++ & 1) == 0 ? evenValue() : oddValue()).set(block.bytes(), block.valueOff(index), block.valueLen(index));
    }

    private Span name() {
        if (name == null) {
            name = new Span(response);
        }
        return name;
    }

    private Span evenValue() {
        if (evenValue == null) {
            evenValue = new Span(response);
        }
        return evenValue;
    }

    private Span oddValue() {
        if (oddValue == null) {
            oddValue = new Span(response);
        }
        return oddValue;
    }

    @Override
    public Iterator<Map.Entry<String, String>> iterator() {
        return block().iterator();
    }

    @Override
    public Headers retain() {
        return block().retain();
    }

    @Override
    public String toString() {
        return block().toString();
    }
}
