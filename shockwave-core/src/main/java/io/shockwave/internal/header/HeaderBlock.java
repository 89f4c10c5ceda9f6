package io.shockwave.internal.header;

import io.shockwave.Ascii;
import io.shockwave.HeaderName;
import io.shockwave.Headers;
import io.shockwave.MutableHeaders;
import io.shockwave.internal.memory.Lifetime;
import io.shockwave.internal.memory.Slab;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The fields of one header section, packed into one page of the tier's size. Owned by one exchange, request or response.
 *
 * <p>The page is laid out as a database page is: bytes grow from its start, 12-byte entries (where the bytes are, which name, how long)
 * from its end. So neither the number of fields nor their length alone decides when it is full, and there is one way to outgrow it: everything moves, in full, to
 * a larger page of the slab, which is counted and given back by {@link #clear}. Known names are stored as ids and cost no bytes.
 *
 * <pre>
 *   [line][name value][value]........free........[entry 2][entry 1][entry 0]
 * </pre>
 */
public final class HeaderBlock implements MutableHeaders {
    /** Entries that the page has room for beside its byte budget, per MAX_HEADERS: real lists hold up to three times as many short fields as a tier names. */
    private static final int ENTRIES_PER_HEADER = 3;
    private static final int ENTRY_BYTES = 12;
    private static final int NAME = 4;
    private static final int LENGTH = 8;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    /** Bytes of a page: the tier's budget and its entries. */
    public static final int PAGE_BYTES = pageBytes(HeaderLimits.MAX_HEADERS, HeaderLimits.MAX_HEADER_NAME, HeaderLimits.MAX_HEADER_VALUE);

    private static final Slab UNPOOLED = new Slab(0);

    private final Slab slab;
    private final Lifetime life;
    private final byte[] ownPage;
    // Made when first asked for: most blocks are read by others' views or written only.
    private Span nameView;
    private Span evenValue;
    private Span oddValue;
    private byte[] page;
    private int used;
    private int lineLen;
    private int count;
    private int removedBytes;
    private boolean odd;
    private long spills;

    public HeaderBlock(Slab slab, Lifetime life) {
        this(slab, life, PAGE_BYTES);
    }

    /** @param mostPageBytes a bound on the page of its own, for blocks that are made per message rather than kept */
    public HeaderBlock(Slab slab, Lifetime life, int mostPageBytes) {
        this(slab, life, new byte[Math.min(PAGE_BYTES, mostPageBytes)]);
    }

    private HeaderBlock(Slab slab, Lifetime life, byte[] ownPage) {
        this.slab = slab;
        this.life = life;
        this.ownPage = ownPage;
        this.page = ownPage;
    }

    /** A block with a page of any size, for those who compare tiers. */
    public static HeaderBlock withPage(int pageBytes) {
        return new HeaderBlock(UNPOOLED, new Lifetime(), new byte[pageBytes]);
    }

    /** Bytes of a page under these limits. */
    public static int pageBytes(int headers, int nameBytes, int valueBytes) {
        return headers * (nameBytes + valueBytes) + headers * ENTRIES_PER_HEADER * ENTRY_BYTES;
    }

    @Override
    public Headers retain() {
        HeaderBlock copy = new HeaderBlock(UNPOOLED, new Lifetime(), used + count * ENTRY_BYTES);
        copy.copyFrom(this);
        return new HeadersView(copy, copy.life, false);
    }

    // ---- filling

    /** Stores the text that precedes the fields, a target or a reason phrase, of which one exists; only into an empty block. */
    public void line(byte[] buf, int off, int len) {
        assert used == 0 && count == 0 : "the line comes first";
        reserve(len, 0);
        System.arraycopy(buf, off, page, 0, len);
        used = len;
        lineLen = len;
    }

    /** Appends a field whose bytes were checked by a decoder. */
    public void append(byte[] buf, int nameOff, int nameLen, int valueOff, int valueLen) {
        int id = HeaderName.idOf(buf, nameOff, nameLen);
        int need = id >= 0 ? valueLen : nameLen + valueLen;
        reserve(need, ENTRY_BYTES);
        int at = used;
        if (id < 0) {
            System.arraycopy(buf, nameOff, page, at, nameLen);
            at += nameLen;
        }
        System.arraycopy(buf, valueOff, page, at, valueLen);
        putEntry(used, id >= 0 ? id : ~nameLen, valueLen);
        used += need;
    }

    /** Appends a field whose bytes were checked by a decoder, and whose name is none of the known ones. */
    public void append(byte[] name, int nameOff, int nameLen, byte[] value, int valueOff, int valueLen) {
        reserve(nameLen + valueLen, ENTRY_BYTES);
        int at = used;
        System.arraycopy(name, nameOff, page, at, nameLen);
        System.arraycopy(value, valueOff, page, at + nameLen, valueLen);
        putEntry(at, ~nameLen, valueLen);
        used += nameLen + valueLen;
    }

    /** Appends a field of a known or checked name with a value whose bytes were checked. */
    public void append(HeaderName name, byte[] value, int valueOff, int valueLen) {
        int at = startField(name, valueLen);
        System.arraycopy(value, valueOff, page, at, valueLen);
    }

    @Override
    public MutableHeaders add(HeaderName name, CharSequence value) {
        int len = value.length();
        if (value instanceof Span window && window.isOn(page)) {
            value = window.toString(); // making room may move or give back what it looks at
        }
        int nameLen = name.id() >= 0 ? 0 : name.length();
        reserve(nameLen + len, ENTRY_BYTES);
        // What is stored is what was checked, and it counts only once it is complete: another thread may change the text meanwhile.
        int valueOff = used + nameLen;
        for (int i = 0; i < len; i++) {
            char c = value.charAt(i);
            if (isForbidden(c, i, len)) {
                throw refused(name, value, i);
            }
            page[valueOff + i] = (byte) c;
        }
        startField(name, len);
        return this;
    }

    @Override
    public MutableHeaders add(HeaderName name, long value) {
        int len = decimalLength(value);
        int at = startField(name, len); // before the page is read: it may change
        putDecimal(page, at, len, value);
        return this;
    }

    @Override
    public MutableHeaders set(HeaderName name, CharSequence value) {
        if (value instanceof Span window && window.isOn(page)) {
            value = window.toString(); // it may look at the field that is about to go
        }
        for (int i = 0, len = value.length(); i < len; i++) {
            if (isForbidden(value.charAt(i), i, len)) {
                throw refused(name, value, i); // before anything is removed
            }
        }
        remove(name);
        return add(name, value);
    }

    @Override
    public MutableHeaders set(HeaderName name, long value) {
        remove(name);
        return add(name, value);
    }

    @Override
    public MutableHeaders remove(HeaderName name) {
        for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i)) {
            removeAt(i);
        }
        return this;
    }

    /** Removes the field at {@code index}; those behind it move up. */
    public void removeAt(int index) {
        int bytes = storedBytes(index);
        if (offset(index) + bytes == used) {
            wipe(page, used - bytes, used);
            used -= bytes;
        } else {
            removedBytes += bytes;
        }
        int end = page.length - index * ENTRY_BYTES;
        int lowest = page.length - count * ENTRY_BYTES;
        System.arraycopy(page, lowest, page, lowest + ENTRY_BYTES, end - ENTRY_BYTES - lowest);
        count--;
    }

    /** Empties it and gives a larger page back to the slab. Does not end the views' life: that is its owner's to do. */
    @Override
    public MutableHeaders clear() {
        if (page != ownPage) {
            byte[] lent = page;
            page = ownPage;
            slab.giveBack(lent);
        } else {
            wipe(page, 0, used);
        }
        used = 0;
        lineLen = 0;
        count = 0;
        removedBytes = 0;
        return this;
    }

    /** A larger page is left to the collector, as someone may still read it; this block is not used for another message. */
    public void forget() {
        if (page != ownPage) {
            slab.forget(page);
        }
    }

    /** Makes this a copy of {@code other}, fields and line. */
    public void copyFrom(HeaderBlock other) {
        clear();
        line(other.page, 0, other.lineLen);
        for (int i = 0; i < other.count; i++) {
            int id = other.id(i);
            if (id >= 0) {
                append(HeaderName.byId(id), other.page, other.valueOff(i), other.valueLen(i));
            } else {
                append(other.page, other.offset(i), other.nameLen(i), other.valueOff(i), other.valueLen(i));
            }
        }
    }

    private int startField(HeaderName name, int valueLen) {
        int id = name.id();
        int nameLen = id >= 0 ? 0 : name.length();
        reserve(nameLen + valueLen, ENTRY_BYTES);
        int at = used;
        if (id < 0) {
            name.copyTo(page, at);
        }
        putEntry(at, id >= 0 ? id : ~nameLen, valueLen);
        used += nameLen + valueLen;
        return at + nameLen;
    }

    private void putEntry(int off, int nameOrLength, int valueLen) {
        int entry = page.length - ++count * ENTRY_BYTES;
        INT.set(page, entry, off);
        INT.set(page, entry + NAME, nameOrLength);
        INT.set(page, entry + LENGTH, valueLen);
    }

    private void reserve(int bytes, int entryBytes) {
        int entries = count * ENTRY_BYTES + entryBytes;
        if (page.length - used - entries >= bytes) {
            return;
        }
        makeRoom(bytes, entries);
    }

    private void makeRoom(int bytes, int entries) {
        if (removedBytes > 0) {
            compact();
            if (page.length - used - entries >= bytes) {
                return;
            }
        }
        if (page == ownPage) {
            spills++;
        }
        byte[] larger = slab.lend(Math.addExact(Math.max(page.length * 2, used + entries), bytes));
        int table = count * ENTRY_BYTES;
        System.arraycopy(page, 0, larger, 0, used);
        System.arraycopy(page, page.length - table, larger, larger.length - table, table);
        byte[] old = page;
        page = larger;
        if (old != ownPage) {
            slab.giveBack(old);
        } else {
            wipe(old, 0, used);
        }
    }

    /** Closes the gaps that removed fields left; entries are in the order of their bytes, so one pass moves each down once. */
    private void compact() {
        int at = lineLen;
        for (int i = 0; i < count; i++) {
            int off = offset(i);
            int bytes = storedBytes(i);
            System.arraycopy(page, off, page, at, bytes);
            INT.set(page, page.length - (i + 1) * ENTRY_BYTES, at);
            at += bytes;
        }
        wipe(page, at, used);
        used = at;
        removedBytes = 0;
    }

    /** What is no longer a field's, where no check keeps a stale view from it. */
    private static void wipe(byte[] page, int from, int to) {
        if (!Lifetime.CHECKED) {
            Arrays.fill(page, from, to, Lifetime.POISON);
        }
    }

    // ---- reading

    @Override
    public int size() {
        return count;
    }

    @Override
    public int indexOf(HeaderName name, int from) {
        int id = name.id();
        if (id >= 0) {
            for (int i = from, entry = page.length - (from + 1) * ENTRY_BYTES; i < count; i++, entry -= ENTRY_BYTES) {
                if ((int) INT.get(page, entry + NAME) == id) {
                    return i;
                }
            }
            return -1;
        }
        for (int i = from; i < count; i++) {
            if (id(i) < 0 && name.matches(page, offset(i), nameLen(i))) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public Ascii name(int index) {
        if (nameView == null) {
            nameView = new Span(life);
        }
        return name(index, nameView);
    }

    /** Points {@code view} at the name. */
    Ascii name(int index, Span view) {
        checkIndex(index);
        int id = id(index);
        if (id < 0) {
            return view.set(page, offset(index), nameLen(index));
        }
        HeaderName known = HeaderName.byId(id);
        return view.set(known.wireBytes(), 0, known.length());
    }

    @Override
    public Ascii value(int index) {
        odd = !odd;
        if (odd) {
            if (oddValue == null) {
                oddValue = new Span(life);
            }
            return value(index, oddValue);
        }
        if (evenValue == null) {
            evenValue = new Span(life);
        }
        return value(index, evenValue);
    }

    /** Points {@code view} at the value. */
    Ascii value(int index, Span view) {
        checkIndex(index);
        return view.set(page, valueOff(index), valueLen(index));
    }

    @Override
    public Optional<String> first(HeaderName name) {
        int index = indexOf(name, 0);
        return index < 0 ? Optional.empty() : Optional.of(valueText(index));
    }

    @Override
    public List<String> all(HeaderName name) {
        List<String> all = new ArrayList<>();
        for (int i = indexOf(name, 0); i >= 0; i = indexOf(name, i + 1)) {
            all.add(valueText(i));
        }
        return all;
    }

    @Override
    public Iterator<Map.Entry<String, String>> iterator() {
        int lentUnder = life.generation();
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                life.check(lentUnder);
                return next < count;
            }

            @Override
            public Map.Entry<String, String> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int index = next++;
                return new SimpleImmutableEntry<>(nameText(index), valueText(index));
            }
        };
    }

    /** The text of the field's name; allocates for names that are not known. */
    public String nameText(int index) {
        int id = id(index);
        return id >= 0 ? HeaderName.byId(id).toString() : new String(page, offset(index), nameLen(index), StandardCharsets.ISO_8859_1);
    }

    /** The text of the field's value; allocates. */
    public String valueText(int index) {
        return new String(page, valueOff(index), valueLen(index), StandardCharsets.ISO_8859_1);
    }

    // ---- raw access, for codecs and rules; offsets are into bytes() and end with the next change

    public byte[] bytes() {
        return page;
    }

    public int lineLen() {
        return lineLen;
    }

    /** The id of a known name; -1 for others. */
    public int id(int index) {
        int id = (int) INT.get(page, entry(index) + NAME);
        return id >= 0 ? id : -1;
    }

    /** Where the bytes of a name that is not known begin. */
    public int nameOff(int index) {
        return offset(index);
    }

    /** The length of the stored name; 0 for known ones, which are not stored. */
    public int nameLen(int index) {
        int id = (int) INT.get(page, entry(index) + NAME);
        return id >= 0 ? 0 : ~id;
    }

    public int valueOff(int index) {
        return offset(index) + nameLen(index);
    }

    public int valueLen(int index) {
        return (int) INT.get(page, entry(index) + LENGTH);
    }

    /** Whether the value is this text, without case. */
    public boolean valueIs(int index, String lowerCase) {
        int len = valueLen(index);
        if (len != lowerCase.length()) {
            return false;
        }
        int off = valueOff(index);
        for (int i = 0; i < len; i++) {
            if (Tokens.lower(page[off + i]) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** How often a section did not fit the tier's page since this block was made. */
    public long spills() {
        return spills;
    }

    /** The bytes that this block holds for itself, and those that it has borrowed. */
    public int ownedBytes() {
        return ownPage.length + (page == ownPage ? 0 : page.length);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < count; i++) {
            out.append(nameText(i)).append(": ").append(valueText(i)).append('\n');
        }
        return out.toString();
    }

    private int entry(int index) {
        return page.length - (index + 1) * ENTRY_BYTES;
    }

    private int offset(int index) {
        return (int) INT.get(page, entry(index));
    }

    private int storedBytes(int index) {
        return nameLen(index) + valueLen(index);
    }

    private void checkIndex(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("field " + index + " of " + count);
        }
    }

    /** RFC 9110 5.5: what is no part of a value at this place. */
    private static boolean isForbidden(char c, int at, int len) {
        return c > 0xFF || !Tokens.isValueChar(c) || isBlank(c) && (at == 0 || at == len - 1);
    }

    private static IllegalArgumentException refused(HeaderName name, CharSequence value, int at) {
        return new IllegalArgumentException("the value of " + Tokens.printable(name.toString()) + " holds a character that RFC 9110 5.5 does not allow there, at " + at + ": \""
                + Tokens.printable(value) + '"');
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** The unsigned decimal number that these bytes are; {@code absent} for anything else, RFC 9110 8.6: 1*DIGIT, no sign, no list. */
    public static long parseLong(byte[] buf, int off, int len, long absent) {
        if (len == 0) {
            return absent;
        }
        long value = 0;
        for (int i = 0; i < len; i++) {
            int digit = buf[off + i] - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return absent;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** The number of characters of {@code value} in decimal. */
    public static int decimalLength(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("negative: " + value);
        }
        int len = 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            len++;
        }
        return len;
    }

    /** Writes {@code len} decimal digits. */
    public static void putDecimal(byte[] dst, int off, int len, long value) {
        for (int i = off + len - 1; i >= off; i--) {
            dst[i] = (byte) ('0' + value % 10);
            value /= 10;
        }
    }
}
