package dev.tombola.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/// Why something failed with a file: some exceptions name the file alone.
public final class Reason {
    private Reason() {}

    /// The message of `e` and what it means.
    public static String of(IOException e) {
        String meaning = meaning(e);
        if (e.getMessage() == null) {
            return meaning.isEmpty() ? e.getClass().getSimpleName() : meaning;
        }
        return meaning.isEmpty() ? e.getMessage() : e.getMessage() + ": " + meaning;
    }

    /// The same after words that name `file` already.
    public static String of(IOException e, Path file) {
        boolean named = e instanceof FileSystemException about
                && about.getReason() == null
                && file.toString().equals(about.getFile());
        return named && !meaning(e).isEmpty() ? meaning(e) : of(e);
    }

    /// The sentence of an exception of ours; of Java's own, whose message is the name of its cause, what that means.
    public static String of(UncheckedIOException e) {
        IOException cause = e.getCause();
        return cause != null && cause.toString().equals(e.getMessage())
                ? "could not read " + of(cause)
                : e.getMessage();
    }

    private static String meaning(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "no permission";
            case NoSuchFileException _ -> "it is not there";
            case FileAlreadyExistsException there
            when leadsNowhere(there.getFile()) -> "it is a link to what is not there";
            case FileAlreadyExistsException _ -> "it is there already";
            case DirectoryNotEmptyException _ -> "it is not empty";
            case NotDirectoryException _ -> "it is no folder";
            case ClosedByInterruptException _ -> "the thread was interrupted";
            default -> "";
        };
    }

    private static boolean leadsNowhere(String file) {
        return file != null && Files.isSymbolicLink(Path.of(file)) && !Files.exists(Path.of(file));
    }
}
