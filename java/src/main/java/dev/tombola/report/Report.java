package dev.tombola.report;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.UserError;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Writes the report of a run: `report.html`, one page with everything in it, and `figures/` with the same figures in
/// SVG and PNG.
public final class Report {
    private static final System.Logger LOG = System.getLogger(Report.class.getName());

    private Report() {}

    /// Reads the run in `runFolder` and writes its figures and its page there, each appearing whole by rename. The same
    /// files give the same page and SVG to the byte. On a machine without fonts the PNG figures are left out, which is
    /// said in the log and in the page.
    ///
    /// @return where `report.html` lies
    /// @throws UserError if `runFolder` is no run folder or a file in it is wrong
    public static Path write(Path runFolder) {
        RunFiles run = RunFiles.read(runFolder);
        List<Chart> charts = new Figures(run).all();
        Path figures = runFolder.resolve("figures");
        for (Chart chart : charts) {
            write(figures.resolve(chart.name() + ".svg"), SvgPen.file(chart).getBytes(StandardCharsets.UTF_8));
        }
        String missing = writeImages(charts, figures);
        Path page = runFolder.resolve("report.html");
        write(page, HtmlReport.of(run, charts, missing).getBytes(StandardCharsets.UTF_8));
        return page;
    }

    /// Returns an empty text, or why there are no images: the JDK needs a font library and a font to write on one.
    private static String writeImages(List<Chart> charts, Path figures) {
        try {
            for (Chart chart : charts) {
                write(figures.resolve(chart.name() + ".png"), ImagePen.png(chart));
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

    private static void write(Path file, byte[] bytes) {
        AtomicFile.write(file, out -> out.write(bytes));
    }
}
