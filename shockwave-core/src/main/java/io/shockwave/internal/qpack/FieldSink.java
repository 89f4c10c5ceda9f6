package io.shockwave.internal.qpack;

/** Where decoded field lines go, one call each. Bytes are lent for the call. */
public interface FieldSink {
    /**
     * A field line.
     *
     * @param id what {@link FieldNames#idOf} says of the name: the id of a known field, or one of its constants
     * @param name the bytes around the name; those of an id of a known field are in canonical case
     * @param neverIndexed the peer asks that it is never compressed by reference, by anyone who passes it on (RFC 9204 7.1.3)
     * @return false to stop: nothing more of this section is decoded
     */
    boolean onField(int id, byte[] name, int nameOff, int nameLen, byte[] value, int valueOff, int valueLen, boolean neverIndexed);
}
