package dev.tombola.lottery;

import dev.tombola.numeric.Precision;
import dev.tombola.tensor.Form;
import dev.tombola.train.Trained;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// How a training ran and how long it took: kept beside it, for it is no fact of the recipe.
///
/// @param forms `d` for dense, `t` for dense in TF32 or `c` for compressed, layer by layer; `unknown` where it is not
/// known
/// @param secondsTrain and the others: NaN where not known
record Times(String forms, double secondsTrain, double secondsEval, double usPerStep) {
    static final Times UNKNOWN = new Times("unknown", Double.NaN, Double.NaN, Double.NaN);

    private static final String HEADER = "forms,seconds_train,seconds_eval,us_per_step";

    static Times of(Trained trained, Precision precision) {
        String dense = precision == Precision.TF32 ? "t" : "d";
        String forms = trained.forms().stream()
                .map(form -> form == Form.DENSE ? dense : "c")
                .collect(Collectors.joining());
        return new Times(
                forms.isEmpty() ? UNKNOWN.forms() : forms,
                trained.secondsTrain(),
                trained.secondsEval(),
                trained.usPerStep());
    }

    String toCsv() {
        return HEADER + "\n" + forms + "," + secondsTrain + "," + secondsEval + "," + usPerStep + "\n";
    }

    static Times parse(String text, Path file) {
        CsvLine line = new CsvLine(HEADER, text.lines().skip(1).findFirst().orElse(""), file, 2);
        return new Times(
                line.word(),
                line.measure(0, Double.MAX_VALUE),
                line.measure(0, Double.MAX_VALUE),
                line.measure(0, Double.MAX_VALUE));
    }
}
