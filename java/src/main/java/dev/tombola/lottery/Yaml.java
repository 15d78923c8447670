package dev.tombola.lottery;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.tombola.base.Reason;
import dev.tombola.base.UserError;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/// YAML as recipes and sweeps are written in: no key comes twice, and numbers are the decimals that stand there.
public final class Yaml {
    private static final YAMLMapper MAPPER = YAMLMapper.builder(new Decimals(unlimited()))
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /// Leaves what YAML 1.1 takes for octal as it stands: 010 is ten, as in `--set` and beside 009. Refuses aliases, of
    /// which the library gives the names alone.
    private static final class Decimals extends YAMLFactory {
        private static final long serialVersionUID = 1;

        Decimals(LoaderOptions options) {
            super(YAMLFactory.builder().loaderOptions(options));
        }

        @Override
        protected YAMLParser _createParser(Reader yaml, IOContext context) {
            return new YAMLParser(context, _parserFeatures, _yamlParserFeatures, _loaderOptions, _objectCodec, yaml) {
                @Override
                protected JsonToken _decodeNumberIntOctal(String text, int from, int length, boolean negative) {
                    return JsonToken.VALUE_STRING;
                }

                @Override
                public JsonToken nextToken() throws IOException {
                    JsonToken token = super.nextToken();
                    if (_currentIsAlias) {
                        throw new JsonParseException(
                                this, "*" + getText() + " is an alias; write out what it stands for");
                    }
                    return token;
                }
            };
        }
    }

    private Yaml() {}

    /// How large a file may be is said here, not by the library, which has 3 MB in mind.
    private static LoaderOptions unlimited() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        return options;
    }

    /// What a file holds; a missing node where that is nothing.
    ///
    /// @param what such as `recipe`, for messages
    /// @param megabytes that such a file may have
    /// @throws UserError in one line that names the file, if it is larger, cannot be read or is not YAML
    public static JsonNode read(Path file, String what, int megabytes) {
        try {
            long bytes = Files.size(file);
            if (bytes > (long) megabytes << 20) {
                throw new UserError(
                        "%s has %,d bytes; a %s has at most %d MB.".formatted(file, bytes, what, megabytes));
            }
            return parse(Files.readString(file), file.toString());
        } catch (CharacterCodingException e) {
            throw new UserError("The %s %s is not UTF-8; save it as that.".formatted(what, file), e);
        } catch (IOException e) {
            throw new UserError("The %s %s could not be read: %s.".formatted(what, file, Reason.of(e, file)), e);
        }
    }

    /// What a text holds; `source` names it in messages.
    static JsonNode parse(String yaml, String source) {
        try {
            JsonNode root = MAPPER.readTree(yaml);
            return root == null ? MissingNode.getInstance() : root;
        } catch (MismatchedInputException e) {
            throw new UserError("In %s a second document begins after ---; leave one of them.".formatted(source), e);
        } catch (JsonProcessingException e) {
            throw new UserError(
                    "In %s, line %d could not be read as YAML: %s.".formatted(source, line(e), problem(e)), e);
        }
    }

    /// Where the parser could not go on; it also tells where what it was reading began.
    private static int line(JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            return marked.getProblemMark().getLine() + 1;
        }
        JsonLocation at = e.getLocation();
        return at == null ? 1 : at.getLineNr();
    }

    /// What the parser found, without the names of its own classes.
    private static String problem(JsonProcessingException e) {
        String problem = e.getCause() instanceof MarkedYAMLException marked ? marked.getProblem() : null;
        String said = problem != null
                ? problem
                : e.getOriginalMessage().lines().findFirst().orElse("");
        return said.replaceFirst("[,:]? (but found|but got|got this instead:) <?[\\w.]+Event\\(.*", "");
    }

    /// A key's value, or the list of its values, as [Settings] have it.
    ///
    /// @throws UserError if an item of the list is not plain text without commas
    public static String text(String key, JsonNode value) {
        if (!value.isArray()) {
            return value.isNull() ? "" : value.asText().strip();
        }
        List<String> items = new ArrayList<>();
        value.forEach(item -> items.add(item(key, item)));
        return text(key, items);
    }

    /// A list's items as [Settings] have them.
    ///
    /// @throws UserError if one has a comma
    static String text(String key, List<String> items) {
        for (String item : items) {
            if (item.contains(",")) {
                throw new UserError("%s has the item %s; an item of a list has no comma in it.".formatted(key, item));
            }
        }
        return String.join(",", items);
    }

    private static String item(String key, JsonNode item) {
        if (item.isContainerNode()) {
            throw new UserError("%s has the item %s; an item of a list is plain text, without colons and brackets."
                    .formatted(key, item));
        }
        return item.asText();
    }
}
