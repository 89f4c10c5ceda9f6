package io.shockwave.tuning;

import io.shockwave.Tls;
import io.shockwave.internal.pool.UrlEntry;
import java.net.SocketAddress;
import java.util.List;

/**
 * What load threads do. Immutable.
 *
 * @param url where to
 * @param address resolved once
 * @param tls trust for https
 * @param requests sent in turn by each connection
 * @param rate requests a second in all; 0 for a closed loop, in which each connection asks again as soon as it was answered
 * @param drainNs how long answers may take after the end
 */
record LoadPlan(UrlEntry url, SocketAddress address, Tls tls, List<Replay> requests, double rate, long drainNs) {
    LoadPlan {
        requests = List.copyOf(requests);
    }
}
