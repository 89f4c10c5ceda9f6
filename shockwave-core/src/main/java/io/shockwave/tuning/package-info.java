/**
 * Tools that measure memory: what code allocates, and what a server or client holds. They are for development, tests and diagnosis; nothing that serves or fetches calls them, and
 * they may allocate. They need the JDK's modules {@code jdk.management} and, for call sites, {@code jdk.jfr}; the library itself needs neither.
 */
package io.shockwave.tuning;
