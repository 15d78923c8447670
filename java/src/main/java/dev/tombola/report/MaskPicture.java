package dev.tombola.report;

import dev.tombola.base.AtomicFile;
import dev.tombola.lottery.Ticket;
import dev.tombola.nn.Network;
import dev.tombola.tensor.Mask;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/// A picture of a ticket's masks: above, how many weights survive at each pixel of the input image; below,
/// layer by layer, one dot per surviving weight, outputs downwards and inputs across.
public final class MaskPicture {
    private static final int PAPER = 0xFFFFFF;
    private static final int PRUNED = 0xE9EEF2;
    private static final int ALIVE = 0x0072B2;
    private static final int GAP = 12;
    private static final int HEAT_SIDE = 280;
    private static final int SMALLEST_SIDE = 160;

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
        ImageIO.setUseCache(false);
        AtomicFile.write(png, out -> ImageIO.write(picture, "png", out));
    }

    private BufferedImage draw() {
        List<Ticket.LayerCount> layers = ticket.layers();
        int width = network.width() * heatZoom;
        int height = network.height() * heatZoom + GAP;
        for (Ticket.LayerCount layer : layers) {
            width = Math.max(width, columns(layer) * zoom(layer));
            height += rows(layer) * zoom(layer) + GAP;
        }
        image = new BufferedImage(width + 2 * GAP, height + GAP, BufferedImage.TYPE_INT_RGB);
        fill(0, 0, image.getWidth(), image.getHeight(), PAPER);
        heat(layers.getFirst());
        int top = GAP + network.height() * heatZoom + GAP;
        for (Ticket.LayerCount layer : layers) {
            dots(layer, top);
            top += rows(layer) * zoom(layer) + GAP;
        }
        return image;
    }

    /// Survivors of the first layer by the pixel they read, summed over channels.
    private void heat(Ticket.LayerCount first) {
        int area = network.height() * network.width();
        int[] survivors = new int[area];
        Mask mask = ticket.masks().get(first.name());
        int columns = columns(first);
        for (int i = 0; i < mask.length(); i++) {
            survivors[i % columns % area] += mask.alive(i) ? 1 : 0;
        }
        int most = 1;
        for (int count : survivors) {
            most = Math.max(most, count);
        }
        for (int pixel = 0; pixel < area; pixel++) {
            int x = GAP + pixel % network.width() * heatZoom;
            int y = GAP + pixel / network.width() * heatZoom;
            fill(x, y, heatZoom, heatZoom, blend((double) survivors[pixel] / most));
        }
    }

    private void dots(Ticket.LayerCount layer, int top) {
        Mask mask = ticket.masks().get(layer.name());
        int columns = columns(layer);
        int zoom = zoom(layer);
        for (int i = 0; i < mask.length(); i++) {
            int x = GAP + i % columns * zoom;
            int y = top + i / columns * zoom;
            fill(x, y, zoom, zoom, mask.alive(i) ? ALIVE : PRUNED);
        }
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

    private static int columns(Ticket.LayerCount layer) {
        return layer.total() / rows(layer);
    }

    /// Small layers are drawn larger.
    private static int zoom(Ticket.LayerCount layer) {
        return Math.max(1, SMALLEST_SIDE / Math.max(rows(layer), columns(layer)));
    }
}
