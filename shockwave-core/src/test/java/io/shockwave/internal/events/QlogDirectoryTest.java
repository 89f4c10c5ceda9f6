package io.shockwave.internal.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shockwave.QuicOptions.Qlog;
import io.shockwave.internal.quic.QlogSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers can make us write down: so many files, so many open at once, nothing over another's. */
class QlogDirectoryTest {
    @TempDir
    private Path logs;

    private long files() throws IOException {
        try (Stream<Path> all = Files.list(logs)) {
            return all.count();
        }
    }

    private static byte[] id(int number) {
        return new byte[] {(byte) (number >> 8), (byte) number};
    }

    @Test
    void soManyFilesAreWrittenAndNoMore() throws IOException {
        QlogDirectory directory = QlogDirectory.of(new Qlog(logs, 1, 4_096, 3));
        for (int i = 0; i < 3; i++) {
            QlogSink sink = directory.open(id(i), true);
            assertNotNull(sink, "file " + i);
            sink.close();
        }
        for (int i = 3; i < 10; i++) {
            assertNull(directory.open(id(i), true));
        }
        assertEquals(3, files());
    }

    @Test
    void filesOfAnEarlierStartCountAndOthersDoNot() throws IOException {
        Files.writeString(logs.resolve("00_server.sqlog"), "");
        Files.writeString(logs.resolve("notes.txt"), "");
        QlogDirectory directory = QlogDirectory.of(new Qlog(logs, 1, 4_096, 2));
        QlogSink only = directory.open(id(1), false);
        assertNotNull(only);
        only.close();
        assertNull(directory.open(id(2), false));
        assertNull(QlogDirectory.of(new Qlog(logs, 1, 4_096, 1)).open(id(3), false), "fewer than there are");
    }

    @Test
    void anIdThatWasThereIsNotWrittenOverAndCostsNoPlace() throws IOException {
        QlogDirectory directory = QlogDirectory.of(new Qlog(logs, 1, 4_096, 2));
        directory.open(id(1), true).close();
        for (int i = 0; i < 5; i++) {
            assertNull(directory.open(id(1), true));
        }
        assertNotNull(directory.open(id(2), true));
    }

    @Test
    void soManyAreOpenAtOnce() throws IOException {
        QlogDirectory directory = QlogDirectory.of(new Qlog(logs, 1, 4_096, 2 * QlogDirectory.MAX_OPEN));
        List<QlogSink> open = new ArrayList<>();
        for (int i = 0; i < QlogDirectory.MAX_OPEN; i++) {
            open.add(directory.open(id(i), true));
        }
        assertNull(directory.open(id(1_000), true));
        open.removeLast().close();
        open.add(directory.open(id(1_001), true));
        open.forEach(QlogSink::close);
        assertEquals(QlogDirectory.MAX_OPEN + 1, files());
    }

    @Test
    void aBoundOfNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Qlog(logs, 1, 4_096, 0));
        assertEquals(1_000, new Qlog(logs, 1, 4_096).maxFiles());
    }
}
