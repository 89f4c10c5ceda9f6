package io.shockwave.internal.tls13;

/** What holds for an engine whatever it is given. */
final class Fuzzed {
    private Fuzzed() {
    }

    static void check(Recording recording, boolean client, int number, EncryptionLevel level, byte[] bytes, int cutByte) {
        int cut = cutByte % (bytes.length + 1);
        TlsEngine whole = recording.before(client, number);
        TlsEngine halves = recording.before(client, number);
        boolean wasComplete = whole.isComplete();
        int error = Recording.give(whole, level, bytes);
        halves.receive(level, bytes, 0, cut, TlsRig.NOW_MS);
        int inHalves = halves.receive(level, bytes, cut, bytes.length - cut, TlsRig.NOW_MS);
        require(error == inHalves, "a split changes the outcome: " + TlsError.name(error) + ", " + TlsError.name(inHalves));
        require(error == 0 || !TlsError.name(error).startsWith("error ") && !TlsError.name(error).startsWith("alert ") && error != TlsError.INTERNAL_ERROR, "error " + error);
        require(wasComplete || !whole.isComplete() || number == (client ? recording.ofServer : recording.ofClient).size() - 1 || isLastBeforeTicket(recording, client, number), "complete too early");
        require(whole.heldBytes() <= 2 * bytes.length + 1_024, "held " + whole.heldBytes());
    }

    private static boolean isLastBeforeTicket(Recording recording, boolean client, int number) {
        return client && recording.ofServer.get(number).type() == HandshakeType.FINISHED;
    }

    /** The message behind some bytes; from the place that two bytes of the data name, what follows in the data replaces it. */
    static byte[] changed(byte[] before, byte[] message, byte[] data) {
        byte[] changed = Wire.join(before, message);
        int at = before.length + (((data[2] & 0xFF) << 8 | data[3] & 0xFF) % message.length);
        System.arraycopy(data, 4, changed, at, Math.min(data.length - 4, changed.length - at));
        return changed;
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
