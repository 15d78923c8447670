package dev.tombola.kernel;

import java.lang.foreign.MemorySegment;

/// Where what a device was asked for waits, and is done in order: a CUDA stream.
interface Queue extends AutoCloseable {
    /// A CUDA stream's, or null.
    MemorySegment address();

    /// Waits until everything that was asked for is done.
    ///
    /// @throws KernelException if the device failed
    void await();

    /// Captures as a CUDA graph what is asked of this queue while `work` runs, and does none of it.
    Recording record(Runnable work);

    @Override
    void close();

    /// What was asked for, to be asked for again as it was.
    interface Recording extends AutoCloseable {
        void play();

        @Override
        void close();
    }
}
