package dev.tombola.kernel;

import java.lang.foreign.MemorySegment;

/// A few words that every replica of a group has at one place, side by side in memory of the processor's own: to look
/// at them moves nothing else.
public final class Mirror {
    private final Group group;
    private final MemorySegment first;
    private final MemorySegment list;

    Mirror(Group group, MemorySegment first, MemorySegment list) {
        this.group = group;
        this.first = first;
        this.list = list;
    }

    /// The words of replica 0, 1, …: its own as [#read] found them, or what [#write] gives it.
    public MemorySegment of(int replica) {
        return list.asSlice(replica * first.byteSize(), first.byteSize());
    }

    /// Fetches the words of all replicas; they are here when [Group#await] returns.
    public void read() {
        group.move("tombola_cuda_collect", first, list, words());
    }

    /// Gives all replicas their words, which must stay as they are until [Group#await] returns.
    public void write() {
        group.move("tombola_cuda_spread", list, first, words());
    }

    private int words() {
        return (int) (first.byteSize() / Long.BYTES);
    }
}
