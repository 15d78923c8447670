package dev.tombola.spark;

import dev.tombola.data.Dataset;
import dev.tombola.data.Images;
import java.io.Serializable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A data set on its way to the executors.
///
/// @param warning null where there is none
record SentImages(
        String name,
        boolean synthetic,
        int channels,
        int height,
        int width,
        int classes,
        Half train,
        Half test,
        List<String> classNames,
        String warning)
        implements Serializable {
    /// Bytes in one piece: a set may have more than fit into an array.
    private static final int PIECE = 64 << 20;

    /// Its training or test images.
    ///
    /// @param pixels, labels as in [Images], cut in pieces
    private record Half(List<byte[]> pixels, List<byte[]> labels, int count, int features, int classes)
            implements Serializable {
        static Half of(Images images) {
            return new Half(
                    pieces(images.pixels()),
                    pieces(images.labels()),
                    images.count(),
                    images.features(),
                    images.classes());
        }

        Images images() {
            return new Images(block(pixels), block(labels), count, features, classes);
        }
    }

    static SentImages of(Dataset dataset) {
        return new SentImages(
                dataset.name(),
                dataset.synthetic(),
                dataset.channels(),
                dataset.height(),
                dataset.width(),
                dataset.classes(),
                Half.of(dataset.train()),
                Half.of(dataset.test()),
                dataset.classNames(),
                dataset.warning().orElse(null));
    }

    /// The data set as it was.
    Dataset dataset() {
        return new Dataset(
                name,
                synthetic,
                channels,
                height,
                width,
                classes,
                train.images(),
                test.images(),
                classNames,
                Optional.ofNullable(warning));
    }

    private static List<byte[]> pieces(MemorySegment segment) {
        List<byte[]> pieces = new ArrayList<>();
        for (long at = 0; at < segment.byteSize(); at += PIECE) {
            pieces.add(segment.asSlice(at, Math.min(PIECE, segment.byteSize() - at))
                    .toArray(ValueLayout.JAVA_BYTE));
        }
        return pieces;
    }

    private static MemorySegment block(List<byte[]> pieces) {
        long bytes = pieces.stream().mapToLong(piece -> piece.length).sum();
        MemorySegment block = Images.block(bytes);
        long at = 0;
        for (byte[] piece : pieces) {
            MemorySegment.copy(piece, 0, block, ValueLayout.JAVA_BYTE, at, piece.length);
            at += piece.length;
        }
        return block;
    }
}
