package io.shockwave.internal.dispatch.client;

import io.shockwave.client.ClientRequest;
import io.shockwave.client.ClientResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** A send on a virtual thread of its own; cancelling interrupts that thread, and so ends exactly this exchange. Thread-safe. */
final class SendFuture extends CompletableFuture<ClientResponse> {
    private final ClientRequest request;
    private volatile Thread thread;

    private SendFuture(ClientRequest request) {
        this.request = request;
    }

    static SendFuture start(ClientRequest request) {
        SendFuture future = new SendFuture(request);
        future.thread = Thread.ofVirtual().name("shockwave-client-send").unstarted(future::run);
        future.thread.start();
        return future;
    }

    private void run() {
        try {
            if (isDone()) {
                return;
            }
            ClientResponse response = request.send();
            if (!complete(response)) {
                response.close(); // cancelled at the last moment: nobody else will close it
            }
        } catch (IOException | RuntimeException | Error e) {
            completeExceptionally(e);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            thread.interrupt();
        }
        return cancelled;
    }

    /** Stages that depend on this one are plain futures: cancelling them leaves the exchange alone. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
