package dev.tombola.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.TypeConversionException;

/// The constants of an enum as people write them, in lower case; whatever is none of them is told those. What is no
/// number, or no file's name, is told so without the names of Java's types.
///
/// @param constants of one enum
record Words(List<Enum<?>> constants) implements ITypeConverter<Object> {
    /// Reads every enum, number and path of a command and of its subcommands this way.
    static void register(CommandLine line) {
        for (CommandLine command : line.getSubcommands().values()) {
            register(command);
            command.registerConverter(int.class, text -> whole(text, 32, Integer::valueOf));
            command.registerConverter(Integer.class, text -> whole(text, 32, Integer::valueOf));
            command.registerConverter(long.class, text -> whole(text, 64, Long::valueOf));
            command.registerConverter(Path.class, Words::path);
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

    private static <N> N whole(String text, int bits, Function<String, N> read) {
        try {
            return read.apply(text);
        } catch (NumberFormatException _) {
            throw new TypeConversionException("it is %s; it must be a whole number of at most %d bits"
                    .formatted(text.isBlank() ? "empty" : text, bits));
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(noName(e));
        }
    }

    /// What is no name for a file, or not in the locale's encoding.
    static String noName(InvalidPathException e) {
        return "%s cannot be the name of a file: %s. With LC_ALL=C.UTF-8 in the environment all letters can be in one."
                .formatted(e.getInput(), e.getReason());
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
