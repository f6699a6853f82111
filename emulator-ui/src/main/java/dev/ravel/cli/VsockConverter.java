package dev.ravel.cli;

import dev.ravel.machine.config.VsockConfig;
import dev.ravel.net.vsock.VsockSettings;
import dev.ravel.net.vsock.VsockSettings.GuestForward;
import dev.ravel.net.vsock.VsockSettings.HostForward;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** {@code cid=N[,path=SOCKET][,hostfwd=FORWARD]…[,guestfwd=FORWARD]…}. */
final class VsockConverter extends DeviceConverter<VsockConfig> {
    static final String SYNTAX = "cid=N[,path=SOCKET][,hostfwd=tcp:[ADDR:]PORT-:PORT][,guestfwd=tcp::PORT-[ADDR:]PORT]";

    private static final String HOST_FORM = "hostfwd=tcp:[ADDRESS:]PORT-:PORT";
    private static final String GUEST_FORM = "guestfwd=tcp::PORT-[ADDRESS:]PORT";
    private static final Pattern HOST = Pattern.compile("tcp:" + NetConverter.TCP + "-:(?<vsock>[0-9]{1,10})");
    private static final Pattern GUEST = Pattern.compile("tcp::(?<vsock>[0-9]{1,10})-" + NetConverter.TCP);

    @Override
    VsockConfig read(String text) {
        Optional<Long> cid = Optional.empty();
        Optional<Path> path = Optional.empty();
        List<HostForward> hostForwards = new ArrayList<>();
        List<GuestForward> guestForwards = new ArrayList<>();
        try {
            for (String part : text.split(",", -1)) {
                String[] pair = part.split("=", 2);
                String value = pair.length == 2 ? pair[1] : "";
                switch (pair[0]) {
                    case "cid" -> cid = Optional.of(cid(value));
                    case "path" -> path = Optional.of(socket(value));
                    case "hostfwd" -> {
                        Matcher m = match(HOST, value, part, HOST_FORM);
                        hostForwards.add(new HostForward(
                                NetConverter.tcp("'" + part + "'", m), Long.parseLong(m.group("vsock"))));
                    }
                    case "guestfwd" -> {
                        Matcher m = match(GUEST, value, part, GUEST_FORM);
                        guestForwards.add(new GuestForward(
                                Long.parseLong(m.group("vsock")), NetConverter.tcp("'" + part + "'", m)));
                    }
                    default -> throw new TypeConversionException("'" + part + "' is not known: write " + SYNTAX);
                }
            }
            return new VsockConfig(new VsockSettings(
                    cid.orElseThrow(() -> new TypeConversionException("'" + text + "' has no cid: write " + SYNTAX)),
                    path,
                    hostForwards,
                    guestForwards));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static long cid(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("cid=" + value + " is no number: give one from 3 to 4294967294");
        }
    }

    private static Path socket(String value) {
        if (value.isEmpty()) {
            throw new TypeConversionException("path= names no socket");
        }
        return path(value);
    }

    private static Matcher match(Pattern pattern, String value, String part, String form) {
        Matcher matcher = pattern.matcher(value);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + part + "' is not " + form);
        }
        return matcher;
    }
}
