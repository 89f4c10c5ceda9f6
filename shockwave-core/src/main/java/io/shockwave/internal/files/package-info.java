/** What serving files needs beside a connection: request paths, conditions, ranges, types and listings. Uses the file system, but no socket, thread or clock. */
package io.shockwave.internal.files;
