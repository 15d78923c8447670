package dev.tombola.data;

import dev.tombola.base.AtomicFile;
import dev.tombola.base.Png;
import dev.tombola.base.UserError;
import java.awt.image.BufferedImage;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// A picture of the first images of a set in a grid, each with its class beneath it, as PNG. Little numbers are drawn
/// with the strokes of [Digits] and names with [Letters], so a sheet looks the same on every machine.
public final class ContactSheet {
    private static final int LABEL_WIDTH = 7;
    private static final int LABEL_HEIGHT = 11;
    private static final int GAP = 5;
    /// About how high a picture is shown.
    private static final int SIDE = 56;

    private static final int PAPER = 0xFFFFFF;
    private static final int TEXT = 0x1F4E8C;

    private final Dataset dataset;
    private final Images images;
    private final int zoom;
    private final BufferedImage sheet;
    private final Pen pen = new Pen(LABEL_WIDTH, LABEL_HEIGHT, 2);

    private ContactSheet(Dataset dataset, Images images, int columns, int rows) {
        this.dataset = dataset;
        this.images = images;
        zoom = Math.max(1, (SIDE + dataset.height() / 2) / dataset.height());
        sheet = new BufferedImage(columns * cellWidth() + GAP, rows * cellHeight() + GAP, BufferedImage.TYPE_INT_RGB);
    }

    /// Writes the first `count` images (or all, if there are fewer), `columns` to a row, of `dataset.train()` or
    /// `dataset.test()`. The file appears whole or not at all.
    ///
    /// @throws UserError if count or columns is below 1, or the file cannot be written
    public static void write(Path png, Dataset dataset, Images images, int count, int columns) {
        if (count < 1 || columns < 1) {
            throw new UserError("A sheet of " + count + " pictures in " + columns
                    + " columns was asked for; both must be at least 1.");
        }
        int shown = Math.min(count, images.count());
        int across = Math.min(columns, shown);
        ContactSheet sheet = new ContactSheet(dataset, images, across, (shown + across - 1) / across);
        sheet.draw(shown, across);
        save(png.toAbsolutePath(), sheet.sheet);
    }

    private int cellWidth() {
        return dataset.width() * zoom + GAP;
    }

    private int cellHeight() {
        return dataset.height() * zoom + LABEL_HEIGHT + 2 + GAP;
    }

    private void draw(int shown, int across) {
        for (int y = 0; y < sheet.getHeight(); y++) {
            for (int x = 0; x < sheet.getWidth(); x++) {
                sheet.setRGB(x, y, PAPER);
            }
        }
        for (int i = 0; i < shown; i++) {
            int left = GAP + i % across * cellWidth();
            int top = GAP + i / across * cellHeight();
            picture(i, left, top);
            label(images.label(i), left, top + dataset.height() * zoom + 2);
        }
    }

    private void picture(int image, int left, int top) {
        int plane = dataset.height() * dataset.width();
        int next = dataset.channels() == 3 ? plane : 0;
        for (int y = 0; y < dataset.height() * zoom; y++) {
            for (int x = 0; x < dataset.width() * zoom; x++) {
                int at = y / zoom * dataset.width() + x / zoom;
                int red = images.pixel(image, at);
                int green = images.pixel(image, at + next);
                int blue = images.pixel(image, at + 2 * next);
                sheet.setRGB(left + x, top + y, red << 16 | green << 8 | blue);
            }
        }
    }

    private void label(int label, int left, int top) {
        if (!dataset.classNames().isEmpty()) {
            Letters.write(dataset.className(label), (x, y) -> {
                if (x < dataset.width() * zoom) {
                    sheet.setRGB(left + x, top + 2 + y, TEXT);
                }
            });
            return;
        }
        String text = Integer.toString(label);
        for (int i = 0; i < text.length(); i++) {
            digit(text.charAt(i) - '0', left + i * LABEL_WIDTH, top);
        }
    }

    private void digit(int digit, int left, int top) {
        Glyph glyph = Glyph.of(digit).getFirst();
        pen.clear();
        for (Glyph.Stroke stroke : glyph.strokes) {
            double[] x = new double[stroke.x.length];
            double[] y = new double[stroke.y.length];
            for (int i = 0; i < x.length; i++) {
                x[i] = 0.5 + (LABEL_WIDTH - 2) * stroke.x[i];
                y[i] = 1 + (LABEL_HEIGHT - 2) * stroke.y[i];
            }
            stroke.draw(pen, x, y, 0);
        }
        for (int i = 0; i < LABEL_WIDTH * LABEL_HEIGHT; i++) {
            sheet.setRGB(left + i % LABEL_WIDTH, top + i / LABEL_WIDTH, mix(pen.ink(i, 1.0)));
        }
    }

    private static int mix(double ink) {
        int colour = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double paper = PAPER >> shift & 0xFF;
            double text = TEXT >> shift & 0xFF;
            colour |= (int) (paper + ink * (text - paper) + 0.5) << shift;
        }
        return colour;
    }

    private static void save(Path png, BufferedImage image) {
        try {
            AtomicFile.write(png, out -> Png.write(image, out));
        } catch (UncheckedIOException e) {
            throw new UserError("The pictures cannot be written: " + e.getMessage() + ".", e);
        }
    }
}
