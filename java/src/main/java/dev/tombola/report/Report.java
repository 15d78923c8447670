package dev.tombola.report;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.Turn;
import dev.tombola.base.UserError;
import java.nio.file.Path;
import java.util.List;

/// Writes the report of a run: `report.html`, one page with everything in it, and `figures/` with the same figures in
/// SVG and PNG.
public final class Report {
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
        return Turn.at(runFolder.resolve("report.html.lock"), () -> {
            String missing = FigureFiles.write(charts, runFolder.resolve("figures"));
            Path page = runFolder.resolve("report.html");
            AtomicFile.write(page, HtmlReport.of(run, charts, missing));
            return page;
        });
    }
}
