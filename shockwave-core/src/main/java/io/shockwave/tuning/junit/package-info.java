/**
 * For tests of applications: an extension of JUnit 5 that holds code to a number of bytes. Needs JUnit Jupiter, which the tests that use it bring along; nobody else's application does.
 */
package io.shockwave.tuning.junit;
