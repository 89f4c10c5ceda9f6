#!/usr/bin/env bash
# compare.sh [servers|clients|http3|http3-clients] [WORK…] [--rounds N] [--seconds S] [--warm CPU_SECONDS] [--only NAME,NAME] [--tier NAME]
# Ours beside other servers or clients: CPU time and bytes per request, requests a second, RSS. Works of servers: plain (default), pipelined, json, body_16k, body_10m, tls;
# of clients: numbers of threads (1 and 32); of HTTP/3: 1x100, 32x4 (connections and streams) and bulk. Each sample lasts a second or two and is a process of its own. See docs/benchmarks.md.
set -eu

main=io.shockwave.bench.peers.Compare
. "$(dirname "$0")/peers.sh"
