package io.shockwave.internal.events;

import io.shockwave.QuicOptions;
import io.shockwave.internal.net.Log;
import io.shockwave.internal.quic.QlogSink;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes connections down in files of a directory: {@code <original connection id>_<server or client>.sqlog}, the ending that draft-ietf-quic-qlog-main-schema gives to JSON-SEQ. Thread-safe;
 * a file belongs to the thread of its connection.
 */
public final class QlogDirectory implements QlogSink.Source {
    /** Files that are open at once; further connections are not written down, so that a flood of them takes no more descriptors. */
    static final int MAX_OPEN = 256;
    private static final int BUFFER_BYTES = 1 << 13;

    private final Path directory;
    private final int oneIn;
    private final long maxFileBytes;
    private final AtomicInteger seen = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger left;
    private volatile boolean failing;

    private QlogDirectory(QuicOptions.Qlog options, int found) {
        left = new AtomicInteger(options.maxFiles() - found);
        directory = options.directory();
        oneIn = options.oneIn();
        maxFileBytes = options.maxFileBytes();
    }

    /** Makes the directory if it is not there. @throws IOException naming it, if no file can be written in it */
    public static QlogDirectory of(QuicOptions.Qlog options) throws IOException {
        int found = 0;
        try {
            Files.createDirectories(options.directory());
            Files.delete(Files.createTempFile(options.directory(), "probe", ".sqlog"));
            try (DirectoryStream<Path> files = Files.newDirectoryStream(options.directory(), "*.sqlog")) {
                for (Path _ : files) {
                    found++;
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw new IOException("qlog cannot be written to " + options.directory() + ": it is no directory", e);
        } catch (IOException e) {
            throw new IOException("qlog cannot be written to " + options.directory() + ": " + e, e);
        }
        return new QlogDirectory(options, found);
    }

    @Override
    public QlogSink open(byte[] originalId, boolean server) {
        if (oneIn > 1 && Math.floorMod(seen.getAndIncrement(), oneIn) != 0) {
            return null;
        }
        if (open.incrementAndGet() > MAX_OPEN) {
            open.decrementAndGet();
            return null;
        }
        // Counts on below zero no further than there are threads.
        if (left.get() <= 0 || left.getAndDecrement() <= 0) {
            open.decrementAndGet();
            return null;
        }
        Path file = directory.resolve(HexFormat.of().formatHex(originalId) + (server ? "_server" : "_client") + ".sqlog");
        try {
            QlogSink records = new Records(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), file);
            failing = false;
            return records;
        } catch (IOException e) {
            open.decrementAndGet();
            left.incrementAndGet();
            // The client chose the id: a second connection with it leaves the first one's file alone, and fills no log. Nor does a full disk, once for each connection.
            if (!failing && !(e instanceof FileAlreadyExistsException)) {
                failing = true;
                Log.LOG.log(Level.WARNING, "connections are not written down: " + file, e);
            }
            return null;
        }
    }

    /** The records of one connection. */
    private final class Records implements QlogSink {
        private final Path file;
        private final byte[] waiting = new byte[BUFFER_BYTES];
        private OutputStream out; // null once it is full, failed or closed
        private int count;
        private long bytes;

        Records(OutputStream out, Path file) {
            this.out = out;
            this.file = file;
        }

        @Override
        public void write(byte[] buf, int off, int len) {
            if (out == null) {
                return;
            }
            if (bytes + len > maxFileBytes) {
                close();
                return;
            }
            bytes += len;
            try {
                if (len > waiting.length - count) {
                    flush();
                }
                if (len > waiting.length) {
                    out.write(buf, off, len);
                } else {
                    System.arraycopy(buf, off, waiting, count, len);
                    count += len;
                }
            } catch (IOException e) {
                fail(e);
            }
        }

        private void flush() throws IOException {
            out.write(waiting, 0, count);
            count = 0;
        }

        private void fail(IOException e) {
            Log.LOG.log(Level.WARNING, "a connection is written down no further: " + file, e);
            count = 0;
            close();
        }

        @Override
        public void close() {
            if (out == null) {
                return;
            }
            OutputStream ending = out;
            try (ending) {
                ending.write(waiting, 0, count);
            } catch (IOException e) {
                Log.LOG.log(Level.WARNING, "a connection is written down in part: " + file, e);
            }
            out = null;
            open.decrementAndGet();
        }
    }
}
