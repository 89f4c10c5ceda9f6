package io.shockwave.tuning;

import io.shockwave.Ascii;
import io.shockwave.HeaderName;
import io.shockwave.server.Handler;
import io.shockwave.server.ServerRequest;
import io.shockwave.server.ServerResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers numbered requests as their originals were answered. Thread-safe; does not block. */
final class ReplayHandler implements Handler {
    private final int[] statuses;
    private final HeaderName[][] names;
    private final String[][] values;
    private final byte[][] contents;

    ReplayHandler(List<Replay> exchanges) {
        statuses = new int[exchanges.size()];
        names = new HeaderName[statuses.length][];
        values = new String[statuses.length][];
        contents = new byte[statuses.length][];
        Map<Integer, byte[]> bySize = new HashMap<>();
        for (int i = 0; i < statuses.length; i++) {
            Replay each = exchanges.get(i);
            statuses[i] = each.status();
            names[i] = each.responseFields().stream().map(field -> HeaderName.of(field.getKey())).toArray(HeaderName[]::new);
            values[i] = each.responseFields().stream().map(Map.Entry::getValue).toArray(String[]::new);
            contents[i] = bySize.computeIfAbsent(each.responseBytes(), ReplayHandler::text);
        }
    }

    private static byte[] text(int bytes) {
        byte[] text = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            text[i] = (byte) ('a' + i % 26);
        }
        return text;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws IOException {
        int index = index(request.path());
        if (index >= statuses.length) {
            response.status(404).send();
            return;
        }
        HeaderName[] fields = names[index];
        for (int i = 0; i < fields.length; i++) {
            response.headers().add(fields[i], values[index][i]);
        }
        response.status(statuses[index]).send(contents[index]);
    }

    /** The digits behind the slash; 0 without. */
    private static int index(Ascii path) {
        int index = 0;
        for (int i = 1; i < path.length() && i < 8; i++) {
            int digit = path.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            index = index * 10 + digit;
        }
        return index;
    }
}
