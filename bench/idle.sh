#!/usr/bin/env bash
# idle.sh [CONNECTIONS] [--only NAME,NAME]: bytes that an idle keep-alive connection costs, after a request on each; 10,000 of them by default, 50,000 take a few minutes.
# Ours with each tier that is built, and other servers. See docs/benchmarks.md.
set -eu

main=io.shockwave.bench.peers.Idle
# A file for each connection: above the hard limit where that is allowed (root, mostly), else as many as it says, and Idle spreads the connections over several processes.
for most in 1048576 131072 65536; do
    if ulimit -n "$most" 2> /dev/null; then break; fi
done
if [ "$(ulimit -n)" != unlimited ] && [ "$(ulimit -n)" -lt 65536 ]; then
    ulimit -n "$(ulimit -Hn)"
    echo "a process may open $(ulimit -n) files here" >&2
fi
. "$(dirname "$0")/peers.sh"
