package io.shockwave.internal.tls13;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which key makes which signatures (RFC 8446 4.2.3). */
class SignatureSchemeTest {
    private static KeyPair pair(String algorithm, AlgorithmParameterSpec... of) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (of.length > 0) {
            generator.initialize(of[0]);
        }
        return generator.generateKeyPair();
    }

    private static KeyPair rsa(String algorithm, int bits) throws GeneralSecurityException {
        return pair(algorithm, new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
    }

    private static List<Integer> fitting(KeyPair pair) throws GeneralSecurityException {
        List<Integer> codes = new ArrayList<>();
        for (SignatureScheme scheme : SignatureScheme.ALL) {
            assertEquals(scheme, SignatureScheme.ofCode(scheme.code()));
            if (scheme.fits(pair.getPublic())) {
                codes.add(scheme.code());
                assertVerifies(scheme, pair);
            }
        }
        return codes;
    }

    /** Signed by ours, verified by the JDK as the RFC words it. */
    private static void assertVerifies(SignatureScheme scheme, KeyPair pair) throws GeneralSecurityException {
        byte[] content = {0, 1, 2, 3, 4};
        byte[] made = TlsRig.keys().sign(scheme, pair.getPrivate(), content, 1, 3);
        Signature signature = Signature.getInstance(scheme.isPss() ? "RSASSA-PSS" : scheme.algorithm());
        if (scheme.isPss()) {
            int hash = switch (scheme.code() & 0xF) {
                case 4, 9 -> 32;
                case 5, 0xA -> 48;
                default -> 64;
            };
            assertEquals(hash, scheme.pssParameters().getSaltLength());
            assertEquals("SHA-" + hash * 8, scheme.pssParameters().getDigestAlgorithm());
            signature.setParameter(scheme.pssParameters());
        }
        signature.initVerify(pair.getPublic());
        signature.update(content, 1, 3);
        assertTrue(signature.verify(made), scheme::name);
    }

    @Test
    void eachKindOfKeyHasItsSchemes() throws GeneralSecurityException {
        assertEquals(List.of(0x0403), fitting(pair("EC", new ECGenParameterSpec("secp256r1"))));
        assertEquals(List.of(0x0503), fitting(pair("EC", new ECGenParameterSpec("secp384r1"))));
        assertEquals(List.of(0x0603), fitting(pair("EC", new ECGenParameterSpec("secp521r1"))));
        assertEquals(List.of(0x0807), fitting(pair("Ed25519")));
        assertEquals(List.of(), fitting(pair("Ed448")));
        assertEquals(List.of(0x0804, 0x0805, 0x0806), fitting(rsa("RSA", 2_048)));
        assertEquals(List.of(0x0809, 0x080A, 0x080B), fitting(rsa("RSASSA-PSS", 2_048)));
    }

    @Test
    void shortRsaKeysDoNotServe() throws GeneralSecurityException {
        assertEquals(List.of(), fitting(rsa("RSA", SignatureScheme.MIN_RSA_BITS - 1)));
    }

    @Test
    void whatOnlyCertificatesAreSignedWithServesNoHandshake() {
        for (int code : new int[] {0x0401, 0x0501, 0x0601}) {
            assertFalse(SignatureScheme.ofCode(code).isForHandshake());
        }
    }

    @Test
    void aKeyThatCannotSignMakesNoSignature() throws GeneralSecurityException {
        assertEquals(0, TlsRig.keys().sign(SignatureScheme.ECDSA_SECP256R1_SHA256, pair("Ed25519").getPrivate(), new byte[1], 0, 1).length);
    }
}
