import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the public part of the running JDK's java.base into a jar, for ProGuard to resolve against: not every JDK ships jmods, and
 * ProGuard cannot read the run-time image. Run as {@code java JdkClasses.java FILE}.
 */
final class JdkClasses {

    private JdkClasses() {
    }

    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        Path stamp = Path.of(args[0] + "." + Runtime.version().toString());
        if (Files.exists(jar) && Files.exists(stamp)) {
            return;
        }
        Files.createDirectories(jar.toAbsolutePath().getParent());
        FileSystem image = FileSystems.getFileSystem(URI.create("jrt:/"));
        try (OutputStream out = Files.newOutputStream(jar); ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            Path base = image.getPath("/modules/java.base");
            List<Path> classes;
            try (Stream<Path> walk = Files.walk(base.resolve("java"))) {
                classes = walk.filter(path -> path.toString().endsWith(".class")).sorted().toList();
            }
            for (Path file : classes) {
                byte[] bytes = Files.readAllBytes(file);
                CRC32 crc = new CRC32();
                crc.update(bytes);
                ZipEntry entry = new ZipEntry(base.relativize(file).toString());
                entry.setSize(bytes.length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(bytes);
            }
        }
        Files.createFile(stamp);
    }
}
