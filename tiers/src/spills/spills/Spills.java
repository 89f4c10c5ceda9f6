package spills;

import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts recorded header lists into a HeaderBlock of whichever tier is on the class path, and prints how many outgrew it. */
final class Spills {

    private Spills() {
    }

    /** Arguments: a file of lists; each is a line of text that precedes the fields, lines of name, tab, value, and an empty line. */
    public static void main(String[] args) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(args[0]), StandardCharsets.ISO_8859_1);
        HeaderBlock block = new HeaderBlock(new Slab(1 << 20), new Lifetime());
        int lists = 0;
        boolean first = true;
        for (String text : lines) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            if (text.isEmpty()) {
                lists++;
                block.clear();
                first = true;
            } else if (first) {
                block.line(bytes, 0, bytes.length - 1);
                first = false;
            } else {
                int tab = text.indexOf('\t');
                block.append(bytes, 0, tab, tab + 1, bytes.length - tab - 1);
            }
        }
        System.out.println(lists + " " + block.spills());
    }
}
