#!/usr/bin/env bash
# idle.sh [CONNECTIONS] [--only NAME,NAME]: bytes that an idle keep-alive connection costs, after a request on each; 10,000 of them by default.
# Ours with each tier that is built, and other servers. See docs/benchmarks.md.
set -eu

main=io.shockwave.bench.peers.Idle
ulimit -n "$(ulimit -Hn)"
. "$(dirname "$0")/peers.sh"
