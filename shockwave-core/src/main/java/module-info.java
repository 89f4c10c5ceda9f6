/** An HTTP client and server library. Put exactly one of the four tier artifacts on the module path. */
module io.shockwave {
    // For events, and for the measuring tools; what is served and fetched needs none of it.
    requires static jdk.jfr;
    requires static jdk.management;

    exports io.shockwave;
    exports io.shockwave.client;
    exports io.shockwave.server;
    exports io.shockwave.tuning;
}
