package io.shockwave;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What the README and the documentation show in Java compiles against the library as it is. */
class DocsSamplesTest {
    private static final Pattern SAMPLE = Pattern.compile("^```java\\R(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern TEST_METHOD = Pattern.compile("^@Test", Pattern.MULTILINE);

    /** What a reader of a fragment has: the library's names, and the objects that the sentences around it speak of. */
    private static final String AROUND = """
            import module java.base;
            import io.shockwave.*;
            import io.shockwave.QuicOptions.*;
            import io.shockwave.client.*;
            import io.shockwave.server.*;
            import io.shockwave.tuning.*;
            import io.shockwave.tuning.junit.*;
            import org.junit.jupiter.api.Test;
            abstract class Sample {
                interface Parser { void parse(byte[] input); }
                ShockwaveServer.Builder builder;
                ShockwaveServer server;
                ShockwaveClient client;
                Handler handler;
                Thread reactorThread;
                Parser parser;
                byte[] input;
                abstract void exchange();
            """;

    @TempDir
    Path out;

    @TestFactory
    List<DynamicTest> samplesCompile() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Path root = Path.of("..");
        try (Stream<Path> docs = Files.list(root.resolve("docs"))) {
            for (Path page : Stream.concat(Stream.of(root.resolve("README.md")), docs.filter(path -> path.toString().endsWith(".md")).sorted()).toList()) {
                String text = Files.readString(page);
                for (Matcher matcher = SAMPLE.matcher(text); matcher.find();) {
                    String sample = matcher.group(1);
                    long line = text.substring(0, matcher.start()).lines().count() + 1;
                    tests.add(DynamicTest.dynamicTest(page.getFileName() + ":" + line, () -> assertTrue(errors(whole(sample)).isEmpty(), () -> errors(whole(sample)))));
                }
            }
        }
        assertTrue(tests.size() >= 15, () -> "only " + tests.size() + " samples were found");
        return tests;
    }

    @Test
    void aSampleThatNamesWhatIsNotThereDoesNotCompile() {
        assertTrue(errors(whole("builder.noSuchOption();")).contains("noSuchOption"));
    }

    private static String whole(String sample) {
        if (sample.contains("void main()")) {
            return sample;
        }
        return AROUND + (TEST_METHOD.matcher(sample).find() ? sample : "void sample() throws Exception {\n" + sample + "\n}\n") + "}\n";
    }

    /** What the compiler says against a file; empty if it compiles. */
    private String errors(String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "this Java runtime has no compiler");
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///Sample.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        StringWriter said = new StringWriter();
        boolean compiled = compiler.getTask(said, null, null, List.of("-d", out.toString(), "-proc:none"), null, List.of(file)).call();
        return compiled ? "" : said.toString();
    }
}
