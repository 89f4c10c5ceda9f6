package io.shockwave.internal.dispatch.client;

import io.shockwave.client.ShockwaveClient;

/**
 * What a client has lent to exchanges in progress, which it does not itself refer to; for the memory profiler. Immutable.
 *
 * @param exchanges lent now
 * @param mostExchanges lent at once, ever
 * @param buffers lent now
 * @param mostBuffers lent at once, ever
 * @param bufferBytes capacity of one
 * @param sample an exchange as the lent ones are, to measure
 */
public record ClientLoans(int exchanges, int mostExchanges, int buffers, int mostBuffers, int bufferBytes, Object sample) {
    public static ClientLoans of(ShockwaveClient client) {
        if (!(client instanceof PooledClient pooled)) {
            throw new IllegalArgumentException("not a client of this library: " + client.getClass().getName());
        }
        return new ClientLoans(pooled.exchanges.lent(), pooled.exchanges.mostLent(), pooled.buffers.lent(), pooled.buffers.mostLent(), BufferStore.BUFFER_BYTES, new ClientExchange(pooled));
    }
}
