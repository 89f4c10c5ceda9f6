# Sourced by jvm.sh and start.sh: starts servers, asks them, and reads what the kernel counts for them.
# shellcheck shell=bash disable=SC2034,SC2154
root=$(cd "$(dirname "$0")/.." && pwd -P)
version=$(sed -n 's/.*<version>\(.*\)<\/version>.*/\1/p' "$root/pom.xml" | head -n 1)
scratch=$(mktemp -d)
site=$scratch/site
mkdir "$site"
printf 'Hello, World!' > "$site/index.html"
server=
finish() {
    [ -z "$server" ] || kill -KILL "$server" 2> /dev/null || true
    [ ${#spinners[@]} -eq 0 ] || kill "${spinners[@]}" 2> /dev/null || true
    rm -rf "$scratch"
}
spinners=()
trap finish EXIT

jdk=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [ -x "$home/bin/javac" ] && [ "$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2> /dev/null)" -ge 25 ] 2> /dev/null; then
        jdk=$home
        break
    fi
done
[ -n "$jdk" ] || { echo "$0: set JAVA_HOME to a JDK 25 or later" >&2; exit 1; }

jar_of() {
    printf '%s/shockwave-%s/target/shockwave-%s-%s.jar' "$root" "$1" "$1" "$version"
}

need() {
    for file in "$@"; do
        [ -f "$file" ] || { echo "$0: $file is missing: run ./shockwave version --tier NAME, or mvn -DskipTests package" >&2; exit 1; }
    done
}

# Sleeping virtual processors wake slowly; one that spins at the lowest priority keeps each awake and takes nothing from the others.
keep_awake() {
    command -v chrt > /dev/null || return 0
    for core in 0 1; do
        taskset -c "$core" chrt -i 0 sh -c 'while :; do :; done' &
        spinners+=($!)
    done
}

free_port() {
    port=$((10000 + RANDOM % 20000)) # below those that the system gives to clients
    while (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do
        port=$((10000 + RANDOM % 20000))
    done
}

# first_answer COMMAND…: runs it in the background as $server and sets $took_us to the time until it has answered a request for / on $port.
first_answer() {
    local line before=${EPOCHREALTIME/./}
    "$@" > "$scratch/out" 2>&1 &
    server=$!
    until { exec 3<> "/dev/tcp/127.0.0.1/$port"; } 2> /dev/null; do
        kill -0 "$server" 2> /dev/null || { echo "$0: a server ended at once: $*" >&2; cat "$scratch/out" >&2; exit 1; }
        read -rt 0.001 <> <(:) || true
    done
    printf 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    read -r line <&3
    took_us=$((${EPOCHREALTIME/./} - before))
    while read -r rest <&3; do :; done
    exec 3>&-
    case $line in *' 200 '*) ;; *) echo "$0: $* answered $line" >&2; exit 1 ;; esac
}

stop() {
    kill -TERM "$server" 2> /dev/null || true
    wait "$server" 2> /dev/null || true
    server=
}

# status_kib FIELD: of the server, as /proc tells it.
status_kib() {
    awk -v field="$1:" '$1 == field { print $2 }' "/proc/$server/status"
}

# In ticks of 10 ms, all threads.
cpu_ticks() {
    sed 's/.*) //' "/proc/$server/stat" | awk '{ print $12 + $13 }'
}

# median FILE: of its lines.
median() {
    sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
