/** An HTTP client and server library. Put exactly one of the four tier artifacts on the module path. */
module io.shockwave {
    // For events, and for the measuring tools; what is served and fetched needs none of it.
    requires static jdk.jfr;
    requires static jdk.management;
    requires static org.junit.jupiter.api;

    exports io.shockwave;
    exports io.shockwave.client;
    exports io.shockwave.server;
    exports io.shockwave.tuning;
    exports io.shockwave.tuning.junit;
}
