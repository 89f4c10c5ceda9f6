#!/usr/bin/env bash
# start.sh [--tier NAME] [--rounds N]: milliseconds from the start of the process to the first answered request, ours and the JDK's jwebserver in alternation, medians.
# With an AOT cache if ./shockwave aot NAME has made one, and without. See docs/benchmarks.md.
set -eu

tier=lowmem
rounds=15
while [ $# -gt 0 ]; do
    case $1 in
        --tier) tier=$2 ;;
        --rounds) rounds=$2 ;;
        *) echo "usage: $0 [--tier NAME] [--rounds N]" >&2; exit 2 ;;
    esac
    shift 2
done
. "$(dirname "$0")/serve.sh"
jar=$(jar_of "$tier")
need "$jar"
cache=$root/.shockwave/$tier.aot
[ "$cache" -nt "$jar" ] || cache=
keep_awake

ours() {
    exec "$jdk/bin/java" "@$root/tiers/$tier.jvmargs" "$@" -jar "$jar" serve "$site" --port "$port" --bind 127.0.0.1 -q
}

sample() { # NAME COMMAND…
    local name=$1
    shift
    first_answer "$@"
    echo "$took_us" >> "$scratch/$name"
    kill -KILL "$server" && wait "$server" 2> /dev/null || true
    server=
}

for _ in $(seq "$rounds"); do
    free_port
    sample jwebserver "$jdk/bin/jwebserver" -p "$port" -b 127.0.0.1 -d "$site"
    free_port
    sample plain ours
    free_port
    [ -z "$cache" ] || sample aot ours "-XX:AOTCache=$cache"
done
reference=$(median "$scratch/jwebserver")
printf '%s, medians of %d alternating starts\n%-34s %8s %8s\n' "$("$jdk/bin/java" -version 2>&1 | sed -n 2p)" "$rounds" '' ms ratio
for name in jwebserver plain aot; do
    [ -f "$scratch/$name" ] || continue
    case $name in
        jwebserver) title="the JDK's jwebserver" ;;
        plain) title="shockwave serve, $tier" ;;
        aot) title="the same with its AOT cache" ;;
    esac
    median "$scratch/$name" | awk -v title="$title" -v of="$reference" '{ printf "%-34s %8.0f %8.2f\n", title, $1 / 1000, $1 / of }'
done
[ -n "$cache" ] || echo "no AOT cache: ./shockwave aot $tier makes one"
