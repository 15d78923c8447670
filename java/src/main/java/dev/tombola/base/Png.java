package dev.tombola.base;

import java.awt.image.RenderedImage;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// Pictures as PNG, encoded in memory: by itself ImageIO writes a file besides, unless the whole JVM is told otherwise.
public final class Png {
    private Png() {}

    public static void write(RenderedImage image, OutputStream out) throws IOException {
        try (MemoryCacheImageOutputStream encoded = new MemoryCacheImageOutputStream(out)) {
            ImageIO.write(image, "png", encoded);
        }
    }
}
