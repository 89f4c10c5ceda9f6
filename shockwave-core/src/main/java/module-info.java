/** An HTTP client and server library. Put exactly one of the four tier artifacts on the module path. */
module io.shockwave {
    exports io.shockwave;
    exports io.shockwave.client;
    exports io.shockwave.server;
}
