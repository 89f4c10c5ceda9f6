package io.shockwave.internal.tls13;

import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** Signatures (RFC 8446 4.2.3): what a CertificateVerify may be made with, and what only certificates are signed with. */
public enum SignatureScheme {
    ECDSA_SECP256R1_SHA256(0x0403, "SHA256withECDSA", "EC", 256),
    ECDSA_SECP384R1_SHA384(0x0503, "SHA384withECDSA", "EC", 384),
    ECDSA_SECP521R1_SHA512(0x0603, "SHA512withECDSA", "EC", 521),
    ED25519(0x0807, "Ed25519", "Ed25519", 0),
    RSA_PSS_RSAE_SHA256(0x0804, "RSASSA-PSS", "RSA", 256),
    RSA_PSS_RSAE_SHA384(0x0805, "RSASSA-PSS", "RSA", 384),
    RSA_PSS_RSAE_SHA512(0x0806, "RSASSA-PSS", "RSA", 512),
    RSA_PSS_PSS_SHA256(0x0809, "RSASSA-PSS", "RSASSA-PSS", 256),
    RSA_PSS_PSS_SHA384(0x080A, "RSASSA-PSS", "RSASSA-PSS", 384),
    RSA_PSS_PSS_SHA512(0x080B, "RSASSA-PSS", "RSASSA-PSS", 512),
    /** In certificates alone. */
    RSA_PKCS1_SHA256(0x0401, "", "RSA", 256),
    RSA_PKCS1_SHA384(0x0501, "", "RSA", 384),
    RSA_PKCS1_SHA512(0x0601, "", "RSA", 512);

    /** What peers may sign with: all, best first. */
    public static final SignatureScheme[] ALL = values();
    /** Shorter keys are refused on both sides: NIST SP 800-131A has not allowed them since 2013. */
    public static final int MIN_RSA_BITS = 2_048;

    private final int code;
    private final String algorithm;
    private final String keyAlgorithm;
    private final int bits;

    SignatureScheme(int code, String algorithm, String keyAlgorithm, int bits) {
        this.code = code;
        this.algorithm = algorithm;
        this.keyAlgorithm = keyAlgorithm;
        this.bits = bits;
    }

    /** The scheme of a code point, or null for one that is not spoken here. */
    static SignatureScheme ofCode(int code) {
        for (SignatureScheme scheme : ALL) {
            if (scheme.code == code) {
                return scheme;
            }
        }
        return null;
    }

    /** The code point of the registry. */
    public int code() {
        return code;
    }

    /** The name by which JCA knows it; empty if nothing but certificates may be signed with it. */
    public String algorithm() {
        return algorithm;
    }

    /** Whether JCA needs {@link #pssParameters}. */
    public boolean isPss() {
        return algorithm.equals("RSASSA-PSS");
    }

    /** RFC 8446 4.2.3: MGF1 with the same hash, and a salt as long as it. */
    public PSSParameterSpec pssParameters() {
        String hash = "SHA-" + bits;
        return new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), bits / 8, PSSParameterSpec.TRAILER_FIELD_BC);
    }

    /** Whether a CertificateVerify may be made with it (RFC 8446 4.4.3). */
    public boolean isForHandshake() {
        return !algorithm.isEmpty();
    }

    /** Whether the key of a certificate can be used with it: in TLS 1.3 the scheme names the curve as well. */
    public boolean fits(PublicKey key) {
        if (!isForHandshake()) {
            return false;
        }
        return switch (key) {
            case ECKey ec -> keyAlgorithm.equals("EC") && ec.getParams().getCurve().getField().getFieldSize() == bits;
            case EdECKey ed -> keyAlgorithm.equals(ed.getParams().getName());
            case RSAKey rsa -> keyAlgorithm.equals(key.getAlgorithm()) && rsa.getModulus().bitLength() >= MIN_RSA_BITS;
            case null, default -> false;
        };
    }
}
