#!/usr/bin/env bash
# arena.sh [TIER] [REQUESTS] [AT_ONCE]: what arenas save with G1, Serial, Parallel and ZGC: bytes, collections and their CPU time over the same requests. lowmem, 100,000 and 8 by default.
# Build first: mvn -DskipTests package
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
tier=${1:-lowmem}
version=$(sed -n 's/.*<version>\(.*\)<\/version>.*/\1/p' "$root/pom.xml" | head -n 1)
jar=$root/shockwave-$tier/target/shockwave-$tier-$version.jar
for file in "$jar" "$root/bench/target/classpath"; do
    [ -f "$file" ] || { echo "$0: $file is missing: run mvn -DskipTests package" >&2; exit 1; }
done
echo "# Tier: $tier"
exec "${JAVA:-java}" -XX:+UseSerialGC -cp "$jar:$root/bench/target/classes:$(cat "$root/bench/target/classpath")" io.shockwave.bench.arena.ArenaCollectors ${2:+"$2"} ${3:+"$3"}
