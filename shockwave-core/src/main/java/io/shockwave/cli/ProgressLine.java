package io.shockwave.cli;

/** What is being done: on a terminal one line that is written over, elsewhere a line each. Confined to one thread. */
final class ProgressLine {
    private final boolean live = Terminal.isTerminal(Terminal.ERR);
    private int shown;

    void tell(String what) {
        if (live) {
            System.err.print("\r" + what + " ".repeat(Math.max(0, shown - what.length())));
            shown = what.length();
        } else {
            System.err.println(what);
        }
    }

    /** Takes the line away. */
    void clear() {
        if (shown > 0) {
            System.err.print("\r" + " ".repeat(shown) + "\r");
            shown = 0;
        }
    }
}
