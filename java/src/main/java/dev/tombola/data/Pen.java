package dev.tombola.data;

import java.util.Arrays;

/// Draws lines by distance: remembers for every pixel how near the nearest line passes its centre. Coordinates are in
/// pixels from the top left corner. Only +, −, ×, ÷ and √, so the same everywhere to the last bit.
final class Pen {
    private final int width;
    private final int height;
    private final double reach;
    private final double[] squared;

    /// @param reach distance in pixels beyond which a line leaves no ink
    Pen(int width, int height, double reach) {
        this.width = width;
        this.height = height;
        this.reach = reach;
        squared = new double[width * height];
        clear();
    }

    /// Forgets every line.
    void clear() {
        Arrays.fill(squared, reach * reach);
    }

    /// Draws one line.
    void line(double x0, double y0, double x1, double y1) {
        double dx = x1 - x0;
        double dy = y1 - y0;
        double length = dx * dx + dy * dy;
        double scale = length > 0 ? 1 / length : 0;
        int left = Math.max(0, (int) (Math.min(x0, x1) - reach));
        int right = Math.min(width - 1, (int) (Math.max(x0, x1) + reach));
        int top = Math.max(0, (int) (Math.min(y0, y1) - reach));
        int bottom = Math.min(height - 1, (int) (Math.max(y0, y1) + reach));
        for (int row = top; row <= bottom; row++) {
            double py = row + 0.5 - y0;
            for (int column = left; column <= right; column++) {
                double px = column + 0.5 - x0;
                double along = Math.clamp((px * dx + py * dy) * scale, 0.0, 1.0);
                double ex = px - along * dx;
                double ey = py - along * dy;
                int at = row * width + column;
                squared[at] = Math.min(squared[at], ex * ex + ey * ey);
            }
        }
    }

    /// How much ink, 0 to 1, lies on a pixel when the pen is `thickness` pixels thick; the edge is one pixel soft.
    double ink(int pixel, double thickness) {
        return Math.clamp(0.5 * thickness + 0.5 - Math.sqrt(squared[pixel]), 0.0, 1.0);
    }
}
