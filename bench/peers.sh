# Sourced by compare.sh and idle.sh: builds what is missing, then becomes $main.
# shellcheck shell=bash disable=SC2154
root=$(cd "$(dirname "$0")/.." && pwd -P)
tier=ultraperf
rest=()
while [ $# -gt 0 ]; do
    if [ "$1" = --tier ] && [ $# -gt 1 ]; then
        tier=$2
        shift
    else
        rest+=("$1")
    fi
    shift
done
version=$(sed -n 's/.*<version>\(.*\)<\/version>.*/\1/p' "$root/pom.xml" | head -n 1)
jar=$root/shockwave-$tier/target/shockwave-$tier-$version.jar
command -v taskset > /dev/null || { echo "$0: needs taskset (util-linux)" >&2; exit 1; }

newer() {
    find "$root/pom.xml" "$root/bench/pom.xml" "$root/bench/src" "$root/shockwave-core/src/main" -newer "$1" -print -quit 2> /dev/null | grep -q .
}
classes=$root/bench/target/classpath-peers
if [ ! -f "$jar" ] || [ ! -f "$classes" ] || { [ -z "${BENCH_NO_BUILD:-}" ] && newer "$classes"; }; then
    echo "building (log: bench/target/peers-build.log)" >&2
    mkdir -p "$root/bench/target"
    # The tests' tier must be there too.
    (cd "$root" && mvn -B -ntp -Ppeers -DskipTests -pl "bench,shockwave-lowmem,shockwave-highperf,shockwave-ultraperf,shockwave-maxperf" -am package) > "$root/bench/target/peers-build.log" 2>&1 \
        || { tail -n 30 "$root/bench/target/peers-build.log" >&2; exit 1; }
    touch "$classes"
fi

java=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [ -x "$home/bin/javac" ] && [ "$("$home/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/.*java.specification.version = \([0-9]*\).*/\1/p')" -ge 25 ] 2> /dev/null; then
        java=$home/bin/java
        break
    fi
done
[ -n "$java" ] || { echo "$0: set JAVA_HOME to a JDK 25 or later" >&2; exit 1; }

# Sleeping virtual processors wake slowly; one that spins at the lowest priority keeps each awake and takes nothing from the others.
spinners=()
if command -v chrt > /dev/null; then
    for core in 0 1; do
        taskset -c "$core" chrt -i 0 sh -c 'while :; do :; done' &
        spinners+=($!)
    done
fi
trap '[ ${#spinners[@]} -eq 0 ] || kill "${spinners[@]}" 2> /dev/null' EXIT
"$java" -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "-Dbench.dir=$root/bench/target" "-Dbench.tierjar=$jar" "-Dbench.root=$root" "-Dbench.version=$version" ${BENCH_JVM:+"-Dbench.jvm=$BENCH_JVM"} \
    -cp "$root/bench/target/classes:$(cat "$classes")" "$main" "${rest[@]+"${rest[@]}"}"
