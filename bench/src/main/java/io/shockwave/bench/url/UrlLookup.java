package io.shockwave.bench.url;

/** One way from a URL's text to its parsed form. */
interface UrlLookup {
    Object find(byte[] buf, int off, int len);

    Object find(StringBuilder url);

    Object find(String url);

    /** The port in what a lookup returned, so that a test can tell right from wrong. */
    int port(Object found);
}
