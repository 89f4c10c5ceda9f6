package io.shockwave.internal.net;

import java.lang.System.Logger;

/**
 * The library's logger, for what nobody is called back about. Thread-safe.
 *
 * <p>In a class of its own, which is initialised with the first message: finding the logger reads the JDK's logging configuration, and most programs start and end without a message.
 */
public final class Log {
    public static final Logger LOG = System.getLogger("io.shockwave");

    private Log() {
    }
}
