package io.shockwave.internal.tls13;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A certificate with its chain and key, made ready once: its part of the Certificate message and what its key can sign with. Immutable. */
public final class TlsCredential {
    private static final SignatureScheme[] NOTHING = {};

    private final X509Certificate[] chain;
    private final PrivateKey key;
    private final byte[] certificateList;
    private final SignatureScheme[] schemes;

    /** @throws IllegalArgumentException if the chain is empty, cannot be written, or is longer than a Certificate message can be */
    public TlsCredential(List<X509Certificate> chain, PrivateKey key) {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate");
        }
        this.chain = chain.toArray(new X509Certificate[0]);
        this.key = key;
        this.certificateList = written(this.chain);
        this.schemes = usable(this.chain[0].getPublicKey());
    }

    private static byte[] written(X509Certificate[] chain) {
        try {
            TlsWriter out = new TlsWriter(2_048);
            int list = out.open24();
            for (X509Certificate certificate : chain) {
                byte[] der = certificate.getEncoded();
                int entry = out.open24();
                out.bytes(der, 0, der.length);
                out.close24(entry);
                out.u16(0); // No extensions of the entry: no OCSP response, no SCT.
            }
            out.close24(list);
            if (out.length() > HandshakeType.MAX_CERTIFICATE_BYTES - 8 || chain.length > HandshakeType.MAX_CHAIN) {
                throw new IllegalArgumentException("a chain of " + chain.length + " certificates and " + out.length() + " bytes is longer than peers take");
            }
            return out.copy();
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate cannot be written", e);
        }
    }

    private static SignatureScheme[] usable(PublicKey key) {
        List<SignatureScheme> usable = new ArrayList<>();
        for (SignatureScheme scheme : SignatureScheme.ALL) {
            if (scheme.fits(key)) {
                usable.add(scheme);
            }
        }
        return usable.toArray(NOTHING);
    }

    X509Certificate[] chain() {
        return chain;
    }

    PrivateKey key() {
        return key;
    }

    /** The certificate_list of RFC 8446 4.4.2 with its length. */
    byte[] certificateList() {
        return certificateList;
    }

    /** The first of this key's schemes that stands in the peer's list of code points, or null. */
    SignatureScheme schemeFor(byte[] buf, int off, int len) {
        for (SignatureScheme scheme : schemes) {
            if (ExtensionBlock.lists16(buf, off, len, scheme.code())) {
                return scheme;
            }
        }
        return null;
    }

    /** RFC 8446 4.2.4: whether one of the authorities (DER of names) stands in the chain; without authorities any chain will do. */
    boolean isIssuedByOne(List<byte[]> authorities) {
        if (authorities.isEmpty()) {
            return true;
        }
        for (X509Certificate certificate : chain) {
            byte[] issuer = certificate.getIssuerX500Principal().getEncoded();
            for (byte[] authority : authorities) {
                if (Arrays.equals(issuer, authority)) {
                    return true;
                }
            }
        }
        return false;
    }
}
