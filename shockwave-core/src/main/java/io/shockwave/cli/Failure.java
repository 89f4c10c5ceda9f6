package io.shockwave.cli;

/** A command that cannot go on: the one sentence that tells the user why, and the exit code. */
final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    /** The command line is wrong. */
    static final int USAGE = 2;

    private final int exit;

    Failure(int exit, String sentence) {
        super(sentence);
        this.exit = exit;
    }

    static Failure usage(String sentence) {
        return new Failure(USAGE, sentence);
    }

    int exit() {
        return exit;
    }
}
