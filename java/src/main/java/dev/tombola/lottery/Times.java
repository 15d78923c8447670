package dev.tombola.lottery;

import dev.tombola.train.Trained;
import java.nio.file.Path;

/// How long a training took: kept beside it, for it is no fact of the recipe. NaN where it is not known.
record Times(double secondsTrain, double secondsEval, double usPerStep) {
    static final Times UNKNOWN = new Times(Double.NaN, Double.NaN, Double.NaN);

    private static final String HEADER = "seconds_train,seconds_eval,us_per_step";

    static Times of(Trained trained) {
        return new Times(trained.secondsTrain(), trained.secondsEval(), trained.usPerStep());
    }

    String toCsv() {
        return HEADER + "\n" + secondsTrain + "," + secondsEval + "," + usPerStep + "\n";
    }

    static Times parse(String text, Path file) {
        CsvLine line = new CsvLine(HEADER, text.lines().skip(1).findFirst().orElse(""), file, 2);
        return new Times(
                line.measure(0, Double.MAX_VALUE),
                line.measure(0, Double.MAX_VALUE),
                line.measure(0, Double.MAX_VALUE));
    }
}
