package io.shockwave.internal.qpack;

import io.shockwave.HeaderName;
import io.shockwave.internal.header.HeaderBlock;
import io.shockwave.internal.header.Tokens;
import io.shockwave.internal.memory.Slab;
import java.util.Arrays;

/**
 * The encoding half of QPACK on one connection (RFC 9204): writes field sections, and fills the dynamic table of the peer with what repeats. Confined to its connection.
 *
 * <p>A field enters the table when its name and value are met for the second time. An entry is referred to before its arrival is acknowledged only while fewer streams than the peer allows could
 * be blocked by it; it is evicted only when its arrival was acknowledged and no section that refers to it is outstanding. Nothing is inserted while the encoder stream
 * cannot take the whole instruction at once (RFC 9204 2.1.3). Credentials and short cookies are never indexed (RFC 9204 7.1.3).
 */
public final class QpackEncoder {
    /** The most bytes that a section's prefix takes. */
    public static final int PREFIX_BYTES = 2 * QpackInteger.MAX_BYTES;
    /** The most bytes that a field takes beside those of its name and value: two lengths, of which each is below 2^31. */
    public static final int FIELD_OVERHEAD = 12;
    /** A cookie shorter than this could be guessed by trying what compresses well. */
    static final int SHORT_COOKIE_BYTES = 20;

    private static final int NONE = QpackStaticTable.NONE;
    private static final int SEEN = 64;
    private static final int BUCKETS = 32;
    private static final boolean[] SECRET = new boolean[128];

    static {
        SECRET[HeaderName.AUTHORIZATION.id()] = true;
        SECRET[HeaderName.PROXY_AUTHORIZATION.id()] = true;
    }

    private final Slab slab;
    private final int ownCapacity;
    private final QpackTable table;
    private final OutstandingSections outstanding = new OutstandingSections();
    private final QpackInteger integer = new QpackInteger();
    private InstructionStream out;
    private int maxEntries;
    private long peerBlockedStreams;
    private boolean capacityTold;
    private long known; // insertions that the peer acknowledged: Known Received Count
    /** Upper halves of hashes of fields met before; made with the first field that may be inserted. Two fields that look alike cost an entry that does not pay. */
    private short[] seen;
    /** The newest entry of each bucket of hashes; made with the first entry. Entries are the low halves of their indices. */
    private int[] newest;
    private int[] older; // the entry of the same bucket before an entry, by its number

    // ---- the section that is being written
    private long stream;
    private byte[] dst;
    private int start;
    private int at;
    private long base;
    private long required;
    private long lowest;
    private boolean dynamic; // whether it may refer to the table
    private boolean mayBlock;

    // ---- the peer's decoder stream
    private int operation = -1;

    /** @param maxCapacityBytes the largest table that it uses, whatever the peer allows */
    public QpackEncoder(Slab slab, int maxCapacityBytes) {
        this.slab = slab;
        this.ownCapacity = maxCapacityBytes;
        this.table = new QpackTable(slab);
    }

    /** What the peer's SETTINGS allow; before, nothing is inserted. @param encoderStream where instructions go */
    public void peerAllows(long maxCapacityBytes, long blockedStreams, InstructionStream encoderStream) {
        out = encoderStream;
        maxEntries = (int) Math.min(maxCapacityBytes / QpackTable.ENTRY_OVERHEAD, Integer.MAX_VALUE / 2);
        peerBlockedStreams = blockedStreams;
        int capacity = (int) Math.min(maxCapacityBytes, ownCapacity);
        if (capacity >= 2 * QpackTable.ENTRY_OVERHEAD) {
            table.capacity(capacity);
        }
    }

    private void index() {
        newest = new int[BUCKETS];
        older = new int[Integer.highestOneBit(table.capacity() / QpackTable.ENTRY_OVERHEAD) << 1];
        Arrays.fill(newest, -1);
    }

    // ---- writing a section

    /** Begins a section. @param dst with room for {@link #PREFIX_BYTES} and what its fields can take; it must not be used for anything else until {@link #finish} */
    public void start(long stream, byte[] dst, int off) {
        this.stream = stream;
        this.dst = dst;
        start = off;
        at = off + PREFIX_BYTES;
        base = table.inserted();
        required = 0;
        lowest = Long.MAX_VALUE;
        dynamic = table.capacity() > 0 && outstanding.hasRoom();
        mayBlock = dynamic && outstanding.mayBlock(stream, known, peerBlockedStreams);
    }

    /** Ends it: the section lies from the returned offset to {@link #end}. */
    public int finish() {
        int prefix = 1;
        if (required > 0) {
            prefix = QpackInteger.encode(dst, start, 0, 8, required % (2L * maxEntries) + 1);
            boolean negative = base < required;
            prefix += QpackInteger.encode(dst, start + prefix, negative ? 0x80 : 0, 7, negative ? required - base - 1 : base - required);
            outstanding.add(stream, required, lowest);
        } else {
            dst[start] = 0;
            dst[start + prefix++] = 0;
        }
        int from = start + PREFIX_BYTES - prefix;
        System.arraycopy(dst, start, dst, from, prefix);
        dst = null;
        return from;
    }

    /** Where the section ends. */
    public int end() {
        return at;
    }

    /** Forgets the section that is being written, or was just finished and is not sent; what was inserted for it stays in the table. */
    public void discard() {
        if (dst == null && required > 0) {
            outstanding.removeNewest();
        }
        dst = null;
    }

    /** Writes all fields of a block but those of {@code except}, whose indices are ids of known fields. Names that are not known are written in lower case. */
    public void fields(HeaderBlock fields, boolean[] except) {
        byte[] page = fields.bytes();
        for (int i = 0, size = fields.size(); i < size; i++) {
            int id = fields.id(i);
            if (id < 0) {
                field(FieldNames.OTHER, page, fields.nameOff(i), fields.nameLen(i), page, fields.valueOff(i), fields.valueLen(i));
            } else if (!except[id]) {
                field(id, page, fields.valueOff(i), fields.valueLen(i));
            }
        }
    }

    /** The bytes that these fields can take at most. */
    public static int mostBytes(HeaderBlock fields) {
        int most = 0;
        for (int i = 0, size = fields.size(); i < size; i++) {
            int id = fields.id(i);
            most = Math.addExact(most, FIELD_OVERHEAD + (id >= 0 ? HeaderName.byId(id).length() : fields.nameLen(i)) + fields.valueLen(i));
        }
        return most;
    }

    /** Writes a field whose name has an id: that of a known field, or of a pseudo-header field of {@link FieldNames}. */
    public void field(int id, byte[] value, int off, int len) {
        byte[] name = FieldNames.wire(id);
        field(id, name, 0, name.length, value, off, len);
    }

    private void field(int id, byte[] name, int nameOff, int nameLen, byte[] value, int off, int len) {
        if (isSecret(id, len)) {
            literal(id, name, nameOff, nameLen, value, off, len, NONE, true);
            return;
        }
        int exact = QpackStaticTable.find(id, value, off, len);
        if (exact != NONE) {
            at += QpackInteger.encode(dst, at, 0xC0, 6, exact);
            return;
        }
        if (!dynamic) {
            literal(id, name, nameOff, nameLen, value, off, len, NONE, false);
            return;
        }
        int hash = hash(id, name, nameOff, nameLen, value, off, len);
        long entry = find(hash, name, nameOff, nameLen, value, off, len);
        if (entry >= 0) {
            entry = kept(entry);
        } else if (repeats(hash)) {
            insert(id, hash, name, nameOff, nameLen, value, off, len);
            entry = table.inserted() > base && table.hash(table.inserted() - 1) == hash ? find(hash, name, nameOff, nameLen, value, off, len) : NONE;
        }
        if (entry >= 0 && isReferable(entry)) {
            refer(entry);
        } else {
            literal(id, name, nameOff, nameLen, value, off, len, entry, false);
        }
    }

    private static boolean isSecret(int id, int valueLen) {
        return id >= 0 && (SECRET[id] || valueLen < SHORT_COOKIE_BYTES && (id == HeaderName.COOKIE.id() || id == HeaderName.SET_COOKIE.id()));
    }

    private boolean isReferable(long entry) {
        return table.has(entry) && (entry < known || mayBlock);
    }

    private void refer(long entry) {
        if (entry < base) {
            at += QpackInteger.encode(dst, at, 0x80, 6, base - 1 - entry);
        } else {
            at += QpackInteger.encode(dst, at, 0x10, 4, entry - base);
        }
        uses(entry);
    }

    private void uses(long entry) {
        required = Math.max(required, entry + 1);
        lowest = Math.min(lowest, entry);
    }

    /** @param entry an entry of the same name, or {@link #NONE} */
    private void literal(int id, byte[] name, int nameOff, int nameLen, byte[] value, int off, int len, long entry, boolean neverIndexed) {
        int known = QpackStaticTable.named(id);
        if (known != NONE) {
            at += QpackInteger.encode(dst, at, neverIndexed ? 0x70 : 0x50, 4, known);
        } else if (entry >= 0 && isReferable(entry)) {
            if (entry < base) {
                at += QpackInteger.encode(dst, at, 0x40, 4, base - 1 - entry);
            } else {
                at += QpackInteger.encode(dst, at, 0, 3, entry - base);
            }
            uses(entry);
        } else {
            at += string(dst, at, neverIndexed ? 0x30 : 0x20, 3, name, nameOff, nameLen, true);
        }
        at += string(dst, at, 0, 7, value, off, len, false);
    }

    /** Writes a string literal whose Huffman bit stands above its length; encoded if that is shorter. @return the bytes written */
    private static int string(byte[] dst, int at, int flags, int prefixBits, byte[] src, int off, int len, boolean lower) {
        int encoded = Huffman.encodedLength(src, off, len, lower);
        if (encoded < len) {
            int n = QpackInteger.encode(dst, at, flags | 1 << prefixBits, prefixBits, encoded);
            return n + Huffman.encode(src, off, len, lower, dst, at + n);
        }
        int n = QpackInteger.encode(dst, at, flags, prefixBits, len);
        for (int i = 0; i < len; i++) {
            dst[at + n + i] = lower ? (byte) Tokens.lower(src[off + i]) : src[off + i];
        }
        return n + len;
    }

    // ---- the table

    private static int hash(int id, byte[] name, int nameOff, int nameLen, byte[] value, int off, int len) {
        int hash = id;
        if (id == FieldNames.OTHER) {
            for (int i = nameOff, end = nameOff + nameLen; i < end; i++) {
                hash = hash * 31 + Tokens.lower(name[i]);
            }
        }
        hash *= 0x9E37;
        for (int i = off, end = off + len; i < end; i++) {
            hash = hash * 31 + value[i];
        }
        hash ^= hash >>> 15;
        return hash == 0 ? 1 : hash;
    }

    /** The newest entry of this name and value; {@link #NONE} when there is none. */
    private long find(int hash, byte[] name, int nameOff, int nameLen, byte[] value, int off, int len) {
        if (newest == null) {
            return NONE;
        }
        for (long entry = index(newest[hash & BUCKETS - 1]); entry >= 0; entry = index(older[(int) entry & older.length - 1])) {
            if (table.hash(entry) == hash && isEntry(entry, name, nameOff, nameLen, value, off, len)) {
                return entry;
            }
        }
        return NONE;
    }

    /** The entry with this low half; {@link #NONE} if it is none that is in the table. */
    private long index(int low) {
        long entry = table.inserted() - ((int) table.inserted() - low);
        return table.has(entry) ? entry : NONE;
    }

    private boolean isEntry(long entry, byte[] name, int nameOff, int nameLen, byte[] value, int off, int len) {
        if (table.nameLen(entry) != nameLen || table.valueLen(entry) != len) {
            return false;
        }
        byte[] bytes = table.bytes();
        int entryName = table.nameOff(entry);
        for (int i = 0; i < nameLen; i++) {
            if (bytes[entryName + i] != Tokens.lower(name[nameOff + i])) {
                return false;
            }
        }
        int entryValue = entryName + nameLen;
        for (int i = 0; i < len; i++) {
            if (bytes[entryValue + i] != value[off + i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a field with this hash was met lately; remembers that it is. */
    private boolean repeats(int hash) {
        if (seen == null) {
            seen = new short[SEEN];
        }
        int slot = hash & SEEN - 1;
        short rest = (short) (hash >>> Short.SIZE | 1); // an empty place looks like no field
        boolean repeats = seen[slot] == rest;
        seen[slot] = rest;
        return repeats;
    }

    /** RFC 9204 2.1.1.1: an entry that is about to be evicted is duplicated instead of being held by ever new references. */
    private long kept(long entry) {
        if (!isDraining(entry)) {
            return entry;
        }
        int size = table.entrySize(entry);
        byte[] text = slab.lend(size);
        int nameLen = table.nameLen(entry);
        System.arraycopy(table.bytes(), table.nameOff(entry), text, 0, size - QpackTable.ENTRY_OVERHEAD);
        long relative = table.inserted() - 1 - entry;
        int id = table.id(entry);
        int hash = table.hash(entry);
        long result = entry;
        if (out.room() >= capacityRoom() + QpackInteger.MAX_BYTES && makeRoom(size)) {
            tellCapacity();
            int n = QpackInteger.encode(text, size - QpackTable.ENTRY_OVERHEAD, 0, 5, relative);
            out.write(text, size - QpackTable.ENTRY_OVERHEAD, n);
            add(id, hash, text, nameLen, size - QpackTable.ENTRY_OVERHEAD - nameLen);
            if (mayBlock || !table.has(entry)) {
                result = table.inserted() - 1;
            }
        }
        slab.giveBack(text);
        return result;
    }

    /** Whether the table is full, and this entry among the quarter that goes next. */
    private boolean isDraining(long entry) {
        int capacity = table.capacity();
        if (table.size() < capacity - capacity / 8) {
            return false;
        }
        int before = 0;
        for (long i = table.dropped(); i <= entry; i++) {
            before += table.entrySize(i);
            if (before > capacity / 4) {
                return false;
            }
        }
        return true;
    }

    private void insert(int id, int hash, byte[] name, int nameOff, int nameLen, byte[] value, int off, int len) {
        int size = nameLen + len + QpackTable.ENTRY_OVERHEAD;
        // One entry that fills half of the table would drive out all that pays.
        if (size > table.capacity() / 2 || out.room() < capacityRoom() + nameLen + len + FIELD_OVERHEAD) {
            return;
        }
        if (!makeRoom(size)) {
            return;
        }
        tellCapacity();
        byte[] text = slab.lend(2 * size);
        for (int i = 0; i < nameLen; i++) {
            text[i] = (byte) Tokens.lower(name[nameOff + i]);
        }
        System.arraycopy(value, off, text, nameLen, len);
        int from = nameLen + len;
        int n;
        int known = QpackStaticTable.named(id);
        if (known != NONE) {
            n = QpackInteger.encode(text, from, 0xC0, 6, known);
        } else {
            n = string(text, from, 0x40, 5, name, nameOff, nameLen, true);
        }
        n += string(text, from + n, 0, 7, value, off, len, false);
        out.write(text, from, n);
        add(id, hash, text, nameLen, len);
        slab.giveBack(text);
    }

    private int capacityRoom() {
        return capacityTold ? 0 : QpackInteger.MAX_BYTES;
    }

    private void tellCapacity() {
        if (!capacityTold) {
            capacityTold = true;
            byte[] text = slab.lend(QpackInteger.MAX_BYTES);
            out.write(text, 0, QpackInteger.encode(text, 0, 0x20, 5, table.capacity()));
            slab.giveBack(text);
        }
    }

    /** Evicts what must go for an entry of this size, if all of it may: acknowledged, and not referred to by any section that is outstanding or being written (RFC 9204 2.1.1). */
    private boolean makeRoom(int size) {
        long firstKept = Math.min(Math.min(known, lowest), outstanding.lowest());
        int room = table.capacity() - table.size();
        for (long i = table.dropped(); room < size; i++) {
            if (i >= firstKept) {
                return false;
            }
            room += table.entrySize(i);
        }
        while (table.capacity() - table.size() < size) {
            table.evict();
        }
        return true;
    }

    private void add(int id, int hash, byte[] text, int nameLen, int valueLen) {
        if (newest == null) {
            index();
        }
        long entry = table.inserted();
        table.insert(id, hash, text, 0, nameLen, valueLen);
        older[(int) entry & older.length - 1] = newest[hash & BUCKETS - 1];
        newest[hash & BUCKETS - 1] = (int) entry;
    }

    // ---- the peer's decoder stream (RFC 9204 4.4)

    /** Takes bytes of the peer's decoder stream, all of them. @return what is wrong; null when nothing is */
    public QpackError receive(byte[] buf, int off, int len) {
        for (int i = off, end = off + len; i < end; i++) {
            byte b = buf[i];
            int progress;
            if (operation >= 0) {
                progress = integer.next(b);
            } else if (b < 0) {
                operation = 2;
                progress = integer.start(b, 7);
            } else {
                operation = b >> 6;
                progress = integer.start(b, 6);
            }
            if (progress == QpackInteger.FAILED || progress == QpackInteger.DONE && !instruction(integer.value())) {
                return QpackError.DECODER_STREAM_ERROR;
            }
        }
        return null;
    }

    private boolean instruction(long value) {
        int told = operation;
        operation = -1;
        switch (told) {
            case 0 -> { // Insert Count Increment
                if (value == 0 || value > table.inserted() - known) {
                    return false;
                }
                known += value;
                return true;
            }
            case 1 -> { // Stream Cancellation
                outstanding.removeAll(value);
                return true;
            }
            default -> { // Section Acknowledgment
                long acknowledged = outstanding.removeOldest(value);
                known = Math.max(known, acknowledged);
                return acknowledged > 0;
            }
        }
    }

    // ---- state

    /** Sections that refer to the table and are not acknowledged. */
    public int outstandingSections() {
        return outstanding.count();
    }

    /** Bytes that it holds now. */
    public int heldBytes() {
        return table.heldBytes() + (seen == null ? 0 : seen.length * Short.BYTES) + (newest == null ? 0 : (newest.length + older.length) * Integer.BYTES) + outstanding.heldBytes();
    }

    QpackTable table() {
        return table;
    }

    long knownReceived() {
        return known;
    }

    /** The connection is over: gives back what is borrowed. */
    public void release() {
        table.release();
    }
}
