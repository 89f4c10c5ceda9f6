package io.shockwave.internal.tls13;

import io.shockwave.internal.exchange.RandomBytes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * What a server must know to resume a session, and its sealed form that only it can read: name of the key, nonce, and AES-GCM over the rest. Stateless tickets: the server
 * keeps nothing.
 *
 * @param peerChain the client's certificates; none if it showed none
 * @param id {@link #NONCE_BYTES} that no other ticket has
 */
record ServerTicket(CipherSuite suite, long issuedMs, int lifetimeS, long ageAdd, byte[] psk, String alpn, String serverName, byte[] sessionContext, byte[] earlyDataContext,
        X509Certificate[] peerChain, byte[] id) {
    static final int NONCE_BYTES = 12;
    /** A ticket goes into ClientHello, which is bounded. */
    static final int MAX_CHAIN_BYTES = 4_096;
    private static final int TAG_BITS = 128;
    private static final int FORM = 1;
    private static final X509Certificate[] NOBODY = {};
    private static final byte[] NOTHING = {};

    /** The sealed ticket; empty if it would be too long, or cannot be made. */
    byte[] seal(TicketKeys.Key key, RandomBytes random) {
        TlsWriter out = new TlsWriter(512);
        try {
            write(out);
            if (out.length() > MAX_CHAIN_BYTES + 1_280) {
                return NOTHING;
            }
            byte[] sealed = new byte[TicketKeys.NAME_BYTES + NONCE_BYTES + out.length() + TAG_BITS / 8];
            System.arraycopy(key.name(), 0, sealed, 0, TicketKeys.NAME_BYTES);
            random.fill(sealed, TicketKeys.NAME_BYTES, NONCE_BYTES);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key.key(), new GCMParameterSpec(TAG_BITS, sealed, TicketKeys.NAME_BYTES, NONCE_BYTES));
            cipher.updateAAD(key.name());
            cipher.doFinal(out.array(), 0, out.length(), sealed, TicketKeys.NAME_BYTES + NONCE_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            return NOTHING;
        } finally {
            out.wipe();
        }
    }

    private void write(TlsWriter out) throws GeneralSecurityException {
        out.u8(FORM);
        out.u16(suite.code());
        out.u64(issuedMs);
        out.u32(lifetimeS);
        out.u32(ageAdd);
        out.vector8(psk);
        out.vector8(alpn.getBytes(StandardCharsets.ISO_8859_1));
        out.vector8(serverName.getBytes(StandardCharsets.US_ASCII));
        out.vector8(sessionContext);
        out.vector8(earlyDataContext);
        for (X509Certificate certificate : peerChain) {
            out.vector16(certificate.getEncoded());
        }
    }

    /** The ticket in its sealed form, or null if it is not one of ours, or not of now. */
    static ServerTicket open(TicketKeys keys, byte[] buf, int off, int len, long nowMs) {
        int head = TicketKeys.NAME_BYTES + NONCE_BYTES;
        if (len <= head + TAG_BITS / 8) {
            return null;
        }
        TicketKeys.Key key = keys.find(buf, off, nowMs);
        if (key == null) {
            return null;
        }
        byte[] plain = NOTHING;
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key.key(), new GCMParameterSpec(TAG_BITS, buf, off + TicketKeys.NAME_BYTES, NONCE_BYTES));
            cipher.updateAAD(buf, off, TicketKeys.NAME_BYTES);
            plain = cipher.doFinal(buf, off + head, len - head);
            ServerTicket ticket = read(plain, Arrays.copyOfRange(buf, off + TicketKeys.NAME_BYTES, off + head));
            return ticket != null && nowMs >= ticket.issuedMs && nowMs < ticket.expiresMs() ? ticket : null;
        } catch (GeneralSecurityException e) {
            return null; // Not sealed by us.
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static ServerTicket read(byte[] plain, byte[] id) throws GeneralSecurityException {
        TlsReader in = new TlsReader().on(plain, 0, plain.length);
        int form = in.u8();
        CipherSuite suite = CipherSuite.ofCode(in.u16());
        long issuedMs = in.u64();
        int lifetimeS = (int) in.u32();
        long ageAdd = in.u32();
        byte[] psk = taken(in);
        String alpn = new String(taken(in), StandardCharsets.ISO_8859_1);
        String serverName = new String(taken(in), StandardCharsets.US_ASCII);
        byte[] sessionContext = taken(in);
        byte[] earlyDataContext = taken(in);
        X509Certificate[] chain = NOBODY;
        while (in.hasMore()) {
            int bytes = in.vector16(1);
            int from = in.skip(bytes);
            chain = Arrays.copyOf(chain, chain.length + 1);
            chain[chain.length - 1] = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(plain, from, bytes));
        }
        if (form != FORM || suite == null || in.isFailed()) {
            return null;
        }
        return new ServerTicket(suite, issuedMs, lifetimeS, ageAdd, psk, alpn, serverName, sessionContext, earlyDataContext, chain, id);
    }

    private static byte[] taken(TlsReader in) {
        int bytes = in.vector8(0);
        int from = in.skip(bytes);
        return Arrays.copyOfRange(in.array(), from, from + bytes);
    }

    long expiresMs() {
        return issuedMs + lifetimeS * 1_000L;
    }

    /** RFC 8446 8.3: when a ClientHello was sent that says this age of the ticket, by the clock that issued it. */
    long sentMs(long obfuscatedAge) {
        return issuedMs + (obfuscatedAge - ageAdd & 0xFFFF_FFFFL);
    }

    void wipe() {
        Arrays.fill(psk, (byte) 0);
    }
}
