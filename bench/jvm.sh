#!/usr/bin/env bash
# jvm.sh [TIER…] [--rounds N] [--only NAME,NAME]: what the JVM arguments of a tier do, against other choices: start, memory, CPU time per request and the longest stop.
# Needs wrk and taskset. See docs/benchmarks.md.
set -eu

tiers=
rounds=1
only=
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2; shift ;;
        --only) only=,$2,; shift ;;
        lowmem | highperf | ultraperf | maxperf) tiers="$tiers $1" ;;
        *) echo "usage: $0 [lowmem|highperf|ultraperf|maxperf …] [--rounds N] [--only NAME,NAME]" >&2; exit 2 ;;
    esac
    shift
done
. "$(dirname "$0")/serve.sh"
for tool in wrk taskset; do
    command -v "$tool" > /dev/null || { echo "$0: needs $tool" >&2; exit 1; }
done
warm=${BENCH_WARM:-8}  # seconds of load before CPU time is counted; the JIT is done by then
seconds=${BENCH_SECONDS:-3}

# Each line: a name, what is taken out of the tier's file (a pattern, - for nothing), what is put in.
candidates() {
    case $1 in
        lowmem) cat <<'LINES'
file                    -                        
AOT_cache               -                        AOT
C2                      Tiered|Compile|CodeCache         -XX:ReservedCodeCacheSize=48m
heap_by_the_JVM         Xm|Survivor              
heap_of_32m             Xm|Survivor              -Xmx32m
survivors_by_the_JVM    Survivor                 
G1                      SerialGC                 -XX:+UseG1GC
wide_headers            CompactObject            -XX:-UseCompactObjectHeaders
code_cache_by_the_JVM   CodeCache                
JIT_sooner              CompileThreshold         
stacks_of_256k          -                        -Xss256k
LINES
            ;;
        highperf) cat <<'LINES'
file                    -                        
Serial                  G1GC|Pause               -XX:+UseSerialGC
Parallel                G1GC|Pause               -XX:+UseParallelGC
ZGC                     G1GC|Pause               -XX:+UseZGC
C1_only                 -                        -XX:TieredStopAtLevel=1
wide_headers            CompactObject            -XX:-UseCompactObjectHeaders
pauses_by_the_JVM       Pause                    
string_deduplication    -                        -XX:+UseStringDeduplication
stacks_of_256k          -                        -Xss256k
LINES
            ;;
        ultraperf) cat <<'LINES'
file                    -                        
G1                      ZGC                      -XX:+UseG1GC
Shenandoah              ZGC                      -XX:+UseShenandoahGC
Parallel                ZGC                      -XX:+UseParallelGC
wide_headers            CompactObject            -XX:-UseCompactObjectHeaders
initial_heap_of_1_GiB   -                        -Xms1g
C1_only                 -                        -XX:TieredStopAtLevel=1
LINES
            ;;
        maxperf) cat <<'LINES'
file                    -                        
G1                      Parallel                 -XX:+UseG1GC
Serial                  Parallel                 -XX:+UseSerialGC
ZGC                     Parallel                 -XX:+UseZGC
wide_headers            CompactObject            -XX:-UseCompactObjectHeaders
touched_heap            -                        -XX:+AlwaysPreTouch
huge_pages              -                        -XX:+UseTransparentHugePages
C1_only                 -                        -XX:TieredStopAtLevel=1
LINES
            ;;
    esac
}

# The longest stop, in ns, of an application that holds 400 MiB in a heap of 1 GiB and replaces 4 KiB with each request.
stop_with_data() { # JAR ARGUMENTS
    local jar=$1
    shift
    if [ ! -d "$scratch/classes" ]; then
        "$jdk/bin/javac" -cp "$jar" -d "$scratch/classes" "$root/bench/src/main/java/io/shockwave/bench/jvm/LiveData.java"
    fi
    free_port
    first_answer taskset -c 0 "$jdk/bin/java" "$@" -Xmx1g "-Xlog:safepoint:file=$scratch/stops:none" -cp "$jar:$scratch/classes" io.shockwave.bench.jvm.LiveData "$port" 400
    taskset -c 1 wrk -t1 -c64 "-d${warm}s" "http://127.0.0.1:$port/" > "$scratch/wrk"
    if grep -q 'Non-2xx\|Socket errors' "$scratch/wrk"; then grep 'Non-2xx\|Socket errors' "$scratch/wrk" >&2; fi
    stop
    sed -n 's/.*Total: *\([0-9]*\) ns.*/\1/p' "$scratch/stops" | sort -n | tail -n 1
}

sample() { # TIER NAME WITHOUT WITH
    local jar arguments=() line
    jar=$(jar_of "$1")
    while read -r line; do
        case $line in '' | '#'*) continue ;; esac
        if [ "$3" != - ] && [[ $line =~ $3 ]]; then continue; fi
        arguments+=("$line")
    done < "$root/tiers/$1.jvmargs"
    if [ "$4" = AOT ]; then
        [ "$root/.shockwave/$1.aot" -nt "$jar" ] || { echo "$2: ./shockwave aot $1 makes the cache" >&2; return 0; }
        arguments+=("-XX:AOTCache=$root/.shockwave/$1.aot")
    elif [ -n "$4" ]; then
        arguments+=("$4")
    fi
    local connections=64
    [ "$1" != lowmem ] || connections=512
    free_port
    first_answer taskset -c 0 "$jdk/bin/java" "${arguments[@]}" "-Xlog:safepoint:file=$scratch/stops:none" -jar "$jar" serve "$site" --port "$port" --bind 127.0.0.1 -q
    local idle before after requests
    idle=$(status_kib VmRSS)
    taskset -c 1 wrk -t1 "-c$connections" "-d${warm}s" "http://127.0.0.1:$port/" > /dev/null
    local skip
    skip=$(wc -l < "$scratch/stops")
    before=$(cpu_ticks)
    requests=$(taskset -c 1 wrk -t1 "-c$connections" "-d${seconds}s" "http://127.0.0.1:$port/" | tee "$scratch/wrk" | awk '/requests in/ { print $1 }')
    after=$(cpu_ticks)
    if grep -q 'Non-2xx\|Socket errors' "$scratch/wrk"; then grep 'Non-2xx\|Socket errors' "$scratch/wrk" >&2; fi
    local peak stop
    peak=$(status_kib VmHWM)
    stop=$(tail -n "+$((skip + 1))" "$scratch/stops" | sed -n 's/.*Total: *\([0-9]*\) ns.*/\1/p' | sort -n | tail -n 1)
    stop
    local old=0
    if [ "$1" != lowmem ]; then
        old=$(stop_with_data "$jar" "${arguments[@]}")
    fi
    mkdir -p "$scratch/$1"
    echo "$((took_us)) $idle $peak $(((after - before) * 10000)) $requests ${stop:-0} ${old:-0}" >> "$scratch/$1/$2"
}

keep_awake
for tier in ${tiers:-lowmem highperf ultraperf maxperf}; do
    need "$(jar_of "$tier")"
    for _ in $(seq "$rounds"); do
        while read -r name without with; do
            if [ -n "$only" ] && [[ $only != *,$name,* ]]; then continue; fi
            printf '\r\033[K%s %s' "$tier" "$name" >&2
            sample "$tier" "$name" "$without" "${with:-}" < /dev/null
        done < <(candidates "$tier")
    done
    printf '\r\033[K' >&2
    printf '%-11s %-22s %9s %9s %9s %10s %9s %9s %12s\n' "$tier" '' 'start ms' 'RSS MiB' 'peak MiB' 'CPU us/req' ratio 'stop ms' 'with data'
    reference=
    while read -r name _ _; do
        [ -f "$scratch/$tier/$name" ] || continue
        for column in 1 2 3 6 7; do
            awk -v c="$column" '{ print $c }' "$scratch/$tier/$name" > "$scratch/column"
            eval "c$column=$(median "$scratch/column")"
        done
        awk '{ print $4 / $5 }' "$scratch/$tier/$name" > "$scratch/column"
        cpu=$(median "$scratch/column")
        reference=${reference:-$cpu}
        # shellcheck disable=SC2154
        awk -v n="${name//_/ }" -v a="$c1" -v b="$c2" -v c="$c3" -v d="$cpu" -v r="$reference" -v s="$c6" -v o="$c7" \
            'BEGIN { printf "%-11s %-22s %9.0f %9.1f %9.1f %10.2f %9.2f %9.2f %12s\n", "", n, a / 1000, b / 1024, c / 1024, d, d / r, s / 1e6, (o > 0) ? sprintf("%.1f", o / 1e6) : "" }'
    done < <(candidates "$tier")
done
