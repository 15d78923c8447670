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

    /// What an exception says; of one of Java's own that says the name of its cause, what that means.
    public static String said(Throwable e) {
        if (e instanceof UncheckedIOException file
                && file.getCause() != null
                && file.getCause().toString().equals(e.getMessage())) {
            return "could not read " + of(file.getCause());
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /// The same without a full stop, for the middle of a sentence.
    public static String clause(Throwable e) {
        return said(e).replaceFirst("\\.$", "");
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
