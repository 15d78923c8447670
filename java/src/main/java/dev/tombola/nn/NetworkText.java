package dev.tombola.nn;

import dev.tombola.base.UserError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Networks from text and back. An image is `3x32x32` (channels, height, width); a layer is its kind, its size and its
/// options where they are not the usual ones:
///
/// ```
/// conv 64 kernel=3 stride=1 padding=1 bias=true    max_pool 2      batch_norm   relu
/// residual 32 stride=2                             average_pool    dropout 0.5
/// linear 256                                       output 10       (the last one)
/// ```
public final class NetworkText {
    private static final int MOST = 1 << 16;
    private static final Pattern IMAGE = Pattern.compile("(\\d{1,5})x(\\d{1,5})x(\\d{1,5})");
    private static final List<String> KINDS = List.of(
            "conv", "residual", "batch_norm", "relu", "max_pool", "average_pool", "dropout", "linear", "output");

    private NetworkText() {}

    /// @throws UserError naming the layer that is wrong, or does not fit what comes before it
    public static Network parse(String name, String image, List<String> layers) {
        Matcher sides = IMAGE.matcher(image);
        if (!sides.matches()) {
            throw new UserError("network.input is %s; it must be channels x height x width, such as 3x32x32."
                    .formatted(image.isEmpty() ? "empty" : image));
        }
        Shape input = new Shape(side(sides.group(1)), side(sides.group(2)), side(sides.group(3)));
        LayerList list;
        try {
            list = new LayerList(input);
        } catch (IllegalArgumentException e) {
            throw new UserError("network.input is %s: %s.".formatted(image, e.getMessage()), e);
        }
        for (int i = 0; i < layers.size(); i++) {
            String text = layers.get(i).strip();
            boolean last = i + 1 == layers.size();
            if (last != text.startsWith("output")) {
                throw new UserError(
                        "network.layers: layer %d is %s, but the last layer, and no other, is output CLASSES."
                                .formatted(i + 1, text));
            }
            try {
                add(list, new Words(text));
            } catch (IllegalArgumentException e) {
                throw new UserError("network.layers: layer %d, %s: %s.".formatted(i + 1, text, e.getMessage()), e);
            }
        }
        if (layers.isEmpty()) {
            throw new UserError("network.layers is empty; it must be a list such as conv 64, relu, output 10.");
        }
        return list.network(name);
    }

    /// The image as [#parse] reads it.
    public static String image(Network network) {
        return network.channels() + "x" + network.height() + "x" + network.width();
    }

    /// The layers as [#parse] reads them.
    public static List<String> layers(Network network) {
        List<String> texts = new ArrayList<>();
        for (Layer layer : network.layers()) {
            texts.add(
                    switch (layer) {
                        case Conv conv ->
                            "conv " + conv.outputs()
                                    + option("kernel", conv.kernel(), 3)
                                    + option("stride", conv.stride(), 1)
                                    + option("padding", conv.padding(), conv.kernel() / 2)
                                    + (conv.biased() ? "" : " bias=false");
                        case Residual block -> {
                            Conv first = (Conv) block.branch().getFirst();
                            yield "residual " + first.outputs() + option("stride", first.stride(), 1);
                        }
                        case BatchNorm _ -> "batch_norm";
                        case Relu _ -> "relu";
                        case MaxPool pool -> "max_pool " + pool.size();
                        case AveragePool _ -> "average_pool";
                        case Dropout dropout -> "dropout " + plain(dropout.rate());
                        case Linear linear -> (linear.role() == Role.OUTPUT ? "output " : "linear ") + linear.outputs();
                    });
        }
        return texts;
    }

    /// Without an exponent, as it is read.
    private static String plain(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    }

    private static void add(LayerList list, Words words) {
        switch (words.kind()) {
            case "conv" -> {
                int kernel = words.option("kernel", 3, 1, 15);
                list.conv(
                        words.size(),
                        kernel,
                        words.option("stride", 1, 1, 15),
                        words.option("padding", kernel / 2, 0, kernel - 1),
                        words.truth("bias", true));
            }
            case "residual" -> list.residual(words.size(), words.option("stride", 1, 1, 15));
            case "batch_norm" -> list.batchNorm();
            case "relu" -> list.relu();
            case "max_pool" -> list.maxPool(words.size());
            case "average_pool" -> list.averagePool();
            case "dropout" -> list.dropout(words.share());
            case "linear" -> list.linear(words.size());
            case "output" -> list.output(words.size());
            default ->
                throw new IllegalArgumentException("there is no such layer; the kinds are " + String.join(", ", KINDS));
        }
        words.requireUsed();
    }

    private static String option(String name, int value, int usual) {
        return value == usual ? "" : " " + name + "=" + value;
    }

    private static int side(String digits) {
        int side = Integer.parseInt(digits);
        if (side < 1 || side > MOST) {
            throw new UserError("network.input has a side of %d; it must be 1 to %d.".formatted(side, MOST));
        }
        return side;
    }

    /// The words of one layer: each is to be used once.
    private static final class Words {
        private final String kind;
        private final List<String> sizes = new ArrayList<>();
        private final Map<String, String> options = new LinkedHashMap<>();

        Words(String text) {
            String[] words = text.split("\\s+", -1);
            kind = words[0];
            for (String word : List.of(words).subList(1, words.length)) {
                int equals = word.indexOf('=');
                if (equals <= 0) {
                    sizes.add(word);
                } else if (options.put(word.substring(0, equals), word.substring(equals + 1)) != null) {
                    throw new IllegalArgumentException(word.substring(0, equals) + " is given twice");
                }
            }
        }

        String kind() {
            return kind;
        }

        int size() {
            if (sizes.isEmpty()) {
                throw new IllegalArgumentException("it needs a size, as in " + kind + " 2");
            }
            return whole("its size", sizes.removeFirst(), 1, MOST);
        }

        double share() {
            String text = sizes.isEmpty() ? "missing" : sizes.removeFirst();
            if (text.matches("0?\\.\\d{1,9}")) {
                double share = Double.parseDouble(text);
                if (share > 0) {
                    return share;
                }
            }
            throw new IllegalArgumentException("its rate is " + text + " but must be above 0 and below 1, such as 0.5");
        }

        int option(String name, int usual, int low, int high) {
            String text = options.remove(name);
            return text == null ? usual : whole(name, text, low, high);
        }

        boolean truth(String name, boolean usual) {
            String text = options.remove(name);
            if (text != null && !text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException(name + " is " + text + " but must be true or false");
            }
            return text == null ? usual : text.equals("true");
        }

        void requireUsed() {
            if (!sizes.isEmpty() || !options.isEmpty()) {
                String left = sizes.isEmpty() ? options.keySet().iterator().next() : sizes.getFirst();
                throw new IllegalArgumentException("it takes no " + left);
            }
        }

        private static int whole(String what, String text, int low, int high) {
            if (text.matches("\\d{1,6}")) {
                int value = Integer.parseInt(text);
                if (value >= low && value <= high) {
                    return value;
                }
            }
            throw new IllegalArgumentException("%s is %s but must be %d to %d".formatted(what, text, low, high));
        }
    }
}
