/** The command line over the public API. Starts quickly: each command loads its own classes only. */
package io.shockwave.cli;
