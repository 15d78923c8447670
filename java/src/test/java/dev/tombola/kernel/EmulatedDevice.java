package dev.tombola.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.util.List;

/// The processor that stands in for a GPU (native/test/emulated), with the CUDA kernels built for it.
public final class EmulatedDevice implements Group.Device {
    private static final String FILE = "libtombola_cuda_emulated.so";

    private final Arena arena;
    private final NativeLibrary library = library();

    /// @param arena of its memory
    public EmulatedDevice(Arena arena) {
        this.arena = arena;
    }

    static NativeLibrary library() {
        String platform = NativeLibrary.platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        assumeTrue(
                EmulatedDevice.class.getResource("/dev/tombola/native/" + platform + "/" + FILE) != null,
                "the CUDA kernels are not tested here: they are emulated where there is a C++ compiler");
        return NativeLibrary.load(FILE, platform);
    }

    @Override
    public Group open(List<Group.Identity> identities, long part) {
        return new Group(
                library,
                identities,
                part,
                arena.allocate(Group.bytes(identities.size(), part), Group.ALIGNMENT),
                () -> {});
    }
}
