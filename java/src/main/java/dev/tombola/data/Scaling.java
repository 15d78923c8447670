package dev.tombola.data;

import dev.tombola.base.UserError;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.List;

/// How a pixel becomes a number: (float(pixel)/255 − mean)/std in float arithmetic, looked up in one table of 256
/// entries per channel, so that every backend reads the same values.
public final class Scaling {
    private static final int VALUES = 256;

    private final MemorySegment table;
    private final int channels;

    /// @param mean one mean per channel, of pixels over 255
    /// @param std one standard deviation per channel
    /// @throws UserError unless both have the same length of at least one, all finite, std above zero
    public Scaling(List<Float> mean, List<Float> std) {
        if (mean.isEmpty() || mean.size() != std.size()) {
            throw new UserError("data.mean has " + mean.size() + " values and data.std " + std.size()
                    + "; each must have one per channel.");
        }
        channels = mean.size();
        table = Arena.ofAuto().allocate((long) channels * VALUES * Float.BYTES, Images.ALIGNMENT);
        for (int channel = 0; channel < channels; channel++) {
            float centre = mean.get(channel);
            float spread = std.get(channel);
            if (!Float.isFinite(centre)) {
                throw new UserError("data.mean is " + centre + "; it must be a finite number.");
            }
            if (!(Float.isFinite(spread) && spread > 0)) {
                throw new UserError("data.std is " + spread + "; it must be a finite number above 0.");
            }
            for (int pixel = 0; pixel < VALUES; pixel++) {
                float value = ((float) pixel / 255f - centre) / spread;
                table.setAtIndex(ValueLayout.JAVA_FLOAT, (long) channel * VALUES + pixel, value);
            }
        }
    }

    /// @param mean, std one number for all channels, or one for each
    /// @throws UserError unless that is so, all are finite and std above zero
    public static Scaling of(List<Double> mean, List<Double> std, int channels) {
        return new Scaling(each("data.mean", mean, channels), each("data.std", std, channels));
    }

    private static List<Float> each(String key, List<Double> values, int channels) {
        if (values.size() != 1 && values.size() != channels) {
            throw new UserError("%s has %d values; it must have one, or one for each of the %d channels."
                    .formatted(key, values.size(), channels));
        }
        List<Double> all = values.size() == channels ? values : Collections.nCopies(channels, values.getFirst());
        return all.stream().map(Double::floatValue).toList();
    }

    /// Floats `[channels][256]`, off-heap and read-only, 64-byte aligned.
    public MemorySegment table() {
        return table.asReadOnly();
    }

    public int channels() {
        return channels;
    }

    /// The scaled value of a pixel of 0 to 255.
    public float value(int channel, int pixel) {
        return table.getAtIndex(ValueLayout.JAVA_FLOAT, (long) channel * VALUES + pixel);
    }
}
