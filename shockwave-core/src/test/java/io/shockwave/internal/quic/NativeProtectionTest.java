package io.shockwave.internal.quic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shockwave.internal.tls13.CipherSuite;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** libcrypto against JCA. Skipped where the library is not there or the JVM is not allowed to call it. */
class NativeProtectionTest {
    private static void assumeNative(CipherSuite suite) {
        assumeTrue(NativeProtectionProvider.isNative(suite), "no libcrypto");
    }

    /** On the machines that build this the library is there, so that the tests below are not skipped unnoticed. */
    @Test
    void aLibraryThatIsThereIsUsed() {
        assumeTrue(Libcrypto.isLoaded(), "no libcrypto");
        for (CipherSuite suite : CipherSuite.values()) {
            assertTrue(NativeProtectionProvider.isNative(suite), suite::toString);
        }
        assertEquals("libcrypto", NativeProtectionProvider.best().name());
    }

    @ParameterizedTest
    @EnumSource
    void bothSealAndMaskAlikeAndOpenEachOthers(CipherSuite suite) {
        assumeNative(suite);
        Random random = new Random(suite.ordinal());
        for (int round = 0; round < 40; round++) {
            byte[] secret = new byte[suite.hashBytes()];
            random.nextBytes(secret);
            QuicVersion version = round % 2 == 0 ? QuicVersion.V1 : QuicVersion.V2;
            PacketProtection ours = NativeProtectionProvider.best().of(suite, version, secret);
            PacketProtection reference = new JcaProtectionProvider().of(suite, version, secret);
            for (int phase = 0; phase < 3; phase++) {
                for (int i = 0; i < 20; i++) {
                    int off = random.nextInt(30);
                    int headerLen = 1 + random.nextInt(40);
                    int len = i == 0 ? 0 : random.nextInt(i == 1 ? 60_000 : 1_500);
                    byte[] plain = new byte[off + headerLen + len + PacketProtection.TAG_BYTES + random.nextInt(9)];
                    random.nextBytes(plain);
                    long number = random.nextLong(PacketNumbers.MAX);
                    byte[] one = plain.clone();
                    byte[] two = plain.clone();
                    assertEquals(reference.seal(number, two, off, headerLen, len), ours.seal(number, one, off, headerLen, len));
                    assertArrayEquals(two, one);
                    int sampleOff = one.length - PacketHeader.SAMPLE_BYTES;
                    assertEquals(reference.mask(two, sampleOff), ours.mask(one, sampleOff));
                    assertEquals(reference.mask(two, sampleOff), ours.mask(one, sampleOff), "the same sample twice");
                    assertEquals(len, ours.open(number, one, off, headerLen, len + PacketProtection.TAG_BYTES));
                    assertEquals(len, reference.open(number, two, off, headerLen, len + PacketProtection.TAG_BYTES));
                    assertArrayEquals(two, one);
                }
                PacketProtection next = ours.nextPhase();
                ours.wipe();
                ours = next;
                next = reference.nextPhase();
                reference.wipe();
                reference = next;
            }
            ours.wipe();
            reference.wipe();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyContextIsFreedOnce(CipherSuite suite) {
        assumeNative(suite);
        int before = Libcrypto.contexts();
        for (int round = 0; round < 500; round++) {
            PacketProtection first = NativeProtectionProvider.best().of(suite, QuicVersion.V1, new byte[suite.hashBytes()]);
            assertTrue(Libcrypto.contexts() > before);
            PacketProtection second = first.nextPhase();
            PacketProtection third = second.nextPhase();
            first.wipe();
            third.wipe();
            third.wipe();
            assertTrue(Libcrypto.contexts() > before);
            second.wipe();
            assertEquals(before, Libcrypto.contexts());
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingFreedIsUsed(CipherSuite suite) {
        assumeNative(suite);
        PacketProtection one = NativeProtectionProvider.best().of(suite, QuicVersion.V1, new byte[suite.hashBytes()]);
        one.wipe();
        assertThrows(IllegalStateException.class, () -> one.seal(1, new byte[100], 0, 10, 10));
        assertThrows(IllegalStateException.class, () -> one.open(1, new byte[100], 0, 10, 30));
    }

    /** The library writes where it is told: outside of the array it must not be told. */
    @ParameterizedTest
    @EnumSource
    void whatLiesOutsideOfTheArrayIsNotTouched(CipherSuite suite) {
        assumeNative(suite);
        PacketProtection one = NativeProtectionProvider.best().of(suite, QuicVersion.V1, new byte[suite.hashBytes()]);
        assertThrows(IndexOutOfBoundsException.class, () -> one.seal(1, new byte[100], 0, 10, 91));
        assertThrows(IndexOutOfBoundsException.class, () -> one.seal(1, new byte[100], 0, 10, 75), "no room for the tag");
        assertThrows(IndexOutOfBoundsException.class, () -> one.seal(1, new byte[100], 95, 10, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> one.seal(1, new byte[100], -1, 10, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> one.open(1, new byte[100], 0, 10, 91));
        one.wipe();
    }
}
