/**
 * Ring 0: memory that is lent and comes back. {@code Slab} lends byte arrays to connections and engines, {@code ChunkStore} lends the chunks of arenas to exchanges, both counted by {@code Lending};
 * {@code Scratch} and the arena's views hand a chunk out piece by piece; {@code Lifetime} tells whether what somebody still holds is valid.
 */
package io.shockwave.internal.memory;
