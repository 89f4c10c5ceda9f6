package io.shockwave.internal.exchange;

/**
 * What a peer did against the protocol: the status that answers it, the rule, and the words for a log or an exception. Immutable; returned, never thrown.
 */
public enum Violation {
    REQUEST_LINE_SYNTAX(400, "RFC 9112 3", "the request line is malformed"),
    REQUEST_LINE_TOO_LONG(414, "RFC 9112 3", "the request line is longer than the limit"),
    METHOD_UNKNOWN(501, "RFC 9110 15.6.2", "the method is not known"),
    VERSION_SYNTAX(400, "RFC 9112 2.3", "the HTTP version is malformed"),
    VERSION_UNSUPPORTED(505, "RFC 9110 15.6.6", "the HTTP version is not supported"),
    TARGET_SYNTAX(400, "RFC 9112 3.2", "the request-target is malformed"),
    TARGET_FORM(400, "RFC 9112 3.2", "the form of the request-target does not fit the method"),
    HEADER_NAME_SYNTAX(400, "RFC 9112 5.1", "a field name is malformed"),
    HEADER_VALUE_SYNTAX(400, "RFC 9110 5.5", "a field value holds a forbidden character"),
    HEADER_FOLDED(400, "RFC 9112 5.2", "a field line is folded"),
    LINE_ENDING(400, "RFC 9112 2.2", "a line does not end with CR LF"),
    HEADERS_TOO_LARGE(431, "RFC 6585 5", "the header section is larger than the limit"),
    HEADERS_TOO_MANY(431, "RFC 6585 5", "the header section has more fields than the limit"),
    HOST_MISSING(400, "RFC 9112 3.2", "the request has no Host field"),
    HOST_REPEATED(400, "RFC 9112 3.2", "the request has more than one Host field"),
    HOST_SYNTAX(400, "RFC 9112 3.2", "the Host field is malformed"),
    CONTENT_LENGTH_SYNTAX(400, "RFC 9112 6.3", "Content-Length is not one decimal number"),
    CONTENT_LENGTH_REPEATED(400, "RFC 9112 6.3", "there is more than one Content-Length"),
    CONTENT_LENGTH_WITH_CODING(400, "RFC 9112 6.1", "both Content-Length and Transfer-Encoding are present"),
    TRANSFER_CODING_UNSUPPORTED(501, "RFC 9112 6.1", "a transfer coding other than chunked is asked for"),
    TRANSFER_CODING_SYNTAX(400, "RFC 9112 6.1", "Transfer-Encoding is malformed, or chunked is not its one final coding"),
    TRANSFER_CODING_IN_1_0(400, "RFC 9112 6.1", "Transfer-Encoding in an HTTP/1.0 message"),
    EXPECTATION_UNKNOWN(417, "RFC 9110 10.1.1", "the expectation is not known"),
    CONTENT_FORBIDDEN(400, "RFC 9110 9.3", "content in a message that cannot have any"),
    BODY_TOO_LARGE(413, "RFC 9110 15.5.14", "the content is longer than the limit"),
    CHUNK_SIZE_SYNTAX(400, "RFC 9112 7.1", "a chunk size is malformed"),
    CHUNK_SIZE_OVERFLOW(400, "RFC 9112 7.1", "a chunk size is too large"),
    CHUNK_EXTENSION_SYNTAX(400, "RFC 9112 7.1.1", "a chunk extension is malformed"),
    CHUNK_EXTENSIONS_TOO_LARGE(400, "RFC 9112 7.1.1", "chunk extensions are larger than the limit"),
    CHUNK_END(400, "RFC 9112 7.1", "a chunk does not end with CR LF"),
    TRAILER_FORBIDDEN(400, "RFC 9110 6.5.1", "a trailer field is one that decides framing, routing or authentication"),
    STATUS_LINE_SYNTAX(502, "RFC 9112 4", "the status line is malformed"),
    STATUS_LINE_TOO_LONG(502, "RFC 9112 4", "the status line is longer than the limit"),
    INTERIM_TOO_MANY(502, "RFC 9110 15.2", "more interim responses than the limit"),
    RESPONSE_UNEXPECTED(502, "RFC 9112 9.2", "bytes of a response that nothing asked for"),
    UPGRADE_UNEXPECTED(502, "RFC 9110 7.8", "a switch to another protocol that nothing asked for"),
    HEAD_TIMEOUT(408, "RFC 9110 15.5.9", "the request did not arrive in time"),
    BODY_TOO_SLOW(408, "RFC 9110 15.5.9", "the content arrived too slowly"),
    FIELD_NAME_CASE(400, "RFC 9114 4.2", "a field name is empty, in upper case or no token"),
    CONNECTION_FIELD(400, "RFC 9114 4.2", "a field is there that manages an HTTP/1.1 connection"),
    PSEUDO_HEADER_UNKNOWN(400, "RFC 9114 4.3", "a pseudo-header field is not known, or does not belong into this section"),
    PSEUDO_HEADER_REPEATED(400, "RFC 9114 4.3", "a pseudo-header field comes twice"),
    PSEUDO_HEADER_LATE(400, "RFC 9114 4.3", "a pseudo-header field follows another field"),
    PSEUDO_HEADER_MISSING(400, "RFC 9114 4.3", "a pseudo-header field is missing"),
    AUTHORITY_CONFLICT(400, "RFC 9114 4.3.1", "Host differs from :authority"),
    SCHEME_UNSUPPORTED(400, "RFC 9114 4.3.1", "the scheme is neither https nor http"),
    STATUS_SYNTAX(502, "RFC 9114 4.3.2", "the status is not three digits, or 101"),
    CONTENT_LENGTH_MISMATCH(400, "RFC 9114 4.1.2", "the content is not as long as announced"),
    REQUEST_INCOMPLETE(400, "RFC 9114 4.1", "the stream ended before the message was complete"),
    CONNECTION_BROKEN(502, "RFC 9114 8", "the connection ended before the exchange was complete"),
    STREAM_RESET(502, "RFC 9114 4.1.1", "the peer reset the stream"),
    REQUEST_REJECTED(503, "RFC 9114 4.1.1", "the server did not process the request"),
    DATAGRAM_UNEXPECTED(502, "RFC 9297 2", "a datagram came for a request that cannot have any"),
    PUSH_CANCELLED(502, "RFC 9114 7.2.3", "the server cancelled the push"),
    SECTION_TOO_LARGE_FOR_PEER(502, "RFC 9114 4.2.2", "the header section is larger than what the peer accepts"),
    TRUNCATED(400, "RFC 9112 8", "the message ended before it was complete");

    private final int status;
    private final String rule;
    private final String text;

    Violation(int status, String rule, String text) {
        this.status = status;
        this.rule = rule;
        this.text = text;
    }

    /** The status that a server answers; 502 for what only responses can do. */
    public int status() {
        return status;
    }

    /** The section that was broken. */
    public String rule() {
        return rule;
    }

    /** What happened and the rule, as one sentence without a full stop. */
    public String text() {
        return text + " (" + rule + ')';
    }
}
