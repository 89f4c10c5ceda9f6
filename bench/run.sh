#!/usr/bin/env bash
# run.sh TIER [PATTERN] [JMH OPTIONS]: runs the benchmarks against one tier's jar. Build first: mvn -DskipTests package
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
[ $# -gt 0 ] || { echo "usage: $0 TIER [PATTERN] [JMH OPTIONS]" >&2; exit 2; }
tier=$1
shift
version=$(sed -n 's/.*<version>\(.*\)<\/version>.*/\1/p' "$root/pom.xml" | head -n 1)
jar=$root/shockwave-$tier/target/shockwave-$tier-$version.jar
for file in "$jar" "$root/bench/target/classpath"; do
    [ -f "$file" ] || { echo "$0: $file is missing: run mvn -DskipTests package" >&2; exit 1; }
done

# JMH takes each option once, so what is given here replaces these.
defaults=
for option in '-f 1' '-wi 3' '-w 300ms' '-i 5' '-r 300ms' '-prof gc'; do
    case " $* " in
        *" ${option%% *} "*) ;;
        *) defaults="$defaults $option" ;;
    esac
done

echo "# Tier: $tier"
# The tier's jar comes first: the benchmarks were compiled against the core, and its classes are in there.
# Of the tier's JVM arguments the collector and the headers: a benchmark is of the code, not of lowmem's quick JIT or of a heap too small for what is compared.
# shellcheck disable=SC2046,SC2086
exec "${JAVA:-java}" $(sed -n '/^-XX:+Use\|^--/p' "$root/tiers/$tier.jvmargs") -cp "$jar:$root/bench/target/classes:$(cat "$root/bench/target/classpath")" \
    org.openjdk.jmh.Main $defaults "$@"
