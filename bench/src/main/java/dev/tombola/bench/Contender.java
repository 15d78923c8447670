package dev.tombola.bench;

/// Who does the same work, in the order of the table's columns.
enum Contender {
    OURS("ours", "Tombola with the ticket's masks"),
    B("B", "the fastest PyTorch with its own gradients: fused Adam, dense, no mask"),
    C("C", "PyTorch as a library of kernels: gradients by hand, dense, no mask"),
    A("A", "PyTorch as pruned networks are usually trained: modules, Adam, masked gradients");

    private final String head;
    private final String sentence;

    Contender(String head, String sentence) {
        this.head = head;
        this.sentence = sentence;
    }

    /// The head of its column.
    String head() {
        return head;
    }

    String sentence() {
        return sentence;
    }
}
