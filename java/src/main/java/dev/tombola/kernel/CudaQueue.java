package dev.tombola.kernel;

import static dev.tombola.kernel.CudaDevice.check;

import java.lang.foreign.MemorySegment;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/// A stream of a GPU's; what is recorded becomes a CUDA graph.
final class CudaQueue implements Queue {
    private static final int NON_BLOCKING = 1;

    /// Only what this thread asks for is recorded, and only this thread is kept from what would break it.
    private static final int THREAD_LOCAL = 1;

    private final CudaDevice gpu;
    private final Stream stream = new Stream();

    /// The driver's stream, with its address.
    private static final class Stream extends CUstream {
        long value() {
            return getNativePointer();
        }
    }

    CudaQueue(CudaDevice gpu) {
        this.gpu = gpu;
        check("make a stream", JCudaDriver.cuStreamCreate(stream, NON_BLOCKING));
    }

    @Override
    public MemorySegment address() {
        return MemorySegment.ofAddress(stream.value());
    }

    @Override
    public void await() {
        gpu.enter();
        check("await", JCudaDriver.cuStreamSynchronize(stream));
    }

    @Override
    public Recording record(Runnable work) {
        gpu.enter();
        CUgraph graph = new CUgraph();
        CUgraphExec executable = new CUgraphExec();
        check("record what it is asked for", JCudaDriver.cuStreamBeginCapture(stream, THREAD_LOCAL));
        try {
            int recorded;
            try {
                work.run();
            } finally {
                recorded = JCudaDriver.cuStreamEndCapture(stream, graph);
            }
            check("record what it was asked for", recorded);
            check("make a graph of it", JCudaDriver.cuGraphInstantiate(executable, graph, 0));
        } finally { // a graph or, after a failure, maybe none
            JCudaDriver.cuGraphDestroy(graph);
        }
        return new Recording() {
            @Override
            public void play() {
                gpu.enter();
                check("launch a graph", JCudaDriver.cuGraphLaunch(executable, stream));
            }

            @Override
            public void close() {
                JCudaDriver.cuGraphExecDestroy(executable);
            }
        };
    }

    @Override
    public void close() {
        gpu.enter();
        JCudaDriver.cuStreamDestroy(stream);
    }
}
