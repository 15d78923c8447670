package dev.tombola.report;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.Png;
import dev.tombola.data.Letters;
import dev.tombola.lottery.Ticket;
import dev.tombola.nn.Linear;
import dev.tombola.nn.Network;
import dev.tombola.tensor.Mask;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A picture of a ticket's masks: above, how many weights survive at each pixel of the input image, where the first
/// layer reads single pixels; below, layer by layer, outputs downwards and inputs across, one dot per weight of a
/// linear layer or per kernel of a convolution, the fuller in colour the more of it survives. Very wide layers share
/// dots. Each part has its name above it, with what a dot is, and the layers a caption.
public final class MaskPicture {
    private static final int PAPER = 0xFFFFFF;
    private static final int PRUNED = 0xE9EEF2;
    private static final int ALIVE = 0x0072B2;
    private static final int TEXT = 0x1F2328;
    private static final List<String> CAPTION =
            List.of("outputs down, inputs across,", "grey none left, blue all left");
    private static final int LETTER_ZOOM = 2;
    private static final int LABEL = Letters.ROWS * LETTER_ZOOM + 6;
    private static final int GAP = 12;
    private static final int HEAT_SIDE = 280;
    private static final int SMALLEST_SIDE = 160;
    private static final int WIDEST = 1024;

    private final Ticket ticket;
    private final Network network;
    private final int heatZoom;
    private BufferedImage image;

    private MaskPicture(Ticket ticket) {
        this.ticket = ticket;
        this.network = ticket.network();
        this.heatZoom = Math.max(1, HEAT_SIDE / Math.max(network.height(), network.width()));
    }

    /// Writes the picture as PNG.
    public static void write(Ticket ticket, Path png) {
        BufferedImage picture = new MaskPicture(ticket).draw();
        AtomicFile.write(png, out -> Png.write(picture, out));
    }

    private BufferedImage draw() {
        List<Ticket.LayerCount> layers = ticket.layers();
        boolean heated = network.layers().getFirst() instanceof Linear;
        int[] byPixel = heated ? byPixel(layers.getFirst()) : new int[0];
        int most = Math.max(1, Arrays.stream(byPixel).max().orElse(0));
        String heat = heated ? "weights left by pixel, grey 0, blue " + most : "";
        int width = Math.max(heated ? network.width() * heatZoom : 0, width(heat));
        for (String line : CAPTION) {
            width = Math.max(width, width(line));
        }
        int top = GAP + (heated ? LABEL + network.height() * heatZoom + GAP : 0);
        int height = top + CAPTION.size() * LABEL + GAP;
        for (Ticket.LayerCount layer : layers) {
            width = Math.max(width, Math.max(dots(layer) * zoom(layer), width(label(layer))));
            height += LABEL + rows(layer) * zoom(layer) + GAP;
        }
        image = new BufferedImage(width + 2 * GAP, height, BufferedImage.TYPE_INT_RGB);
        fill(0, 0, image.getWidth(), image.getHeight(), PAPER);
        write(heat, GAP);
        for (int pixel = 0; pixel < byPixel.length; pixel++) {
            int x = GAP + pixel % network.width() * heatZoom;
            int y = GAP + LABEL + pixel / network.width() * heatZoom;
            fill(x, y, heatZoom, heatZoom, blend((double) byPixel[pixel] / most));
        }
        for (String line : CAPTION) {
            write(line, top);
            top += LABEL;
        }
        top += GAP;
        for (Ticket.LayerCount layer : layers) {
            write(label(layer), top);
            draw(layer, top + LABEL);
            top += LABEL + rows(layer) * zoom(layer) + GAP;
        }
        return image;
    }

    /// Survivors of the first layer by the pixel they read, summed over channels.
    private int[] byPixel(Ticket.LayerCount first) {
        int area = network.height() * network.width();
        int[] survivors = new int[area];
        Mask mask = ticket.masks().get(first.name());
        int columns = columns(first);
        for (int i = 0; i < mask.length(); i++) {
            survivors[i % columns % area] += mask.alive(i) ? 1 : 0;
        }
        return survivors;
    }

    private void draw(Ticket.LayerCount layer, int top) {
        Mask mask = ticket.masks().get(layer.name());
        int columns = columns(layer);
        int shared = shared(layer);
        int zoom = zoom(layer);
        for (int row = 0; row < rows(layer); row++) {
            for (int dot = 0; dot < dots(layer); dot++) {
                int from = dot * shared;
                int to = Math.min(columns, from + shared);
                int alive = 0;
                for (int column = from; column < to; column++) {
                    alive += mask.alive(row * columns + column) ? 1 : 0;
                }
                fill(GAP + dot * zoom, top + row * zoom, zoom, zoom, blend((double) alive / (to - from)));
            }
        }
    }

    private void write(String text, int top) {
        Letters.write(
                text, (x, y) -> fill(GAP + x * LETTER_ZOOM, top + y * LETTER_ZOOM, LETTER_ZOOM, LETTER_ZOOM, TEXT));
    }

    private static int width(String text) {
        return Letters.write(text, (x, y) -> {}) * LETTER_ZOOM;
    }

    /// `conv1, a kernel a dot`, `fc1, 13 weights a dot`.
    private static String label(Ticket.LayerCount layer) {
        int count = shared(layer) / kernel(layer);
        String what = layer.shape().size() == 4 ? "kernel" : "weight";
        String name = layer.name().replaceFirst("\\.weight$", "");
        return name + ", " + (count == 1 ? "a " + what : count + " " + what + "s") + " a dot";
    }

    private void fill(int x, int y, int width, int height, int colour) {
        for (int row = y; row < y + height; row++) {
            for (int column = x; column < x + width; column++) {
                image.setRGB(column, row, colour);
            }
        }
    }

    private static int blend(double share) {
        int colour = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int from = PRUNED >> shift & 0xFF;
            int to = ALIVE >> shift & 0xFF;
            colour |= (int) Math.round(from + (to - from) * share) << shift;
        }
        return colour;
    }

    private static int rows(Ticket.LayerCount layer) {
        return layer.shape().getFirst();
    }

    /// Weights of an output.
    private static int columns(Ticket.LayerCount layer) {
        return layer.total() / rows(layer);
    }

    /// Neighbouring weights that share a dot: those of a kernel, and more where a layer is very wide.
    private static int shared(Ticket.LayerCount layer) {
        return kernel(layer) * Math.ceilDiv(columns(layer) / kernel(layer), WIDEST);
    }

    private static int kernel(Ticket.LayerCount layer) {
        return layer.shape().size() == 4 ? layer.shape().get(2) * layer.shape().get(3) : 1;
    }

    /// Dots of an output.
    private static int dots(Ticket.LayerCount layer) {
        return Math.ceilDiv(columns(layer), shared(layer));
    }

    /// Small layers are drawn larger.
    private static int zoom(Ticket.LayerCount layer) {
        return Math.max(1, SMALLEST_SIDE / Math.max(rows(layer), dots(layer)));
    }
}
