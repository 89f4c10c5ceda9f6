package io.shockwave.internal.quic;

/**
 * Writes down what happens on one connection, as qlog in JSON-SEQ (draft-ietf-quic-qlog-main-schema, draft-ietf-quic-qlog-quic-events). Owned by a connection that was chosen to be
 * written down; the others have none.
 *
 * <p>Neither secrets, tokens nor the content of streams is written.
 */
final class QlogWriter {
    private static final String LOCAL = "local";
    private static final String REMOTE = "remote";
    private static final String HEADER = "header";
    private static final String TRIGGER = "trigger";
    /** In place of a metric that is not known. */
    static final long NONE = -1;

    private final QlogSink sink;
    private final long startNs;
    private final JsonRecord json = new JsonRecord();
    private final QlogFrames frames = new QlogFrames(json);
    private final FrameDecoder received;
    private final FrameDecoder sent;

    /**
     * Writes the first record.
     *
     * @param originalId the client's first Destination Connection ID, by which both ends' logs are found
     * @param nowNs times are told relative to this one
     */
    QlogWriter(QlogSink sink, boolean server, byte[] originalId, long nowNs) {
        this.sink = sink;
        this.startNs = nowNs;
        received = new FrameDecoder(server);
        sent = new FrameDecoder(!server);
        received.maxDatagramFrameBytes(Long.MAX_VALUE);
        sent.maxDatagramFrameBytes(Long.MAX_VALUE);
        json.begin().open('{').string("file_schema", "urn:ietf:params:qlog:file:sequential").string("serialization_format", "application/qlog+json-seq").object("trace")
                .object("common_fields").hex("group_id", originalId, 0, originalId.length).string("time_format", "relative_to_epoch").object("reference_time")
                .string("clock_type", "monotonic").string("epoch", "unknown").close('}').close('}').object("vantage_point").string("type", server ? "server" : "client").close('}')
                .list("event_schemas").element("urn:ietf:params:qlog:events:quic-12").close(']').close('}').close('}').endTo(sink);
    }

    private JsonRecord event(String name, long nowNs) {
        return json.begin().open('{').milliseconds("time", nowNs - startNs).string("name", name).object("data");
    }

    private void end() {
        json.close('}').close('}').endTo(sink);
    }

    /** A packet goes out; the payload is still plain. {@code packetBytes} counts header and tag, too. */
    void packetSent(PacketType type, long number, int packetBytes, byte[] buf, int payloadOff, int payloadLen, long nowNs) {
        packet("quic:packet_sent", sent, type, number, packetBytes, buf, payloadOff, payloadLen, nowNs);
    }

    /** A packet was opened. */
    void packetReceived(PacketType type, long number, int packetBytes, byte[] buf, int payloadOff, int payloadLen, long nowNs) {
        packet("quic:packet_received", received, type, number, packetBytes, buf, payloadOff, payloadLen, nowNs);
    }

    private void packet(String name, FrameDecoder decoder, PacketType type, long number, int packetBytes, byte[] buf, int payloadOff, int payloadLen, long nowNs) {
        event(name, nowNs);
        header(type, number);
        json.object("raw").number("length", packetBytes).close('}').list("frames");
        frames.begin();
        decoder.decode(type, buf, payloadOff, payloadLen, frames);
        json.close(']');
        end();
    }

    private void header(PacketType type, long number) {
        json.object(HEADER).string("packet_type", name(type));
        if (number >= 0) {
            json.number("packet_number", number);
        }
        json.close('}');
    }

    private static String name(PacketType type) {
        return switch (type) {
            case INITIAL -> "initial";
            case ZERO_RTT -> "0RTT";
            case HANDSHAKE -> "handshake";
            case RETRY -> "retry";
            case ONE_RTT -> "1RTT";
            case VERSION_NEGOTIATION -> "version_negotiation";
        };
    }

    /**
     * A packet was dropped.
     *
     * @param type {@code null} when it is not known
     * @param trigger one of the draft's words: decryption_failure, duplicate, key_unavailable, invalid, unsupported, connection_unknown, rejected, general
     */
    void packetDropped(PacketType type, int packetBytes, String trigger, long nowNs) {
        event("quic:packet_dropped", nowNs);
        if (type != null) {
            header(type, NONE);
        }
        json.object("raw").number("length", packetBytes).close('}').string(TRIGGER, trigger);
        end();
    }

    void packetLost(PacketType type, long number, long nowNs) {
        event("quic:packet_lost", nowNs);
        header(type, number);
        end();
    }

    /** The parameters that we sent, or that the peer sent. */
    void parametersSet(boolean local, TransportParameters set, long nowNs) {
        event("quic:parameters_set", nowNs).string("initiator", local ? LOCAL : REMOTE);
        id("original_destination_connection_id", set.originalDestinationId());
        id("initial_source_connection_id", set.initialSourceId());
        id("retry_source_connection_id", set.retrySourceId());
        json.flag("disable_active_migration", set.disableActiveMigration()).number("max_idle_timeout", set.idleTimeoutMs()).number("max_udp_payload_size", set.udpPayloadBytes())
                .number("ack_delay_exponent", set.ackDelayExponent()).number("max_ack_delay", set.maxAckDelayMs()).number("active_connection_id_limit", set.activeConnectionIdLimit())
                .number("initial_max_data", set.maxData()).number("initial_max_stream_data_bidi_local", set.maxStreamDataBidiLocal())
                .number("initial_max_stream_data_bidi_remote", set.maxStreamDataBidiRemote()).number("initial_max_stream_data_uni", set.maxStreamDataUni())
                .number("initial_max_streams_bidi", set.maxStreamsBidi()).number("initial_max_streams_uni", set.maxStreamsUni())
                .number("max_datagram_frame_size", set.maxDatagramFrameBytes()).flag("grease_quic_bit", set.greaseQuicBit());
        end();
    }

    private void id(String name, byte[] id) {
        if (id != null) {
            json.hex(name, id, 0, id.length);
        }
    }

    /** Round trips in nanoseconds, the pacing rate in bytes per second; {@link #NONE} for what is not known. */
    void metricsUpdated(long minRttNs, long smoothedRttNs, long latestRttNs, long rttVarianceNs, int ptoCount, long windowBytes, long inFlightBytes, long thresholdBytes, long pacingBytesPerSecond,
            long nowNs) {
        event("quic:recovery_metrics_updated", nowNs);
        time("min_rtt", minRttNs);
        time("smoothed_rtt", smoothedRttNs);
        time("latest_rtt", latestRttNs);
        time("rtt_variance", rttVarianceNs);
        json.number("pto_count", ptoCount).number("congestion_window", windowBytes).number("bytes_in_flight", inFlightBytes);
        if (thresholdBytes >= 0 && thresholdBytes != Long.MAX_VALUE) {
            json.number("ssthresh", thresholdBytes);
        }
        if (pacingBytesPerSecond >= 0 && pacingBytesPerSecond <= Long.MAX_VALUE / Byte.SIZE) {
            json.number("pacing_rate", pacingBytesPerSecond * Byte.SIZE);
        }
        end();
    }

    private void time(String name, long ns) {
        if (ns >= 0 && ns != Long.MAX_VALUE) {
            json.milliseconds(name, ns);
        }
    }

    /** The congestion controller went over to another state, in its own words. */
    void congestionState(String state, long nowNs) {
        event("quic:congestion_state_updated", nowNs).string("new", state);
        end();
    }

    /** The 1-RTT keys of both directions go over to this phase, because we or the peer began it. */
    void keyUpdated(boolean local, long phase, long nowNs) {
        keyUpdated("client_1rtt_secret", local, phase, nowNs);
        keyUpdated("server_1rtt_secret", local, phase, nowNs);
    }

    private void keyUpdated(String key, boolean local, long phase, long nowNs) {
        event("quic:key_updated", nowNs).string("key_type", key).number("key_phase", phase).string(TRIGGER, local ? "local_update" : "remote_update");
        end();
    }

    void mtuUpdated(int oldBytes, int newBytes, long nowNs) {
        event("quic:mtu_updated", nowNs).number("old", oldBytes).number("new", newBytes);
        end();
    }

    /**
     * The connection is closed, and the sink with it.
     *
     * @param trigger idle_timeout, application, error, version_mismatch, stateless_reset, aborted or unspecified
     */
    void connectionClosed(boolean local, long errorCode, boolean application, String reason, String trigger, long nowNs) {
        event("quic:connection_closed", nowNs).string("initiator", local ? LOCAL : REMOTE);
        json.string(application ? "application_error" : "connection_error", "unknown").number("error_code", errorCode);
        json.string("reason", reason.length() <= QlogFrames.MAX_REASON_BYTES ? reason : reason.substring(0, QlogFrames.MAX_REASON_BYTES)).string(TRIGGER, trigger);
        end();
        sink.close();
    }
}
