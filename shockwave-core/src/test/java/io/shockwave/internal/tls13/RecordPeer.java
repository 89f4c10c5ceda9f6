package io.shockwave.internal.tls13;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The handshake of QUIC in the records of RFC 8446 5 over a TCP socket, so that stacks without QUIC can be its peers: they need only carry the extension for transport parameters.
 */
final class RecordPeer implements TlsSink, AutoCloseable {
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int DATA = 23;

    /** Protection of one direction (RFC 8446 5.2, 5.3). */
    private static final class Protection {
        private final CipherSuite suite;
        private final byte[] key;
        private final byte[] iv = new byte[12];
        private long sequence;

        Protection(CipherSuite suite, byte[] secret) {
            this.suite = suite;
            key = new byte[suite.keyBytes()];
            Hkdf hkdf = new Hkdf(suite);
            hkdf.expandLabel(secret, "key", new byte[0], key, 0, key.length);
            hkdf.expandLabel(secret, "iv", new byte[0], iv, 0, iv.length);
        }

        byte[] run(int mode, byte[] header, byte[] content) throws IOException {
            byte[] nonce = iv.clone();
            for (int i = 0; i < 8; i++) {
                nonce[11 - i] ^= (byte) (sequence >>> (8 * i));
            }
            sequence++;
            boolean gcm = suite != CipherSuite.CHACHA20_POLY1305_SHA256;
            try {
                Cipher cipher = Cipher.getInstance(gcm ? "AES/GCM/NoPadding" : "ChaCha20-Poly1305");
                cipher.init(mode, new SecretKeySpec(key, gcm ? "AES" : "ChaCha20"), gcm ? new GCMParameterSpec(128, nonce) : new IvParameterSpec(nonce));
                cipher.updateAAD(header);
                return cipher.doFinal(content);
            } catch (GeneralSecurityException e) {
                throw new IOException("a record that does not open", e);
            }
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Map<EncryptionLevel, Protection> reading = new EnumMap<>(EncryptionLevel.class);
    private final Map<EncryptionLevel, Protection> writing = new EnumMap<>(EncryptionLevel.class);
    final List<SessionTicket> tickets = new ArrayList<>();
    final TlsEngine engine;
    /** The alert that the peer sent; 0 if none. */
    int alert;
    String peerParameters = "";

    RecordPeer(Socket socket, TlsClientSettings settings) throws IOException {
        this.socket = socket;
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        engine = TlsEngine.client(settings, this, TlsRig.keys(), TlsRig.random());
    }

    RecordPeer(Socket socket, TlsServerSettings settings) throws IOException {
        this.socket = socket;
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        engine = TlsEngine.server(settings, this, TlsRig.keys(), TlsRig.random());
        ((ServerHandshake) engine.handshake()).silentOnQuic = true;
    }

    /** Until the handshake is complete or has failed. @return the error of this side, or 0 */
    int handshake() throws IOException {
        engine.start(System.currentTimeMillis());
        while (!engine.isComplete() && engine.error() == 0 && alert == 0) {
            readRecord(new ByteArrayOutputStream());
        }
        if (engine.error() != 0) {
            byte[] fatal = {2, (byte) engine.error()};
            write(writing.get(EncryptionLevel.HANDSHAKE), ALERT, fatal, 0, 2);
        }
        return engine.error();
    }

    void send(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        write(writing.get(EncryptionLevel.APPLICATION), DATA, bytes, 0, bytes.length);
    }

    /** Data of the peer up to a line's end; what it has of tickets is taken on the way. */
    String line() throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        while (alert == 0 && !data.toString(StandardCharsets.US_ASCII).contains("\n")) {
            readRecord(data);
        }
        return data.toString(StandardCharsets.US_ASCII);
    }

    private void readRecord(ByteArrayOutputStream data) throws IOException {
        byte[] header = new byte[5];
        in.readFully(header);
        byte[] content = new byte[Wire.number(header, 3, 2)];
        in.readFully(content);
        int type = header[0];
        EncryptionLevel level = engine.readLevel();
        if (type == DATA) {
            content = reading.get(level).run(Cipher.DECRYPT_MODE, header, content);
            int end = content.length;
            while (content[end - 1] == 0) {
                end--;
            }
            type = content[end - 1];
            content = Arrays.copyOf(content, end - 1);
        }
        switch (type) {
            case HANDSHAKE -> engine.receive(level, content, 0, content.length, System.currentTimeMillis());
            case ALERT -> {
                alert = content[1] & 0xFF;
                if (alert == 0) {
                    throw new EOFException("close_notify");
                }
            }
            case DATA -> data.writeBytes(content);
            default -> { } // change_cipher_spec means nothing.
        }
    }

    private void write(Protection protection, int type, byte[] buf, int off, int len) throws IOException {
        for (int at = off; at < off + len;) {
            int piece = Math.min(10_000, off + len - at);
            byte[] content = Arrays.copyOfRange(buf, at, at + piece);
            if (protection == null) {
                out.write(Wire.join(Wire.bytes(type, 3, 3), Wire.vector(2, content)));
            } else {
                byte[] inner = Wire.join(content, Wire.bytes(type));
                byte[] header = Wire.join(Wire.bytes(DATA, 3, 3), Wire.u16(inner.length + 16));
                out.write(Wire.join(header, protection.run(Cipher.ENCRYPT_MODE, header, inner)));
            }
            at += piece;
        }
    }

    @Override
    public void onHandshakeBytes(EncryptionLevel level, byte[] buf, int off, int len) {
        try {
            write(writing.get(level), HANDSHAKE, buf, off, len);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onReadSecret(EncryptionLevel level, CipherSuite suite, byte[] secret) {
        reading.put(level, new Protection(suite, secret));
    }

    @Override
    public void onWriteSecret(EncryptionLevel level, CipherSuite suite, byte[] secret) {
        writing.put(level, new Protection(suite, secret));
    }

    @Override
    public int onPeerTransportParameters(byte[] buf, int off, int len) {
        peerParameters = new String(buf, off, len, StandardCharsets.US_ASCII);
        return 0;
    }

    @Override
    public int localTransportParameters(byte[] dst, int off) {
        return 0; // OpenSSL takes an empty one.
    }

    @Override
    public void onEarlyData(boolean accepted) {
        // Not with this peer: over TCP it would need EndOfEarlyData.
    }

    @Override
    public void onTicket(SessionTicket ticket) {
        tickets.add(ticket);
    }

    @Override
    public void onHandshakeComplete() {
        // Asked for by isComplete.
    }

    @Override
    public void onKeyLog(String label, byte[] clientRandom, byte[] secret) {
        // Not wanted here.
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
