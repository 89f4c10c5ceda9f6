package io.shockwave.tuning;

import io.shockwave.Tier;
import java.util.List;

/**
 * What can be set and is worth to be: of a server, of a client, and of the JVM. Immutable.
 *
 * @param tier the artifact
 * @param maxHeaderBytes of a server, {@link io.shockwave.server.ShockwaveServer.Builder#maxHeaderBytes}
 * @param maxHeaderCount of a server, {@link io.shockwave.server.ShockwaveServer.Builder#maxHeaderCount}
 * @param maxRequestLineBytes of a server, {@link io.shockwave.server.ShockwaveServer.Builder#maxRequestLineBytes}
 * @param bufferBytes of a server, {@link io.shockwave.server.ShockwaveServer.Builder#bufferBytes}
 * @param maxConnectionsPerOrigin of a client, {@link io.shockwave.client.ShockwaveClient.Builder#maxConnectionsPerOrigin}
 * @param maxConnections of a client, {@link io.shockwave.client.ShockwaveClient.Builder#maxConnections}
 * @param urlCacheEntries of a client, {@link io.shockwave.client.ShockwaveClient.Builder#urlCacheEntries}
 * @param jvmArguments of the process
 */
public record Configuration(String tier, int maxHeaderBytes, int maxHeaderCount, int maxRequestLineBytes, int bufferBytes, int maxConnectionsPerOrigin, int maxConnections, int urlCacheEntries,
        List<String> jvmArguments) {
    /** @throws IllegalArgumentException if there is no such tier */
    public Configuration {
        TierFacts.of(tier);
        jvmArguments = List.copyOf(jvmArguments);
    }

    /**
     * The builders' defaults, with a tier and the JVM arguments that the launcher gives it.
     *
     * @throws IllegalArgumentException if there is no such tier
     */
    public static Configuration defaults(String tier) {
        return new Configuration(tier, 32_768, 128, 8_192, 16_384, 8, 256, 256, TierFacts.of(tier).jvmArguments());
    }

    /** The defaults of the tier that is linked. */
    public static Configuration current() {
        String linked = Tier.current().name();
        return defaults(TierFacts.exists(linked) ? linked : "lowmem");
    }
}
