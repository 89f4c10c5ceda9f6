package io.shockwave.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RequestLogTest {
    private static byte[] line(int bytes) {
        byte[] line = "x".repeat(bytes).getBytes(StandardCharsets.US_ASCII);
        line[bytes - 1] = '\n';
        return line;
    }

    @Test
    void writesEveryLineInOrderAndAllAtTheEnd() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        RequestLog log = new RequestLog(out).start();
        for (int i = 0; i < 1_000; i++) {
            byte[] line = (i + "\n").getBytes(StandardCharsets.US_ASCII);
            expected.writeBytes(line);
            log.line(line, 0, line.length);
        }
        log.close();
        assertArrayEquals(expected.toByteArray(), out.toByteArray());
    }

    /** An output that is held: the first write waits. */
    private static final class Held extends OutputStream {
        final CountDownLatch writing = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] buf, int off, int len) throws IOException {
            writing.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            bytes.write(buf, off, len);
        }
    }

    @Test
    void holdsExactlyTheBoundAndDropsWhatIsMoreWithoutWaiting() throws Exception {
        Held out = new Held();
        RequestLog log = new RequestLog(out).start();
        log.line(line(1), 0, 1);
        assertTrue(out.writing.await(5, TimeUnit.SECONDS));
        byte[] half = line(RequestLog.MAX_WAITING_BYTES / 2);
        log.line(half, 0, half.length);
        log.line(half, 0, half.length);
        log.line(line(1), 0, 1); // the first that does not fit
        log.line(line(80), 0, 80);
        out.release.countDown();
        waitFor(out, 1 + RequestLog.MAX_WAITING_BYTES);
        log.close();
        String[] lines = out.bytes.toString(StandardCharsets.US_ASCII).split("\n");
        assertEquals(RequestLog.MAX_WAITING_BYTES / 2 - 1, lines[lines.length - 1].length());
        assertEquals(RequestLog.MAX_WAITING_BYTES / 2 - 1, lines[lines.length - 2].length());
        assertTrue(java.util.Arrays.toString(lines).contains("# 2 lines were dropped"));
    }

    private static void waitFor(Held out, int bytes) throws InterruptedException {
        for (int i = 0; i < 500 && out.bytes.size() < bytes; i++) {
            Thread.sleep(10);
        }
    }

    @Test
    void anOutputThatIsGoneStopsNothing() {
        RequestLog log = new RequestLog(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("gone");
            }
        }).start();
        for (int i = 0; i < 100; i++) {
            log.line(line(1_000), 0, 1_000);
        }
        log.close();
    }
}
