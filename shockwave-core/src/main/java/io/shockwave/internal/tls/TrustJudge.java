package io.shockwave.internal.tls;

import io.shockwave.internal.tls13.PeerJudge;
import io.shockwave.internal.tls13.TlsError;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;

/**
 * Judges a peer of a QUIC connection as {@link StrictTrustManager} judges one over TCP: a server for its host name, always, and by the JDK's path validation. Thread-safe; but
 * {@link #refusal} tells of the last one that was judged, and is of use where each connection has a judge of its own.
 */
public final class TrustJudge implements PeerJudge {
    private final StrictTrustManager trust;
    /** Empty for a judge of clients. */
    private final String host;
    private volatile String refusal = "";

    private TrustJudge(StrictTrustManager trust, String host) {
        this.trust = trust;
        this.host = host;
    }

    /** @param host as {@link HostNames#normal} gives it, not empty */
    static TrustJudge ofServer(StrictTrustManager trust, String host) {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("no host name to verify the certificate against");
        }
        return new TrustJudge(trust, host);
    }

    static TrustJudge ofClients(StrictTrustManager trust) {
        return new TrustJudge(trust, "");
    }

    @Override
    public int judge(X509Certificate[] chain) {
        try {
            if (host.isEmpty()) {
                trust.judgeClient(chain);
            } else {
                trust.judgeServer(chain, host);
            }
            return TlsError.NONE;
        } catch (CertificateException e) {
            refusal = String.valueOf(e.getMessage());
            return alert(e);
        } catch (RuntimeException e) {
            refusal = "the certificate cannot be judged: " + e; // Nothing that a stranger sends may end the thread.
            return TlsError.BAD_CERTIFICATE;
        }
    }

    @Override
    public long untilMs(X509Certificate[] chain) {
        long untilMs = Long.MAX_VALUE;
        for (X509Certificate certificate : chain) {
            untilMs = Math.min(untilMs, certificate.getNotAfter().getTime());
        }
        return untilMs;
    }

    /** In words, why the last one was refused; empty if none was. */
    public String refusal() {
        return refusal;
    }

    /** RFC 8446 6.2, as far as the JDK tells the reason. */
    private static int alert(CertificateException refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case CertificateExpiredException _ -> {
                    return TlsError.CERTIFICATE_EXPIRED;
                }
                case CertificateNotYetValidException _ -> {
                    return TlsError.BAD_CERTIFICATE;
                }
                case CertPathValidatorException e when e.getReason() instanceof CertPathValidatorException.BasicReason reason -> {
                    return switch (reason) {
                        case EXPIRED -> TlsError.CERTIFICATE_EXPIRED;
                        case REVOKED -> TlsError.CERTIFICATE_REVOKED;
                        case INVALID_SIGNATURE, NOT_YET_VALID -> TlsError.BAD_CERTIFICATE;
                        case ALGORITHM_CONSTRAINED -> TlsError.UNSUPPORTED_CERTIFICATE;
                        case UNDETERMINED_REVOCATION_STATUS, UNSPECIFIED -> TlsError.CERTIFICATE_UNKNOWN;
                    };
                }
                case CertPathBuilderException e when e.getCause() == null -> {
                    return TlsError.UNKNOWN_CA;
                }
                default -> { }
            }
        }
        return TlsError.CERTIFICATE_UNKNOWN;
    }
}
