package io.shockwave.internal.quic;

/** The congestion controllers to choose from. */
public enum CongestionChoice {
    /** RFC 9438 with HyStart++ (RFC 9406). */
    CUBIC,
    /** Version 3: models bandwidth and round-trip time. */
    BBR,
    /** RFC 9002 7. */
    NEW_RENO
}
