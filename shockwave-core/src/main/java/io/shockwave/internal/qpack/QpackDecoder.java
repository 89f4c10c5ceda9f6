package io.shockwave.internal.qpack;

import io.shockwave.internal.memory.Slab;

/**
 * The decoding half of QPACK on one connection (RFC 9204): the dynamic table that the peer's encoder fills, and the field sections that refer to it. Confined to its connection.
 *
 * <p>A section is decoded when all of it is there and the table has come as far as it needs; until then its owner keeps the bytes, for at most as many streams as were allowed. Each
 * field goes to a {@link FieldSink} as soon as it is decoded and the sink can stop, so what a small section may expand to is the sink's to bound; no string longer than
 * the given limit is built, and an instruction for an entry that can never fit is refused by its length alone.
 *
 * <pre>
 *   encoder stream:  INSTRUCTION ──▶ [INDEX] ──▶ [NAME_LENGTH ──▶ NAME] ──▶ [VALUE_LENGTH ──▶ VALUE] ──▶ inserted ──▶ INSTRUCTION
 * </pre>
 */
public final class QpackDecoder {
    /** What became of a section. */
    public enum Outcome {
        /** All fields were told. */
        DONE,
        /** It refers to entries that are still to come; it is to be decoded again when {@link #nextUnblocked} names its stream. */
        BLOCKED,
        /** The sink stopped it, or a string exceeds the limit; {@link #cancel} is to be called if the stream is given up. */
        STOPPED,
        /** {@link QpackError#DECOMPRESSION_FAILED}. */
        FAILED
    }

    /** No stream. */
    public static final long NONE = -1L;

    private static final int INSTRUCTION = 0;
    private static final int INDEX = 1;
    private static final int NAME_LENGTH = 2;
    private static final int NAME = 3;
    private static final int VALUE_LENGTH = 4;
    private static final int VALUE = 5;

    private static final int OP_CAPACITY = 0;
    private static final int OP_DUPLICATE = 1;
    private static final int OP_STATIC_NAME = 2;
    private static final int OP_DYNAMIC_NAME = 3;
    private static final int OP_LITERAL_NAME = 4;

    private static final int GO_ON = 0;
    private static final int STOP = 1;
    private static final int FAILED = -1;

    private final Slab slab;
    private final int maxCapacity;
    private final QpackTable table;
    private final BlockedStreams blocked;
    private final QpackInteger integer = new QpackInteger();
    private final QpackInteger whole = new QpackInteger();
    private final byte[] instruction = new byte[QpackInteger.MAX_BYTES];
    private InstructionStream out;

    // ---- the encoder stream
    private int state = INSTRUCTION;
    private int operation;
    private boolean huffman;
    private int huffmanState;
    private long stringLeft;
    private byte[] text; // name and value of an entry that is arriving
    private int nameLen;
    private int textLen;
    private int nameId;
    private long told; // insertions that the peer's encoder knows we received

    // ---- the section that is being decoded
    private byte[] in;
    private int at;
    private int end;
    private byte[] scratch;
    private int scratchUsed;
    private int limit;
    private boolean tooLong;
    private long required;
    private long base;
    private byte[] stringBytes;
    private int stringOff;
    private int stringLen;

    /**
     * @param maxCapacityBytes the largest table that the peer was allowed, SETTINGS_QPACK_MAX_TABLE_CAPACITY
     * @param maxBlockedStreams SETTINGS_QPACK_BLOCKED_STREAMS
     */
    public QpackDecoder(Slab slab, int maxCapacityBytes, int maxBlockedStreams) {
        this.slab = slab;
        this.maxCapacity = maxCapacityBytes;
        this.table = new QpackTable(slab);
        this.blocked = new BlockedStreams(maxBlockedStreams);
    }

    /** Where its instructions go; told before the first byte is received. */
    public void output(InstructionStream decoderStream) {
        out = decoderStream;
    }

    // ---- the peer's encoder stream (RFC 9204 4.3)

    /**
     * Takes bytes of the peer's encoder stream, all of them. Streams may be unblocked by them: {@link #nextUnblocked}.
     *
     * @return what is wrong; null when nothing is
     */
    public QpackError receive(byte[] buf, int off, int len) {
        int i = off;
        int stop = off + len;
        boolean fine = true;
        while (i < stop && fine) {
            if (state == NAME || state == VALUE) {
                int n = (int) Math.min(stop - i, stringLeft);
                fine = stringPiece(buf, i, n);
                i += n;
            } else if (state == INSTRUCTION) {
                fine = begin(buf[i++]);
            } else {
                fine = header(buf[i++]);
            }
        }
        if (text != null && (!fine || state == INSTRUCTION)) {
            slab.giveBack(text); // it is owned only while an instruction is incomplete
            text = null;
        }
        if (!fine) {
            return QpackError.ENCODER_STREAM_ERROR;
        }
        tellInsertions();
        return null;
    }

    private boolean begin(byte first) {
        if (first < 0) {
            operation = (first & 0x40) != 0 ? OP_STATIC_NAME : OP_DYNAMIC_NAME;
            return integer(integer.start(first, 6), INDEX);
        }
        if ((first & 0x40) != 0) {
            operation = OP_LITERAL_NAME;
            huffman = (first & 0x20) != 0;
            return integer(integer.start(first, 5), NAME_LENGTH);
        }
        operation = (first & 0x20) != 0 ? OP_CAPACITY : OP_DUPLICATE;
        return integer(integer.start(first, 5), INDEX);
    }

    private boolean header(byte b) {
        if (state == VALUE_LENGTH && stringLeft < 0) {
            huffman = b < 0;
            stringLeft = 0;
            return integer(integer.start(b, 7), VALUE_LENGTH);
        }
        return integer(integer.next(b), state);
    }

    private boolean integer(int progress, int kind) {
        state = kind;
        if (progress != QpackInteger.DONE) {
            return progress == QpackInteger.MORE;
        }
        long value = integer.value();
        return switch (kind) {
            case INDEX -> operand(value);
            case NAME_LENGTH -> startName(value);
            default -> startString(value, VALUE);
        };
    }

    private boolean operand(long value) {
        switch (operation) {
            case OP_CAPACITY -> {
                if (value > maxCapacity) {
                    return false; // RFC 9204 4.3.1
                }
                table.capacity((int) value);
                state = INSTRUCTION;
                return true;
            }
            case OP_DUPLICATE -> {
                return duplicate(value);
            }
            case OP_STATIC_NAME -> {
                if (value >= QpackStaticTable.SIZE) {
                    return false; // RFC 9204 3.1
                }
                byte[] name = QpackStaticTable.name((int) value);
                return copyName(QpackStaticTable.id((int) value), name, 0, name.length);
            }
            default -> {
                long index = table.inserted() - 1 - value;
                return table.has(index) && copyName(table.id(index), table.bytes(), table.nameOff(index), table.nameLen(index));
            }
        }
    }

    private boolean duplicate(long relative) {
        long index = table.inserted() - 1 - relative;
        if (!table.has(index)) {
            return false;
        }
        int size = table.entrySize(index) - QpackTable.ENTRY_OVERHEAD;
        borrowText();
        System.arraycopy(table.bytes(), table.nameOff(index), text, 0, size); // the entry itself may be evicted for its copy
        nameId = table.id(index);
        nameLen = table.nameLen(index);
        textLen = size;
        return insert();
    }

    private boolean copyName(int id, byte[] name, int off, int len) {
        if (!fits(len)) {
            return false;
        }
        borrowText();
        System.arraycopy(name, off, text, 0, len);
        nameId = id;
        nameLen = len;
        textLen = len;
        startValue();
        return true;
    }

    private boolean startName(long len) {
        textLen = 0;
        return startString(len, NAME);
    }

    private void startValue() {
        state = VALUE_LENGTH;
        stringLeft = -1; // its first byte is still to come
    }

    /** RFC 9204 3.2.2: an entry larger than the capacity is an error, which a length alone can prove: no memory is set aside for what a peer announces. */
    private boolean startString(long len, int kind) {
        long least = huffman ? Huffman.leastDecoded(len) : len;
        if (!fits(textLen + least)) {
            return false;
        }
        borrowText();
        stringLeft = len;
        huffmanState = Huffman.START;
        state = kind;
        return len > 0 || stringEnd();
    }

    private boolean fits(long textBytes) {
        return textBytes + QpackTable.ENTRY_OVERHEAD <= table.capacity();
    }

    private void borrowText() {
        if (text == null) {
            text = slab.lend(Math.max(1, table.capacity()));
        }
    }

    private boolean stringPiece(byte[] buf, int off, int len) {
        int stop = table.capacity() - QpackTable.ENTRY_OVERHEAD;
        if (huffman) {
            long decoded = Huffman.decode(huffmanState, buf, off, len, text, textLen, stop);
            huffmanState = Huffman.state(decoded);
            textLen += Huffman.written(decoded);
            if (huffmanState < 0) {
                return false;
            }
        } else {
            System.arraycopy(buf, off, text, textLen, len);
            textLen += len;
        }
        stringLeft -= len;
        return stringLeft > 0 || stringEnd();
    }

    private boolean stringEnd() {
        if (huffman && !Huffman.isEnd(huffmanState)) {
            return false;
        }
        if (state == NAME) {
            nameLen = textLen;
            nameId = FieldNames.idOf(text, 0, nameLen);
            startValue();
            return true;
        }
        return insert();
    }

    private boolean insert() {
        state = INSTRUCTION;
        if (!fits(textLen)) {
            return false;
        }
        int room = table.capacity() - textLen - QpackTable.ENTRY_OVERHEAD;
        while (table.size() > room) {
            table.evict();
        }
        table.insert(nameId, 0, text, 0, nameLen, textLen - nameLen);
        return true;
    }

    private void tellInsertions() {
        long fresh = table.inserted() - told;
        if (fresh > 0) {
            told = table.inserted();
            out.write(instruction, 0, QpackInteger.encode(instruction, 0, 0x00, 6, fresh));
        }
    }

    // ---- blocked streams (RFC 9204 2.1.2)

    /** A stream whose section can be decoded now, which is no longer counted as blocked; {@link #NONE} when there is none. */
    public long nextUnblocked() {
        return blocked.next(table.inserted());
    }

    /** Streams that wait for insertions. */
    public int blockedStreams() {
        return blocked.count();
    }

    /** The stream was reset, or nothing more of it is read: the peer's encoder need not wait for its sections (RFC 9204 2.2.2.2). */
    public void cancel(long stream) {
        blocked.remove(stream);
        if (maxCapacity > 0) {
            out.write(instruction, 0, QpackInteger.encode(instruction, 0, 0x40, 6, stream));
        }
    }

    // ---- field sections (RFC 9204 4.5)

    /**
     * Decodes a section that is there in full, or finds it blocked.
     *
     * @param maxStringBytes no name or value may be longer
     */
    public Outcome decode(long stream, byte[] buf, int off, int len, int maxStringBytes, FieldSink sink) {
        in = buf;
        at = off;
        end = off + len;
        limit = maxStringBytes;
        tooLong = false;
        Outcome outcome = prefix(stream);
        if (outcome == Outcome.DONE) {
            outcome = fields(sink);
            if (outcome == Outcome.DONE && required > 0) {
                acknowledge(stream);
            }
        }
        if (scratch != null) {
            slab.giveBack(scratch);
            scratch = null;
        }
        in = null;
        stringBytes = null;
        return outcome;
    }

    private void acknowledge(long stream) {
        out.write(instruction, 0, QpackInteger.encode(instruction, 0, 0x80, 7, stream));
        told = Math.max(told, required);
    }

    private Outcome prefix(long stream) {
        long encoded = at < end ? readInteger(8) : -1;
        if (encoded < 0 || at == end) {
            return Outcome.FAILED;
        }
        required = requiredInsertCount(encoded);
        boolean negative = in[at] < 0;
        long delta = readInteger(7);
        // RFC 9204 4.5.1.2: the Base is never negative.
        if (required < 0 || delta < 0 || negative && required <= delta) {
            return Outcome.FAILED;
        }
        base = negative ? required - delta - 1 : required + delta;
        if (required > table.inserted()) {
            return blocked.add(stream, required) ? Outcome.BLOCKED : Outcome.FAILED;
        }
        return Outcome.DONE;
    }

    /** RFC 9204 4.5.1.1; negative for what no encoder can mean. */
    private long requiredInsertCount(long encoded) {
        if (encoded == 0) {
            return 0;
        }
        long maxEntries = maxCapacity / QpackTable.ENTRY_OVERHEAD;
        long fullRange = 2 * maxEntries;
        if (encoded > fullRange) {
            return -1;
        }
        long maxValue = table.inserted() + maxEntries;
        long maxWrapped = maxValue / fullRange * fullRange;
        long count = maxWrapped + encoded - 1;
        if (count > maxValue) {
            if (count <= fullRange) {
                return -1;
            }
            count -= fullRange;
        }
        return count == 0 ? -1 : count;
    }

    private Outcome fields(FieldSink sink) {
        while (at < end) {
            scratchUsed = 0;
            int first = in[at];
            int progress;
            if (first < 0) {
                progress = indexed(first, sink);
            } else if ((first & 0x40) != 0) {
                progress = namedLiteral((first & 0x10) != 0, (first & 0x20) != 0, readInteger(4), sink);
            } else if ((first & 0x20) != 0) {
                progress = literal((first & 0x10) != 0, (first & 0x08) != 0, sink);
            } else if ((first & 0x10) != 0) {
                long index = readInteger(4);
                progress = index < 0 ? FAILED : dynamicEntry(base + index, sink);
            } else {
                long index = readInteger(3);
                progress = index < 0 ? FAILED : dynamicName(base + index, (first & 0x08) != 0, sink);
            }
            if (progress != GO_ON) {
                return progress == STOP || tooLong ? Outcome.STOPPED : Outcome.FAILED;
            }
        }
        return Outcome.DONE;
    }

    private static int told(boolean goOn) {
        return goOn ? GO_ON : STOP;
    }

    private int indexed(int first, FieldSink sink) {
        long index = readInteger(6);
        if (index < 0) {
            return FAILED;
        }
        if ((first & 0x40) == 0) {
            return dynamicEntry(base - 1 - index, sink);
        }
        if (index >= QpackStaticTable.SIZE) {
            return FAILED;
        }
        byte[] name = QpackStaticTable.name((int) index);
        byte[] value = QpackStaticTable.value((int) index);
        return told(sink.onField(QpackStaticTable.id((int) index), name, 0, name.length, value, 0, value.length, false));
    }

    /** RFC 9204 2.2.3: a reference to what was evicted, or lies at or beyond the Required Insert Count, is an error. */
    private boolean isReferable(long index) {
        return index < required && table.has(index);
    }

    private int dynamicEntry(long index, FieldSink sink) {
        if (!isReferable(index)) {
            return FAILED;
        }
        byte[] bytes = table.bytes();
        return told(sink.onField(table.id(index), bytes, table.nameOff(index), table.nameLen(index), bytes, table.valueOff(index), table.valueLen(index), false));
    }

    private int namedLiteral(boolean fromStatic, boolean neverIndexed, long index, FieldSink sink) {
        if (index < 0) {
            return FAILED;
        }
        if (!fromStatic) {
            return dynamicName(base - 1 - index, neverIndexed, sink);
        }
        if (index >= QpackStaticTable.SIZE || !readString(7)) {
            return FAILED;
        }
        byte[] name = QpackStaticTable.name((int) index);
        return told(sink.onField(QpackStaticTable.id((int) index), name, 0, name.length, stringBytes, stringOff, stringLen, neverIndexed));
    }

    private int dynamicName(long index, boolean neverIndexed, FieldSink sink) {
        if (!isReferable(index) || !readString(7)) {
            return FAILED;
        }
        return told(sink.onField(table.id(index), table.bytes(), table.nameOff(index), table.nameLen(index), stringBytes, stringOff, stringLen, neverIndexed));
    }

    private int literal(boolean neverIndexed, boolean huffmanName, FieldSink sink) {
        if (!readString(3, huffmanName)) {
            return FAILED;
        }
        byte[] name = stringBytes;
        int off = stringOff;
        int len = stringLen;
        if (!readString(7)) {
            return FAILED;
        }
        if (name != in) {
            name = scratch; // it may have grown
        }
        return told(sink.onField(FieldNames.idOf(name, off, len), name, off, len, stringBytes, stringOff, stringLen, neverIndexed));
    }

    private boolean readString(int prefixBits) {
        return at < end && readString(prefixBits, (in[at] >> prefixBits & 1) != 0);
    }

    private boolean readString(int prefixBits, boolean encoded) {
        long len = readInteger(prefixBits);
        if (len < 0 || len > end - at) {
            return false;
        }
        if (!encoded) {
            stringBytes = in;
            stringOff = at;
            stringLen = (int) len;
            at += stringLen;
            tooLong = stringLen > limit;
            return !tooLong;
        }
        int most = (int) Math.min(Huffman.mostDecoded(len), limit);
        reserve(most);
        long decoded = Huffman.decode(Huffman.START, in, at, (int) len, scratch, scratchUsed, scratchUsed + most);
        int state = Huffman.state(decoded);
        tooLong = state == Huffman.OVERFLOW;
        if (!Huffman.isEnd(state)) {
            return false;
        }
        at += (int) len;
        stringBytes = scratch;
        stringOff = scratchUsed;
        stringLen = Huffman.written(decoded);
        scratchUsed += stringLen;
        return true;
    }

    private void reserve(int bytes) {
        if (scratch != null && scratch.length - scratchUsed >= bytes) {
            return;
        }
        byte[] larger = slab.lend(Math.max(1, scratchUsed + bytes));
        if (scratch != null) {
            System.arraycopy(scratch, 0, larger, 0, scratchUsed);
            slab.giveBack(scratch);
        }
        scratch = larger;
    }

    /** Negative if it is cut or too large. */
    private long readInteger(int prefixBits) {
        int progress = whole.start(in[at++], prefixBits);
        while (progress == QpackInteger.MORE && at < end) {
            progress = whole.next(in[at++]);
        }
        return progress == QpackInteger.DONE ? whole.value() : -1;
    }

    // ---- state

    /** Insertions so far. */
    public long inserted() {
        return table.inserted();
    }

    /** Bytes that it holds now, its table and what it has borrowed. */
    public int heldBytes() {
        return table.heldBytes() + (text == null ? 0 : text.length) + (scratch == null ? 0 : scratch.length);
    }

    QpackTable table() {
        return table;
    }

    /** The connection is over: gives back what is borrowed. */
    public void release() {
        table.release();
        if (text != null) {
            slab.giveBack(text);
            text = null;
        }
    }
}
