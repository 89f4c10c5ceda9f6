/**
 * Events for JDK Flight Recorder. Only {@link io.shockwave.internal.events.Events} is called from outside; it names no class of {@code jdk.jfr} until that module was found, so the library
 * runs without it. An event that is off costs a read of a static field and a call that returns false: no object is made.
 */
package io.shockwave.internal.events;
