/**
 * Ring 2: where a request goes and on which connection: origins, parsed URLs, pooled connections. A hot package: no
 * boxing, varargs, streams, iterators or capturing lambdas on the path of a hit, an acquire or a release.
 */
package io.shockwave.internal.pool;
