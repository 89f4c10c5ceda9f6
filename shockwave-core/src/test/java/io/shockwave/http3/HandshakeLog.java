package io.shockwave.http3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/** What was agreed on in the QUIC handshakes of this JVM from its making on, as the flight recorder has it. */
final class HandshakeLog implements AutoCloseable {
    private final Recording recording = new Recording();

    HandshakeLog() {
        recording.enable("io.shockwave.QuicHandshake");
        recording.start();
    }

    /** The groups of the key exchanges of one side so far, {@code client} or {@code server}, in order. */
    List<String> groups(Path dir, String side) throws IOException {
        Path file = Files.createTempFile(dir, "handshakes", ".jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream().filter(e -> e.getEventType().getName().equals("io.shockwave.QuicHandshake") && e.getString("side").equals(side)).map(e -> e.getString("group")).toList();
    }

    @Override
    public void close() {
        recording.close();
    }
}
