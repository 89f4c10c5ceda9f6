#!/usr/bin/env bash
# http3.sh [--tier NAME] [--rounds N]
# The HTTP/3 server's CPU time and bytes per request of 1,000 bytes (1 connection with 100 streams, 32 with 4 each), and its CPU time for 100 MiB; the latter beside ngtcp2's
# gtlsserver, with its gtlsclient as the load of both, where they are installed. See docs/benchmarks.md. Linux only.
set -eu

tier=ultraperf
rounds=3
while [ $# -gt 1 ]; do
    case $1 in
        --tier) tier=$2 ;;
        --rounds) rounds=$2 ;;
        *) break ;;
    esac
    shift 2
done
[ $# -eq 0 ] || { sed -n '2,4p' "$0" >&2; exit 1; }
# shellcheck source=bench/serve.sh
. "$(dirname "$0")/serve.sh"
jar=$(jar_of "$tier")
need "$jar"
mkdir "$scratch/classes"
"$jdk/bin/javac" -d "$scratch/classes" -cp "$jar" "$root"/bench/src/main/java/io/shockwave/bench/http3/*.java
java=("$jdk/bin/java" -XX:+UseSerialGC -Xmx400m --enable-native-access=ALL-UNNAMED -cp "$scratch/classes:$jar")
port=$((20000 + $$ % 10000))

# CPU time of all threads but the JIT's, in µs.
cpu() {
    cat /proc/"$1"/task/*/stat 2> /dev/null | awk '!/CompilerThre/ { sub(/.*\) /, ""); ticks += $12 + $13 } END { print ticks * 10000 }'
}

start_ours() {
    coproc SERVER { exec taskset -c 0 "${java[@]}" io.shockwave.bench.http3.Http3Server "$port" "$scratch/server.pem" 2>&1; }
    server=$SERVER_PID
    local line
    while read -r -u "${SERVER[0]}" line && [ "$line" != ready ]; do :; done
}

stop() {
    kill -KILL "$server" 2> /dev/null || true
    wait "$server" 2> /dev/null || true
    server=
    port=$((port + 1))
}

# small CONNECTIONS STREAMS
small() {
    start_ours
    # Bash warns of a second coprocess.
    { coproc LOAD { exec taskset -c 1 "${java[@]}" io.shockwave.bench.http3.Http3Load "https://127.0.0.1:$port/" "$scratch/server.pem" "$1" "$2"; }; } 2> /dev/null
    local load=$LOAD_PID n0 n1 b0 b1 c0 c1
    sleep 6
    echo >&"${LOAD[1]}" && read -r -u "${LOAD[0]}" n0
    echo >&"${SERVER[1]}" && read -r -u "${SERVER[0]}" b0
    c0=$(cpu "$server")
    sleep 2
    echo >&"${LOAD[1]}" && read -r -u "${LOAD[0]}" n1
    echo >&"${SERVER[1]}" && read -r -u "${SERVER[0]}" b1
    c1=$(cpu "$server")
    kill -KILL "$load"
    wait "$load" 2> /dev/null || true
    stop
    awk "BEGIN { n = $n1 - $n0; printf \"%-12s %8.2f µs CPU, %6.0f bytes a request, %7.0f requests/s\n\", \"$1 x $2\", ($c1 - $c0) / n, ($b1 - $b0) / n, n / 2 }"
}

# bulk NAME PATH TIMES: the last of several transfers
bulk() {
    local before i
    for ((i = 0; i < $3; i++)); do
        before=$(cpu "$server")
        taskset -c 1 timeout 30 gtlsclient -q --no-quic-dump --no-http-dump --exit-on-all-streams-close 127.0.0.1 "$port" "https://localhost:$port$2" > /dev/null 2>&1 || true
    done
    awk "BEGIN { printf \"%-12s %8.3f s CPU for 100 MiB\n\", \"$1\", ($(cpu "$server") - $before) / 1e6 }"
    stop
}

for ((round = 1; round <= rounds; round++)); do
    small 1 100
    small 32 4
    if command -v gtlsclient > /dev/null; then
        start_ours
        bulk ours /bulk 10
    fi
    if command -v gtlsclient > /dev/null && command -v gtlsserver > /dev/null && command -v openssl > /dev/null; then
        [ -f "$site/bulk" ] || head -c $((100 << 20)) /dev/zero > "$site/bulk"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -keyout "$scratch/key.pem" -out "$scratch/cert.pem" -days 2 -nodes -subj /CN=localhost 2> /dev/null
        taskset -c 0 gtlsserver -q --cc=cubic -d "$site" 127.0.0.1 "$port" "$scratch/key.pem" "$scratch/cert.pem" > /dev/null 2>&1 &
        server=$!
        sleep 0.5
        bulk ngtcp2 /bulk 5
    fi
done
