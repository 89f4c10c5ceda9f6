package io.shockwave.internal.quic;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

class PacketFuzzTest {
    private static final PacketType[] WITH_FRAMES = {PacketType.INITIAL, PacketType.ZERO_RTT, PacketType.HANDSHAKE, PacketType.ONE_RTT};

    /** A datagram: packets follow each other within it, and nothing of it is read twice. */
    @FuzzTest(maxDuration = "10m")
    void datagram(byte[] data) {
        PacketHeader header = new PacketHeader();
        PacketProtection protection = new JcaProtectionProvider().initial(QuicVersion.V1, new byte[8], 0, 8, true);
        byte[] buf = Arrays.copyOf(data, data.length + 30);
        int off = 0;
        while (off < data.length) {
            PacketHeader.Verdict verdict = header.decode(buf, off, data.length - off, 8);
            if (verdict != PacketHeader.Verdict.OK) {
                check(header.type() == null, "a type of what was dropped");
                break;
            }
            check(header.start() == off && header.end() > off && header.end() <= data.length, "bounds");
            check(header.destinationOff() + header.destinationLength() <= header.end() && header.sourceOff() + header.sourceLength() <= header.end(), "ids");
            check(header.tokenLength() == 0 || header.tokenOff() + header.tokenLength() <= header.end(), "token");
            if (header.type() == PacketType.VERSION_NEGOTIATION) {
                check(header.offeredVersions() > 0, "no versions");
                header.offeredVersion(buf, header.offeredVersions() - 1);
            } else if (header.type() == PacketType.RETRY) {
                check(!new RetryIntegrity(header.version()).isGenuine(buf, header, new byte[3], 0, 3), "forged");
            } else if (header.unprotect(buf, protection)) {
                check(header.payloadLength() >= PacketHeader.SAMPLE_BYTES && header.start() + header.headerLength() + header.payloadLength() == header.end(), "payload");
                check(protection.open(header.truncatedNumber(), buf, off, header.headerLength(), header.payloadLength()) < 0, "forged");
            }
            off = header.end();
        }
        protection.wipe();
    }

    /** The payload of a packet; the first byte says of which and to whom. */
    @FuzzTest(maxDuration = "10m")
    void frames(byte[] data) {
        if (data.length == 0) {
            return;
        }
        byte[] payload = Arrays.copyOfRange(data, 1, data.length);
        FrameDecoder decoder = new FrameDecoder((data[0] & 4) != 0);
        decoder.maxDatagramFrameBytes((data[0] & 8) == 0 ? 0 : 50);
        PacketType packet = WITH_FRAMES[data[0] & 3];
        int error = decoder.decode(packet, payload, 0, payload.length, new FrameChecks());
        check(error == 0 || error == QuicError.FRAME_ENCODING_ERROR || error == QuicError.PROTOCOL_VIOLATION || error == QuicError.STREAM_STATE_ERROR, "another error");
        check(error == 0 || decoder.frameType() >= 0, "no type");
    }

    @FuzzTest(maxDuration = "10m")
    void transportParameters(byte[] data) {
        boolean fromServer = data.length % 2 == 0;
        TransportParameters got = new TransportParameters();
        int error = TransportParametersDecoder.decode(data, 0, data.length, fromServer, got);
        check(error == 0 || error == QuicError.TRANSPORT_PARAMETER_ERROR, "another error");
        if (error != 0) {
            return;
        }
        check(got.initialSourceId() != null && got.ackDelayExponent() <= 20 && got.maxAckDelayMs() < 16_384 && got.activeConnectionIdLimit() >= 2 && got.udpPayloadBytes() >= 1_200, "ranges");
        check(fromServer || got.statelessResetToken() == null && !got.hasPreferredAddress() && got.originalDestinationId() == null && got.retrySourceId() == null, "the server's alone");
        byte[] again = new byte[TransportParametersEncoder.MAX_BYTES + data.length];
        int end = TransportParametersEncoder.encode(got, again, 0, 0);
        check(TransportParametersDecoder.decode(again, 0, end, fromServer, new TransportParameters()) == 0, "what was accepted is refused when it is written again");
    }

    /** Nobody makes a token without the key. */
    @FuzzTest(maxDuration = "10m")
    void tokens(byte[] data) {
        AddressTokens tokens = new AddressTokens(new SeededBytes(1), new TokenKeys(new SeededBytes(1), 0));
        PeerAddress peer = PeerAddress.ofIpv4(0x7f000001, 443);
        AddressTokens.Verdict verdict = tokens.judge(data, 0, data.length, QuicVersion.V1, peer, data, 0, Math.min(20, data.length), 1);
        boolean likeRetry = data.length > 0 && (data[0] & 1) == AddressTokens.RETRY;
        check(verdict == AddressTokens.Verdict.UNKNOWN || verdict == AddressTokens.Verdict.INVALID && likeRetry, "forged");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
