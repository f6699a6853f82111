package dev.ravel.cli;

import dev.ravel.machine.config.FwCfgConfig;
import dev.ravel.machine.config.FwCfgConfig.Content;
import dev.ravel.machine.config.FwCfgConfig.Item;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** {@code [name=]NAME,file=FILE|string=TEXT}, as QEMU's {@code -fw_cfg}; a comma in a value is written {@code ,,}. */
final class FwCfgConverter extends DeviceConverter<FwCfgConfig> {
    private static final Pattern SYNTAX =
            Pattern.compile("(?:name=)?(?<name>[^,]*),(?<kind>file|string)=(?<value>(?:[^,]|,,)*)", Pattern.DOTALL);

    @Override
    FwCfgConfig read(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text + "': write name=NAME,file=FILE or name=NAME,string=TEXT, and ,, for a comma in them");
        }
        String value = matcher.group("value").replace(",,", ",");
        Content content =
                matcher.group("kind").equals("file") ? new Content.File(path(value)) : new Content.Text(value);
        return new FwCfgConfig(List.of(new Item(matcher.group("name"), content)));
    }
}
