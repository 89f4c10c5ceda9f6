package io.shockwave.internal.quic;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.shockwave.internal.tls13.CipherSuite;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The calls of OpenSSL's libcrypto that protect packets. Stateless but for a count of what is allocated; contexts are addresses, and belong to whoever made them.
 *
 * <p>What runs for each packet takes addresses of memory outside the heap, as numbers, and is linked as critical: it does not block, and the collector waits meanwhile, for a few hundred
 * nanoseconds. What makes contexts is not.
 */
final class Libcrypto {
    static final int ENCRYPT = 1;
    static final int DECRYPT = 0;
    /** The same numbers in all versions: EVP_CTRL_AEAD_GET_TAG and EVP_CTRL_AEAD_SET_TAG. */
    private static final int GET_TAG = 0x10;
    private static final int SET_TAG = 0x11;
    /** In every version's name: an unversioned one may be anything, and on macOS ends the process. */
    private static final String[] NAMES = {"libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib"};
    private static final Linker.Option SHORT = Linker.Option.critical(false);

    private static final SymbolLookup LIBRARY = find();
    private static final MethodHandle NEW = handle("EVP_CIPHER_CTX_new", FunctionDescriptor.of(JAVA_LONG));
    private static final MethodHandle FREE = handle("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(JAVA_LONG));
    private static final MethodHandle INIT_KEY = handle("EVP_CipherInit_ex", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle INIT_IV = handle("EVP_CipherInit_ex", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT), SHORT);
    private static final MethodHandle UPDATE = handle("EVP_CipherUpdate", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT), SHORT);
    private static final MethodHandle FINAL = handle("EVP_CipherFinal_ex", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG), SHORT);
    private static final MethodHandle CONTROL = handle("EVP_CIPHER_CTX_ctrl", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG), SHORT);
    private static final MethodHandle AES_128_GCM = cipher("EVP_aes_128_gcm");
    private static final MethodHandle AES_256_GCM = cipher("EVP_aes_256_gcm");
    private static final MethodHandle CHACHA20_POLY1305 = cipher("EVP_chacha20_poly1305");
    private static final MethodHandle CHACHA20 = cipher("EVP_chacha20");

    private static final AtomicInteger CONTEXTS = new AtomicInteger();

    private Libcrypto() {}

    /** Whether the library is there with all that is called here. It must not be called before this was true. */
    static boolean isLoaded() {
        return NEW != null && FREE != null && INIT_KEY != null && INIT_IV != null && UPDATE != null && FINAL != null && CONTROL != null && AES_128_GCM != null
                && AES_256_GCM != null && CHACHA20_POLY1305 != null && CHACHA20 != null;
    }

    /** How many contexts are allocated and not freed. */
    static int contexts() {
        return CONTEXTS.get();
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup find() {
        if (!Libcrypto.class.getModule().isNativeAccessEnabled() || ADDRESS.byteSize() != Long.BYTES) {
            return null;
        }
        for (String name : NAMES) {
            try {
                return SymbolLookup.libraryLookup(name, Arena.global());
            } catch (IllegalArgumentException | UnsupportedOperationException _) {
                // Not this one.
            }
        }
        return null;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        if (LIBRARY == null) {
            return null;
        }
        MemorySegment symbol = LIBRARY.find(name).orElse(null);
        return symbol == null ? null : Linker.nativeLinker().downcallHandle(symbol, descriptor, options);
    }

    private static MethodHandle cipher(String name) {
        return handle(name, FunctionDescriptor.of(JAVA_LONG));
    }

    /** A context for the AEAD of a suite; 0 when the library refuses it, as one that is restricted to some ciphers does. The key can be overwritten afterwards. */
    static long aead(CipherSuite suite, byte[] key) {
        return context(switch (suite) {
            case AES_128_GCM_SHA256 -> AES_128_GCM;
            case AES_256_GCM_SHA384 -> AES_256_GCM;
            case CHACHA20_POLY1305_SHA256 -> CHACHA20_POLY1305;
        }, key);
    }

    /** A context for the bare cipher, whose IV is a block counter of four bytes and a nonce of twelve; 0 when the library refuses it. */
    static long chacha20(byte[] key) {
        return context(CHACHA20, key);
    }

    private static long context(MethodHandle cipher, byte[] key) {
        try (Arena arena = Arena.ofConfined()) {
            long type = (long) cipher.invokeExact();
            long context = (long) NEW.invokeExact();
            if (context == 0) {
                throw new OutOfMemoryError("libcrypto has no memory for a context");
            }
            CONTEXTS.incrementAndGet();
            MemorySegment copy = arena.allocate(key.length);
            MemorySegment.copy(key, 0, copy, JAVA_BYTE, 0, key.length);
            int done = (int) INIT_KEY.invokeExact(context, type, 0L, copy, MemorySegment.NULL, ENCRYPT);
            copy.fill((byte) 0);
            if (type == 0 || done != 1) {
                free(context);
                return 0;
            }
            return context;
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Overwrites the key and frees the context. */
    static void free(long context) {
        try {
            FREE.invokeExact(context);
        } catch (Throwable e) {
            throw failure(e);
        }
        CONTEXTS.decrementAndGet();
    }

    /** Begins a message under another IV; false when the library refuses. */
    static boolean start(long context, long iv, int direction) {
        try {
            return (int) INIT_IV.invokeExact(context, 0L, 0L, 0L, iv, direction) == 1;
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Takes associated data. */
    static boolean associated(long context, long data, int len, long written) {
        return update(context, 0, written, data, len);
    }

    /** Encrypts or decrypts in place. */
    static boolean inPlace(long context, long data, int len, long written) {
        return update(context, data, written, data, len);
    }

    private static boolean update(long context, long out, long written, long in, int len) {
        try {
            return (int) UPDATE.invokeExact(context, out, written, in, len) == 1;
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** Ends a message: computes the tag, or compares it with the one that was set. Nothing is written by the ciphers here. */
    static boolean finish(long context, long lastBlock, long written) {
        try {
            return (int) FINAL.invokeExact(context, lastBlock, written) == 1;
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    static boolean tagTo(long context, long tag) {
        return control(context, GET_TAG, tag);
    }

    static boolean tagFrom(long context, long tag) {
        return control(context, SET_TAG, tag);
    }

    private static boolean control(long context, int what, long tag) {
        try {
            return (int) CONTROL.invokeExact(context, what, PacketProtection.TAG_BYTES, tag) == 1;
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    private static RuntimeException failure(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
