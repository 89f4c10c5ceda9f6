package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shockwave.AllocationGate;
import io.shockwave.internal.tls13.CipherSuite;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The bytes that a packet of 1,200 bytes allocates. */
class PacketProtectionAllocTest {
    private static final int PAYLOAD_BYTES = 1_150;
    private static final int OPERATIONS = 20_000;
    private static final int FEW_OPERATIONS = 200;
    private static final byte[] ID = new byte[8];

    /** One packet sent and received: headers, protection, frames. */
    private static final class RoundTrip implements AllocationGate.Operation {
        private final PacketProtection out;
        private final PacketProtection in;
        private final byte[] buf = new byte[1_500];
        private final PacketHeader header = new PacketHeader();
        private final FrameDecoder decoder = new FrameDecoder(true);
        private final AckRanges received = new AckRanges();
        private final FrameSink sink = new FrameChecks();
        private long number;

        RoundTrip(PacketProtectionProvider provider, CipherSuite suite) {
            out = provider.of(suite, QuicVersion.V1, new byte[suite.hashBytes()]);
            in = provider.of(suite, QuicVersion.V1, new byte[suite.hashBytes()]);
        }

        @Override
        public void run() {
            long sent = number++;
            int payloadOff = PacketEncoder.shortHeader(buf, 10, true, false, false, ID, 8, sent, 2);
            int at = received.write(buf, payloadOff, 100, 3);
            at = FrameEncoder.streamHeader(buf, at, 4, sent, PAYLOAD_BYTES, false, false);
            int end = PacketEncoder.seal(buf, 10, payloadOff, PAYLOAD_BYTES, sent, 2, out);
            boolean read = header.decode(buf, 10, end - 10, 8) == PacketHeader.Verdict.OK && header.unprotect(buf, in);
            long full = PacketNumbers.complete(header.truncatedNumber(), 2, received.largest());
            int plain = in.open(full, buf, header.start(), header.headerLength(), header.payloadLength());
            if (!read || full != sent || plain != PAYLOAD_BYTES || decoder.decode(PacketType.ONE_RTT, buf, payloadOff, plain, sink) != 0 || !received.add(full)) {
                throw new AssertionError("not what was sent");
            }
        }

        void wipe() {
            out.wipe();
            in.wipe();
        }
    }

    @ParameterizedTest
    @EnumSource
    void libcryptoAllocatesNothing(CipherSuite suite) throws Exception {
        assumeTrue(NativeProtectionProvider.isNative(suite), "no libcrypto");
        RoundTrip trip = new RoundTrip(NativeProtectionProvider.best(), suite);
        assertEquals(0, AllocationGate.bytesPerOp(OPERATIONS, trip));
        trip.wipe();
    }

    /** Nothing is left for a compiler to leave out. */
    @ParameterizedTest
    @EnumSource
    void libcryptoAllocatesNothingInTheInterpreter(CipherSuite suite) throws Exception {
        assumeTrue(NativeProtectionProvider.isNative(suite), "no libcrypto");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xint", "-XX:+UseSerialGC", "-Xmx128m", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), PacketProtectionAllocTest.class.getName(), suite.name()).redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals("0.0 bytes", told.strip());
    }

    /** Prints the bytes that a round trip allocates under the suite that is named. */
    public static void main(String[] args) throws Exception {
        RoundTrip trip = new RoundTrip(NativeProtectionProvider.best(), CipherSuite.valueOf(args[0]));
        System.out.println(AllocationGate.bytesPerOp(FEW_OPERATIONS, trip) + " bytes");
        trip.wipe();
    }

    /** Both ways together; what the JDK's own ciphers were seen to take on JDK 25, and a tenth on top for other builds of it. */
    @ParameterizedTest
    @CsvSource({"AES_128_GCM_SHA256, 2420", "AES_256_GCM_SHA384, 2460", "CHACHA20_POLY1305_SHA256, 9000"})
    void jcaAllocatesWhatItsCiphersDo(CipherSuite suite, int mostBytes) throws Exception {
        RoundTrip trip = new RoundTrip(new JcaProtectionProvider(), suite);
        double bytes = AllocationGate.bytesPerOp(OPERATIONS, trip);
        assertTrue(bytes <= mostBytes, bytes + " bytes for " + suite);
        trip.wipe();
    }

    @Test
    void maskingWithAesAllocatesNothing() throws Exception {
        AesHeaderMask mask = new AesHeaderMask(new byte[16]);
        byte[] sample = new byte[16];
        assertEquals(0, AllocationGate.bytesPerOp(OPERATIONS, () -> sample[0] += (byte) mask.mask(sample, 0)));
    }
}
