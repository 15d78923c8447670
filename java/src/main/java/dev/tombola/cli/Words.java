package dev.tombola.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/// The constants of an enum as people write them, in lower case; whatever is none of them is told those.
///
/// @param constants of one enum
record Words(List<Enum<?>> constants) implements ITypeConverter<Object> {
    /// Reads every enum of a command and of its subcommands this way.
    static void register(CommandLine line) {
        for (CommandLine command : line.getSubcommands().values()) {
            register(command);
            for (ArgSpec argument : command.getCommandSpec().args()) {
                register(command, argument.type());
            }
        }
    }

    @SuppressWarnings("unchecked") // what Words returns is of that type
    private static <T> void register(CommandLine command, Class<T> type) {
        if (type.isEnum()) {
            List<Enum<?>> constants = Arrays.stream(type.getEnumConstants())
                    .<Enum<?>>map(constant -> (Enum<?>) constant)
                    .toList();
            command.registerConverter(type, (ITypeConverter<T>) new Words(constants));
        }
    }

    @Override
    public Object convert(String given) {
        return constants.stream()
                .filter(constant -> constant.name().equalsIgnoreCase(given))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("it is %s; it must be one of %s"
                        .formatted(
                                given,
                                constants.stream()
                                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", ")))));
    }
}
