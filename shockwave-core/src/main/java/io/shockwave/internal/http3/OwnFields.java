package io.shockwave.internal.http3;

/** The fields of a head that an engine writes beside the application's. Owned by an engine. */
interface OwnFields {
    /** The bytes that they can take at most, names and values encoded. */
    int mostBytes(Http3Stream s);

    /** The bytes that they count in a section (RFC 9114 4.2.2), at most. */
    long sectionBytes(Http3Stream s);

    /** Pseudo-header fields (RFC 9114 4.3). */
    void front(MessageWriter writer, Http3Stream s);

    /** What follows the application's fields. */
    void behind(MessageWriter writer, Http3Stream s);
}
