package io.shockwave.internal.tls13;

import java.security.cert.X509Certificate;

/** Decides whether the peer's certificate is to be believed; on a client for one host name, which is always checked. Made in ring 2. */
public interface PeerJudge {
    /** @param chain the peer's own certificate first; @return 0, or the {@link TlsError} to end the handshake with */
    int judge(X509Certificate[] chain);

    /** Until when a chain that was believed may be, in ms since 1970: for so long a client resumes the session. */
    default long untilMs(X509Certificate[] chain) {
        return Long.MAX_VALUE;
    }
}
