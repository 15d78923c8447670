package dev.tombola.base;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/// Why something failed with a file: some exceptions name the file alone.
public final class Reason {
    private Reason() {}

    /// The message of `e` and what it means.
    public static String of(IOException e) {
        return e.getMessage()
                + switch (e) {
                    case AccessDeniedException _ -> ": no permission";
                    case NoSuchFileException _ -> ": it is not there";
                    case FileAlreadyExistsException _ -> ": it is there already";
                    case DirectoryNotEmptyException _ -> ": it is not empty";
                    default -> "";
                };
    }
}
