package io.shockwave.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The labelled blocks of a PEM file (RFC 7468); what stands between them is ignored. Immutable. */
record PemFile(Path path, List<Block> blocks) {
    /** Above the bundle of every public authority (some 250 KB), and far from hurting. */
    static final int MAX_BYTES = 4 << 20;

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /** One block: its label, the text of its headers (RFC 1421, in old encrypted keys), its bytes. */
    record Block(String label, String headers, byte[] bytes) {
    }

    static PemFile read(Path path) throws IOException {
        byte[] bytes = bytesOf(path);
        if (bytes.length > 1 && bytes[0] == 0x30) {
            // DER: an ASN.1 sequence. One certificate can be told from it, a key cannot be without guessing.
            return new PemFile(path, List.of(new Block("CERTIFICATE", "", bytes)));
        }
        return new PemFile(path, parse(path, new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    static byte[] bytesOf(Path path) throws IOException {
        try {
            if (Files.isDirectory(path)) {
                throw new IOException(path + " is a folder, not a file");
            }
            long size = Files.size(path);
            if (size > MAX_BYTES) {
                throw new IOException(path + " has " + size + " bytes, too many for certificates or keys (" + MAX_BYTES + " at most)");
            }
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new IOException(path + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IOException(path + " cannot be read: permission denied", e);
        }
    }

    private static List<Block> parse(Path path, String text) throws IOException {
        List<Block> blocks = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
            String label = labelEnd < 0 ? "" : text.substring(at + BEGIN.length(), labelEnd);
            int end = labelEnd < 0 ? -1 : text.indexOf(END + label + DASHES, labelEnd);
            if (end < 0) {
                throw new IOException(path + " is cut: there is a BEGIN line without its END line");
            }
            blocks.add(block(path, label, text.substring(labelEnd + DASHES.length(), end)));
            at = text.indexOf(BEGIN, end);
        }
        return List.copyOf(blocks);
    }

    private static Block block(Path path, String label, String body) throws IOException {
        int headersEnd = body.indexOf(':') < 0 ? 0 : Math.max(body.indexOf("\n\n"), body.indexOf("\r\n\r\n"));
        if (headersEnd < 0) {
            throw new IOException(path + ": the headers of its " + label + " have no end");
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(body.substring(headersEnd).replaceAll("\\s", ""));
            return new Block(label, body.substring(0, headersEnd), bytes);
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": its " + label + " is not base64: " + e.getMessage(), e);
        }
    }

    /** All certificates, in the order of the file; at least one. */
    List<X509Certificate> certificates() throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks) {
            if (block.label.equals("CERTIFICATE") || block.label.equals("X509 CERTIFICATE")) {
                certificates.add(certificate(block.bytes, certificates.size() + 1));
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException(path + " holds no certificate (no BEGIN CERTIFICATE line)" + found());
        }
        return certificates;
    }

    private X509Certificate certificate(byte[] der, int number) throws IOException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IOException(path + ": certificate number " + number + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** For messages: what stands in the file instead of what was looked for. */
    String found() {
        if (blocks.isEmpty()) {
            return "; it is not a PEM file";
        }
        List<String> labels = new ArrayList<>();
        for (Block block : blocks) {
            labels.add(block.label);
        }
        return "; it holds " + String.join(", ", labels);
    }
}
