package io.shockwave.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

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

    /** Why a file could not be used: the JDK's messages for the usual reasons are the file's name alone. */
    static String why(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException named when named.getReason() != null -> named.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** A failure in the words of the client, with what to do where a certificate is not trusted or there is no TLS. */
    static String withAdvice(String message, Arguments arguments) {
        if (message.contains("does not speak TLS")) {
            return message + "; if it serves cleartext, the URL begins with http:";
        }
        if (!message.contains("is not trusted")) {
            return message;
        }
        return message + (arguments.has("cacert") ? "; nothing in " + arguments.value("cacert", "") + " has signed it" : "; --cacert FILE trusts the certificates in a file");
    }

    int exit() {
        return exit;
    }
}
