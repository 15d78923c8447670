package dev.tombola.cli;

import dev.tombola.lottery.Presets;
import dev.tombola.lottery.Recipe;
import dev.tombola.nn.NetworkText;
import dev.tombola.nn.Networks;
import dev.tombola.nn.Parameter;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tombola networks [NAME]`: networks with their exact weight counts and their default recipes.
@Command(name = "networks", description = "Every network with exact weight counts and its default recipe.")
final class NetworksCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "This network alone.")
    private String only;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        for (String name :
                only == null ? Presets.names() : List.of(Networks.named(only).name())) {
            Recipe recipe = Recipe.preset(name);
            out.printf(
                    "%s: %,d weights on %s%n",
                    name, recipe.network().weights(), recipe.data().name());
            for (Parameter parameter : recipe.network().prunable()) {
                out.printf(
                        "  %-22s %-12s %,10d%n",
                        parameter.name(),
                        parameter.shape().stream().map(String::valueOf).collect(Collectors.joining("×")),
                        parameter.count());
            }
            out.printf(
                    "  layers of a %s image%n    %s%n",
                    NetworkText.image(recipe.network()), String.join(", ", NetworkText.layers(recipe.network())));
            Map<String, String> values = recipe.values();
            out.println(values.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals("network"))
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .collect(Collectors.joining("\n    ", "  recipe\n    ", "")));
            out.println();
        }
    }
}
