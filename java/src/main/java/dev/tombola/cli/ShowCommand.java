package dev.tombola.cli;

import dev.tombola.lottery.Ticket;
import dev.tombola.report.MaskPicture;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola show TICKET`: layers, counts and provenance, and a picture of the masks.
@Command(name = "show", description = "What is in a ticket: layers, counts, provenance, and a picture of its masks.")
final class ShowCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TICKET",
            description = "A run folder's trial-00/level-03/ticket.safetensors, or a control's file beside it.")
    private Path file;

    @Option(
            names = "--png",
            paramLabel = "PNG",
            description = "Where the picture goes; beside the ticket if not given.")
    private Path png;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Ticket ticket = Ticket.open(file);
        out.printf("%s: %s, %.2f %% of the weights%n", file, ticket.provenance().job(), ticket.percentLeft());
        out.println();
        out.printf("%-22s %-12s %12s %12s %8s%n", "layer", "shape", "survivors", "weights", "% left");
        for (Ticket.LayerCount layer : ticket.layers()) {
            out.printf(
                    "%-22s %-12s %,12d %,12d %8.2f%n",
                    layer.name(),
                    layer.shape().stream().map(String::valueOf).collect(Collectors.joining("×")),
                    layer.survivors(),
                    layer.total(),
                    layer.percentLeft());
        }
        out.println();
        ticket.provenance().facts().forEach((key, value) -> out.printf("%-26s %s%n", key, value));
        out.println();
        Path picture = png != null ? png : file.resolveSibling(file.getFileName() + ".masks.png");
        try {
            MaskPicture.write(ticket, picture);
        } catch (UncheckedIOException e) {
            throw new UncheckedIOException(
                    e.getMessage() + "; --png names another place for the picture", e.getCause());
        }
        out.println("Picture of the masks: " + picture);
    }
}
