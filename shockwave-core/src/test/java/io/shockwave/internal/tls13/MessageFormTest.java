package io.shockwave.internal.tls13;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shockwave.internal.tls13.Recording.Message;
import io.shockwave.internal.tls13.Wire.LengthField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** RFC 8446 6.2: messages whose form is wrong end in decode_error, whatever the message and wherever the fault; those that are cut anywhere go on. */
class MessageFormTest {
    private static final Recording FULL = Recording.full();
    private static final Recording RESUMED = Recording.resumed();
    private static final Recording RETRIED = Recording.retried();
    private static final List<Recording> ALL = List.of(FULL, RESUMED, RETRIED);

    private interface Visit {
        void message(Recording recording, boolean client, int number, Message message);
    }

    /** Each message of each side once; {@code client} tells who receives it. */
    private static void eachMessage(Visit visit) {
        for (Recording recording : ALL) {
            for (boolean client : new boolean[] {true, false}) {
                List<Message> said = client ? recording.ofServer : recording.ofClient;
                for (int i = 0; i < said.size(); i++) {
                    visit.message(recording, client, i, said.get(i));
                }
            }
        }
    }

    @Test
    void theRecordingsHoldEveryMessage() {
        Set<Integer> types = new HashSet<>();
        eachMessage((_, _, _, message) -> types.add(message.type()));
        assertEquals(Set.of(1, 2, 4, 8, 11, 13, 15, 20), types);
    }

    @Test
    void aMessageCutShortIsADecodeError() {
        eachMessage((recording, client, number, message) -> {
            for (int bytes = 0; bytes < message.bytes().length - 4; bytes++) {
                String outcome = outcome(recording, client, number, message.level(), Wire.cut(message.bytes(), bytes));
                assertEquals(expectedOfCut(message, bytes), outcome, "message " + message.type() + " cut to " + bytes);
            }
        });
    }

    /** Hellos may end before the extensions, and are then of TLS 1.2 (RFC 8446 4.1.2, 4.1.3). */
    private static String expectedOfCut(Message message, int bytes) {
        int beforeExtensions = switch (message.type()) {
            case HandshakeType.CLIENT_HELLO -> 2 + 32 + 1 + 2 + 6 + 2;
            case HandshakeType.SERVER_HELLO -> 2 + 32 + 1 + 2 + 1;
            default -> -1;
        };
        return bytes == beforeExtensions ? "protocol_version" : "decode_error";
    }

    @Test
    void aMessageWithMoreBehindItIsADecodeError() {
        eachMessage((recording, client, number, message) -> {
            byte[] longer = Wire.message(message.type(), Wire.join(Arrays.copyOfRange(message.bytes(), 4, message.bytes().length), new byte[1]));
            assertEquals("decode_error", outcome(recording, client, number, message.level(), longer), "message " + message.type());
        });
    }

    @Test
    void aLengthThatIsOneOffIsADecodeError() {
        int[] tried = new int[1];
        Set<String> others = new TreeSet<>();
        eachMessage((recording, client, number, message) -> {
            for (LengthField field : Wire.lengthFields(message.bytes())) {
                if (field.name().equals("message")) {
                    continue; // Then bytes are missing, or left over; both are tests of their own.
                }
                int value = Wire.number(message.bytes(), field.at(), field.bytes());
                for (int wrong : new int[] {value - 1, value + 1, 0, (1 << 8 * field.bytes()) - 1}) {
                    if (wrong < 0 || wrong == value) {
                        continue;
                    }
                    String outcome = outcome(recording, client, number, message.level(), Wire.withNumber(message.bytes(), field.at(), field.bytes(), wrong));
                    if (!outcome.equals("decode_error")) {
                        others.add("message " + message.type() + ", " + field.name() + " of " + value + " says " + wrong + ": " + outcome);
                    }
                    tried[0]++;
                }
            }
        });
        // Group 0x001D and length 0x0020 of the share behind it then read as an extension 29 of 32 bytes, which nobody asked for.
        assertEquals(Set.of("message 2, extension 51 of 36 says 0: unsupported_extension"), others);
        assertTrue(tried[0] > 400, () -> "tried " + tried[0]);
    }

    private static String outcome(Recording recording, boolean client, int number, EncryptionLevel level, byte[] bytes) {
        return TlsError.name(Recording.give(recording.before(client, number), level, bytes));
    }

    /** A complete handshake needs all bytes; each way of cutting the stream ends alike. */
    @Test
    void messagesMayBeCutAnywhere() {
        for (Recording recording : ALL) {
            for (boolean client : new boolean[] {true, false}) {
                List<Message> said = client ? recording.ofServer : recording.ofClient;
                int longest = said.stream().mapToInt(m -> m.bytes().length).max().orElseThrow();
                for (int piece = 1; piece < Math.min(longest, 40); piece++) {
                    assertWhole(recording, client, said, piece, 0);
                }
                for (int seed = 1; seed < 20; seed++) {
                    assertWhole(recording, client, said, 0, seed);
                }
            }
        }
    }

    private static void assertWhole(Recording recording, boolean client, List<Message> said, int piece, int seed) {
        TlsRig.Told told = new TlsRig.Told();
        TlsEngine engine = recording.before(client, 0, told);
        Random random = new Random(seed);
        for (List<Message> level : byLevel(said)) {
            byte[] bytes = Wire.join(level.stream().map(Message::bytes).toArray(byte[][]::new));
            for (int at = 0; at < bytes.length;) {
                int next = Math.min(bytes.length - at, seed == 0 ? piece : 1 + random.nextInt(bytes.length));
                assertEquals(0, engine.receive(level.getFirst().level(), bytes, at, next, TlsRig.NOW_MS));
                at += next;
            }
        }
        assertTrue(engine.isComplete());
        assertEquals(1, told.completions);
        assertEquals(recording == FULL && client ? 1 : 0, told.tickets.size() - (recording == RESUMED && client ? 1 : 0));
    }

    private static List<List<Message>> byLevel(List<Message> said) {
        List<List<Message>> levels = new ArrayList<>();
        for (Message message : said) {
            if (levels.isEmpty() || levels.getLast().getFirst().level() != message.level()) {
                levels.add(new ArrayList<>());
            }
            levels.getLast().add(message);
        }
        return levels;
    }

    /** RFC 9001 4.1.3: both what is left over when keys change, and what comes later at a level that was left. */
    @Test
    void bytesOfALevelThatWasLeftAreAProtocolViolation() {
        for (Recording recording : List.of(FULL, RESUMED)) {
            for (boolean client : new boolean[] {true, false}) {
                List<Message> said = client ? recording.ofServer : recording.ofClient;
                List<List<Message>> levels = byLevel(said);
                int number = 0;
                for (int i = 0; i < levels.size() - 1; i++) {
                    number += levels.get(i).size();
                    EncryptionLevel left = levels.get(i).getFirst().level();
                    for (byte[] extra : List.of(new byte[1], new byte[4], said.get(number - 1).bytes())) {
                        assertEquals("PROTOCOL_VIOLATION", outcome(recording, client, number, left, extra));
                        assertEquals("PROTOCOL_VIOLATION", outcome(recording, client, number - 1, left, Wire.join(said.get(number - 1).bytes(), extra)));
                    }
                }
            }
        }
    }

    @Test
    void bytesOfALevelThatHasNotComeAreAProtocolViolation() {
        for (boolean client : new boolean[] {true, false}) {
            List<Message> said = client ? FULL.ofServer : FULL.ofClient;
            for (EncryptionLevel level : EncryptionLevel.values()) {
                if (level != EncryptionLevel.INITIAL) {
                    assertEquals("PROTOCOL_VIOLATION", outcome(FULL, client, 0, level, said.getFirst().bytes()));
                }
            }
        }
    }

    /** Every other message, and types that do not exist, at every point of the handshake: known by the header alone. */
    @Test
    void aMessageOutOfItsPlaceIsUnexpected() {
        Set<String> welcome = new HashSet<>();
        eachMessage((recording, client, number, message) -> {
            for (int type = 0; type < 256; type++) {
                if (type == message.type() || type > 26 && type < 254) { // Those between are given to nothing, as are some below.
                    continue;
                }
                byte[] other = Wire.message(type, new byte[0]);
                String outcome = outcome(recording, client, number, message.level(), other);
                boolean certificateWithoutRequest = message.type() == HandshakeType.CERTIFICATE_REQUEST && type == HandshakeType.CERTIFICATE;
                boolean requestBeforeCertificate = client && message.type() == HandshakeType.CERTIFICATE && type == HandshakeType.CERTIFICATE_REQUEST && recording != FULL;
                if (certificateWithoutRequest || requestBeforeCertificate) {
                    welcome.add(outcome);
                } else if (message.type() == HandshakeType.NEW_SESSION_TICKET && type == HandshakeType.CERTIFICATE_REQUEST) {
                    assertEquals("PROTOCOL_VIOLATION", outcome); // RFC 9001 4.4
                } else {
                    assertEquals("unexpected_message", outcome, "message " + type + " for " + message.type());
                }
            }
        });
        assertEquals(Set.of("decode_error"), welcome); // They are empty.
    }

    /** RFC 9001 6: KeyUpdate is 0x010a. */
    @Test
    void keyUpdateIsUnexpectedOnBothSides() {
        byte[] update = Wire.message(HandshakeType.KEY_UPDATE, new byte[1]);
        for (boolean client : new boolean[] {true, false}) {
            List<Message> said = client ? FULL.ofServer : FULL.ofClient;
            assertEquals(0x010A, Recording.give(FULL.before(client, said.size()), EncryptionLevel.APPLICATION, update));
        }
    }

    /** Netty's CVE-2026-45416 was memory for a length that was only claimed: here a length above the bound is refused by the header, and below it nothing is set aside. */
    @Test
    void aClaimedLengthIsBoundedByTheHeader() {
        eachMessage((recording, client, number, message) -> {
            int max = HandshakeType.maxBytes(message.type());
            byte[] header = Wire.withNumber(Arrays.copyOf(message.bytes(), 4), 1, 3, max + 1);
            assertEquals("decode_error", outcome(recording, client, number, message.level(), header));
            TlsEngine engine = recording.before(client, number);
            assertEquals(0, Recording.give(engine, message.level(), Wire.withNumber(header, 1, 3, max)));
            assertEquals(0, Recording.give(engine, message.level(), new byte[100]) & ~0x01FF);
            assertTrue(engine.heldBytes() <= 1_024, () -> "held " + engine.heldBytes());
            assertFalse(engine.isComplete() && message.type() != HandshakeType.NEW_SESSION_TICKET);
        });
    }

    @Test
    void anErrorStays() {
        TlsEngine engine = FULL.before(false, 0);
        assertEquals(TlsError.UNEXPECTED_MESSAGE, Recording.give(engine, EncryptionLevel.INITIAL, Wire.message(2, new byte[0])));
        assertEquals(TlsError.UNEXPECTED_MESSAGE, Recording.give(engine, EncryptionLevel.INITIAL, FULL.ofClient.getFirst().bytes()));
        assertEquals(TlsError.UNEXPECTED_MESSAGE, engine.error());
        assertEquals(0, engine.heldBytes());
    }

    /** One bit anywhere: the handshake must not come to an end on both sides, and nothing is thrown. */
    @Test
    void noFlippedBitGoesUnnoticed() {
        for (Recording recording : List.of(FULL, RESUMED)) {
            for (boolean client : new boolean[] {true, false}) {
                List<Message> said = client ? recording.ofServer : recording.ofClient;
                Random random = new Random(7);
                for (int i = 0; i < 600; i++) {
                    int number = random.nextInt(said.size());
                    Message message = said.get(number);
                    if (message.type() == HandshakeType.NEW_SESSION_TICKET) {
                        continue;
                    }
                    byte[] flipped = message.bytes().clone();
                    int at = 4 + random.nextInt(flipped.length - 4);
                    flipped[at] ^= (byte) (1 << random.nextInt(8));
                    TlsRig.Told told = new TlsRig.Told();
                    TlsEngine engine = recording.before(client, number, told);
                    Recording.give(engine, message.level(), flipped);
                    for (int rest = number + 1; rest < said.size(); rest++) {
                        Recording.give(engine, said.get(rest).level(), said.get(rest).bytes());
                    }
                    int where = at;
                    assertEquals(0, told.completions, () -> "message " + message.type() + " with a bit of byte " + where + " flipped");
                }
            }
        }
    }
}
