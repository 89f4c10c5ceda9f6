package io.shockwave.internal.dispatch.client;

/** Lends exchanges until their responses are closed. Thread-safe. */
final class ExchangeStore extends Lender<ClientExchange> {
    /** What stays after a burst; an exchange holds two header blocks of the tier's size and no buffers. */
    static final int MAX_KEPT = 32;

    private final PooledClient client;

    ExchangeStore(PooledClient client) {
        super(new ClientExchange[MAX_KEPT]);
        this.client = client;
    }

    @Override
    ClientExchange make() {
        return new ClientExchange(client);
    }

    ClientExchange take() {
        return lend();
    }

    /** Ends the exchange's views and takes it back. */
    void giveBack(ClientExchange exchange) {
        exchange.recycle();
        takeBack(exchange, true);
    }
}
