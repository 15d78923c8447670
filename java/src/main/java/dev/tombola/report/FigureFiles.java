package dev.tombola.report;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Figures as files: SVG, and PNG where the JDK can.
final class FigureFiles {
    private static final System.Logger LOG = System.getLogger(FigureFiles.class.getName());

    private FigureFiles() {}

    /// Writes them into `folder`, each file appearing whole by rename. Returns an empty text, or why there are no
    /// images, which is said in the log too: the JDK needs a font library and a font to write on one.
    static String write(List<Chart> charts, Path folder) {
        for (Chart chart : charts) {
            AtomicFile.write(folder.resolve(chart.name() + ".svg"), SvgPen.file(chart));
        }
        try {
            for (Chart chart : charts) {
                byte[] png = ImagePen.png(chart);
                AtomicFile.write(folder.resolve(chart.name() + ".png"), out -> out.write(png));
            }
            return "";
        } catch (UncheckedIOException e) {
            throw e;
        } catch (LinkageError | InternalError | RuntimeException e) {
            String why =
                    "The figures are there in SVG only: writing PNG needs fontconfig and a font installed (" + e + ").";
            LOG.log(System.Logger.Level.WARNING, why);
            return why;
        }
    }

    /// Removes the files of these figures, where they are.
    static void remove(List<String> figures, Path folder) {
        try {
            for (String figure : figures) {
                Files.deleteIfExists(folder.resolve(figure + ".svg"));
                Files.deleteIfExists(folder.resolve(figure + ".png"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not remove " + Reason.of(e), e);
        }
    }
}
