/**
 * Tools that measure: what code allocates, what a server or client holds, what a server does under load, and which configuration suits a workload. They are for development, tests and diagnosis; nothing that serves or fetches calls them, and
 * they may allocate. They need the JDK's modules {@code jdk.management} and, for call sites, {@code jdk.jfr}; the library itself needs neither.
 */
package io.shockwave.tuning;
