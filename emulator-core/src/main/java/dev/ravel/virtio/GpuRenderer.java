package dev.ravel.virtio;

import dev.ravel.display.Cursor;
import dev.ravel.display.Edid;
import dev.ravel.display.Picture;
import dev.ravel.display.Rectangle;
import dev.ravel.display.Screen;
import dev.ravel.display.Size;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Carries out the commands of a display's guest (virtio 1.3, 5.7.6): resources, what of them is on the screen, the pointer. All
 * of a guest's numbers are checked, and what it may have of the host is bounded. For one thread, but for {@link #setSize}.
 */
final class GpuRenderer implements AnsweredRequests.Answerer {
    /** Heads of the display. */
    static final int SCANOUTS = 1;

    /** Bytes of pixels of all resources together. */
    static final int MOST_MEMORY = 128 << 20;

    /** Pixels of a resource either way. */
    static final int MOST_PIXELS = 8192;

    static final int MOST_RESOURCES = 1024;

    /** Pieces of a resource's backing, as in QEMU. */
    static final int MOST_ENTRIES = 16_384;

    /** Pieces of all backings together. */
    static final int MOST_ENTRIES_OF_ALL = 1 << 18;

    /** Bytes of a request: a resource's whole backing. */
    static final int MOST_REQUEST = GpuCommand.HEADER + 8 + MOST_ENTRIES * 16;

    /** Pixels of a pointer either way. */
    static final int CURSOR = 64;

    /** Places in a response, whatever a display has. */
    private static final int MAX_SCANOUTS = 16;

    // Responses: success, then errors.
    static final int OK_NODATA = 0x1100;
    static final int OK_DISPLAY_INFO = 0x1101;
    static final int OK_EDID = 0x1104;
    static final int ERR_UNSPEC = 0x1200;
    static final int ERR_OUT_OF_MEMORY = 0x1201;
    static final int ERR_INVALID_SCANOUT_ID = 0x1202;
    static final int ERR_INVALID_RESOURCE_ID = 0x1203;
    static final int ERR_INVALID_PARAMETER = 0x1205;

    static final int FLAG_FENCE = 1;

    static final int DISPLAY_INFO_SIZE = GpuCommand.HEADER + MAX_SCANOUTS * 24;
    static final int EDID_SIZE = GpuCommand.HEADER + 8 + 1024;

    // Of struct virtio_gpu_set_scanout, behind the header.
    private static final int SCANOUT = 16;
    private static final int SCANOUT_RESOURCE = 20;

    private static final int FENCE_ID = 8;
    private static final int CTX_ID = 16;

    private final GuestMemory memory;
    private final Screen screen;
    private final Map<Integer, GpuResource> resources = new TreeMap<>();
    private long pixelBytes;
    private int entries;
    private Scanout scanout = Scanout.OFF;
    private volatile Size size;
    /** Whether the guest may ask for the EDID. */
    private volatile boolean edidAgreed;

    /** What is on the screen: nothing if the resource is 0. */
    private record Scanout(int resource, Rectangle part) {
        static final Scanout OFF = new Scanout(0, Rectangle.NONE);
    }

    /** An error response. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final int response;

        Refused(int response) {
            super("response " + response, null, false, false);
            this.response = response;
        }
    }

    GpuRenderer(GuestMemory memory, Screen screen, Size size) {
        this.memory = memory;
        this.screen = screen;
        this.size = size;
    }

    /** What the display would like to show. Any thread. */
    Size size() {
        return size;
    }

    /** Any thread. */
    void setSize(Size wanted) {
        size = wanted;
    }

    /** Any thread. */
    void agreeOnEdid(boolean agreed) {
        edidAgreed = agreed;
    }

    @Override
    public byte[] answer(byte[] message, int room) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out;
        try {
            out = carryOut(in);
        } catch (Refused e) {
            out = response(e.response, GpuCommand.HEADER);
        } catch (DriverFaultException e) {
            // Memory was checked when it was attached; it cannot have gone.
            out = response(ERR_UNSPEC, GpuCommand.HEADER);
        }
        return fit(in, out, room);
    }

    @Override
    public byte[] failed(byte[] message, int room) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        return fit(in, response(ERR_UNSPEC, GpuCommand.HEADER), room);
    }

    private static ByteBuffer response(int type, int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putInt(0, type);
    }

    /** The response with the request's fence; none if there is no room for one, as with Linux's cursor commands. */
    private static byte[] fit(ByteBuffer in, ByteBuffer response, int room) {
        if (room < GpuCommand.HEADER) {
            return new byte[0];
        }
        ByteBuffer out = response.capacity() > room ? response(ERR_UNSPEC, GpuCommand.HEADER) : response;
        if (in.capacity() >= GpuCommand.HEADER && (in.getInt(4) & FLAG_FENCE) != 0) {
            out.putInt(4, FLAG_FENCE);
            out.putLong(FENCE_ID, in.getLong(FENCE_ID));
            out.putInt(CTX_ID, in.getInt(CTX_ID));
        }
        return out.array();
    }

    private ByteBuffer carryOut(ByteBuffer in) throws Refused, DriverFaultException {
        if (in.capacity() < GpuCommand.HEADER) {
            throw new Refused(ERR_UNSPEC);
        }
        GpuCommand command = GpuCommand.of(in.getInt(0)).orElseThrow(() -> new Refused(ERR_UNSPEC));
        if (in.capacity() < GpuCommand.HEADER + command.size()) {
            throw new Refused(ERR_INVALID_PARAMETER);
        }
        in.position(GpuCommand.HEADER);
        switch (command) {
            case GET_DISPLAY_INFO -> {
                return displayInfo();
            }
            case GET_EDID -> {
                return edid(in.getInt());
            }
            case RESOURCE_CREATE_2D -> create(in.getInt(), in.getInt(), in.getInt(), in.getInt());
            case RESOURCE_UNREF -> destroy(in.getInt());
            case SET_SCANOUT -> {
                // Where nothing is shown, the rectangle says nothing.
                boolean off = in.getInt(GpuCommand.HEADER + SCANOUT_RESOURCE) == 0;
                Rectangle part = off ? Rectangle.NONE : rectangle(in);
                setScanout(
                        part, in.getInt(GpuCommand.HEADER + SCANOUT), in.getInt(GpuCommand.HEADER + SCANOUT_RESOURCE));
            }
            case RESOURCE_FLUSH -> {
                Rectangle part = rectangle(in);
                flush(part, in.getInt());
            }
            case TRANSFER_TO_HOST_2D -> {
                Rectangle part = rectangle(in);
                transfer(part, in.getLong(), in.getInt());
            }
            case RESOURCE_ATTACH_BACKING -> attach(in.getInt(), in.getInt(), in);
            case RESOURCE_DETACH_BACKING -> detach(in.getInt());
            case UPDATE_CURSOR, MOVE_CURSOR -> cursor(command, in);
        }
        return response(OK_NODATA, GpuCommand.HEADER);
    }

    /** A rectangle whose edges are no numbers that we have is outside of everything. */
    private static Rectangle rectangle(ByteBuffer in) throws Refused {
        int x = in.getInt();
        int y = in.getInt();
        int width = in.getInt();
        int height = in.getInt();
        if (x < 0 || y < 0 || width < 0 || height < 0 || x + width < 0 || y + height < 0) {
            throw new Refused(ERR_INVALID_PARAMETER);
        }
        return new Rectangle(x, y, width, height);
    }

    private static void requireInside(Rectangle part, GpuResource resource) throws Refused {
        if (part.x() + part.width() > resource.width() || part.y() + part.height() > resource.height()) {
            throw new Refused(ERR_INVALID_PARAMETER);
        }
    }

    private GpuResource resource(int id) throws Refused {
        GpuResource found = resources.get(id);
        if (found == null) {
            throw new Refused(ERR_INVALID_RESOURCE_ID);
        }
        return found;
    }

    private static void requireScanout(int id) throws Refused {
        if (id < 0 || id >= SCANOUTS) {
            throw new Refused(ERR_INVALID_SCANOUT_ID);
        }
    }

    private ByteBuffer displayInfo() {
        Size now = size;
        ByteBuffer out = response(OK_DISPLAY_INFO, DISPLAY_INFO_SIZE).position(GpuCommand.HEADER);
        // The only one is at 0, 0 and enabled.
        out.putInt(0).putInt(0).putInt(now.width()).putInt(now.height()).putInt(1);
        return out;
    }

    private ByteBuffer edid(int id) throws Refused {
        if (!edidAgreed) {
            throw new Refused(ERR_UNSPEC);
        }
        requireScanout(id);
        ByteBuffer out = response(OK_EDID, EDID_SIZE).position(GpuCommand.HEADER);
        out.putInt(Edid.SIZE).putInt(0).put(Edid.of(size));
        return out;
    }

    private void create(int id, int format, int width, int height) throws Refused {
        if (id == 0 || resources.containsKey(id)) {
            throw new Refused(ERR_INVALID_RESOURCE_ID);
        }
        GpuFormat known = GpuFormat.of(format).orElseThrow(() -> new Refused(ERR_INVALID_PARAMETER));
        if (width < 1 || width > MOST_PIXELS || height < 1 || height > MOST_PIXELS) {
            throw new Refused(ERR_INVALID_PARAMETER);
        }
        long bytes = (long) width * height * GpuResource.PIXEL;
        if (bytes > MOST_MEMORY - pixelBytes || resources.size() >= MOST_RESOURCES) {
            throw new Refused(ERR_OUT_OF_MEMORY);
        }
        resources.put(id, new GpuResource(known, width, height));
        pixelBytes += bytes;
    }

    private void destroy(int id) throws Refused {
        GpuResource resource = resource(id);
        if (scanout.resource == id) {
            show(Scanout.OFF);
        }
        setBacking(resource, Optional.empty());
        resources.remove(id);
        pixelBytes -= resource.pixels().length;
    }

    private void setBacking(GpuResource resource, Optional<GpuResource.Backing> wanted) {
        entries -= resource.backing().map(GpuResource.Backing::entries).orElse(0);
        entries += wanted.map(GpuResource.Backing::entries).orElse(0);
        resource.setBacking(wanted);
    }

    private void attach(int id, int count, ByteBuffer in) throws Refused {
        GpuResource resource = resource(id);
        if (resource.backing().isPresent()) {
            throw new Refused(ERR_UNSPEC);
        }
        if (count < 0 || count > MOST_ENTRIES || in.remaining() < count * 16) {
            throw new Refused(ERR_INVALID_PARAMETER);
        }
        if (count > MOST_ENTRIES_OF_ALL - entries) {
            throw new Refused(ERR_OUT_OF_MEMORY);
        }
        long[] addresses = new long[count];
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = in.getLong();
            lengths[i] = in.getInt();
            in.getInt();
            try {
                memory.check(addresses[i], Integer.toUnsignedLong(lengths[i]));
            } catch (DriverFaultException e) {
                throw new Refused(ERR_INVALID_PARAMETER);
            }
        }
        setBacking(resource, Optional.of(new GpuResource.Backing(addresses, lengths)));
    }

    private void detach(int id) throws Refused {
        GpuResource resource = resource(id);
        if (resource.backing().isEmpty()) {
            throw new Refused(ERR_INVALID_RESOURCE_ID);
        }
        setBacking(resource, Optional.empty());
    }

    private void transfer(Rectangle part, long offset, int id) throws Refused, DriverFaultException {
        GpuResource resource = resource(id);
        GpuResource.Backing from = resource.backing().orElseThrow(() -> new Refused(ERR_INVALID_RESOURCE_ID));
        requireInside(part, resource);
        if (!resource.transfer(memory, from, part, offset)) {
            throw new Refused(ERR_INVALID_PARAMETER);
        }
    }

    private void setScanout(Rectangle part, int id, int resourceId) throws Refused {
        requireScanout(id);
        if (resourceId == 0) {
            show(Scanout.OFF);
            return;
        }
        GpuResource resource = resource(resourceId);
        requireInside(part, resource);
        if (part.isEmpty()) {
            throw new Refused(ERR_INVALID_PARAMETER);
        }
        show(new Scanout(resourceId, part));
    }

    private void show(Scanout wanted) {
        scanout = wanted;
        screen.resize(wanted.part.width(), wanted.part.height());
        Optional.ofNullable(resources.get(wanted.resource))
                .ifPresent(resource -> resource.show(screen, wanted.part, wanted.part));
    }

    private void flush(Rectangle part, int id) throws Refused {
        GpuResource resource = resource(id);
        requireInside(part, resource);
        if (scanout.resource == id) {
            resource.show(screen, scanout.part, part);
        }
    }

    private void cursor(GpuCommand command, ByteBuffer in) throws Refused {
        int id = in.getInt();
        int x = in.getInt();
        int y = in.getInt();
        in.getInt();
        requireScanout(id);
        if (command == GpuCommand.MOVE_CURSOR) {
            screen.setCursor(screen.cursor().map(old -> new Cursor(x, y, old.image())));
            return;
        }
        int resourceId = in.getInt();
        if (resourceId == 0) {
            screen.setCursor(Optional.empty());
            return;
        }
        GpuResource resource = resource(resourceId);
        if (resource.width() != CURSOR || resource.height() != CURSOR) {
            throw new Refused(ERR_INVALID_PARAMETER);
        }
        int hotX = Math.clamp(Integer.toUnsignedLong(in.getInt()), 0, CURSOR - 1);
        int hotY = Math.clamp(Integer.toUnsignedLong(in.getInt()), 0, CURSOR - 1);
        screen.setCursor(Optional.of(new Cursor(x, y, new Cursor.Image(resource.picture(), hotX, hotY))));
    }

    /** Forgets everything. */
    void reset() {
        resources.clear();
        pixelBytes = 0;
        entries = 0;
        scanout = Scanout.OFF;
        screen.resize(0, 0);
        screen.setCursor(Optional.empty());
    }

    /** All of it but the size, which is the host's. */
    byte[] save() {
        Optional<Cursor> cursor = screen.cursor();
        int size = 7 * Integer.BYTES
                + cursor.map(c -> (4 + CURSOR * CURSOR) * Integer.BYTES).orElse(0);
        for (GpuResource resource : resources.values()) {
            size += 5 * Integer.BYTES + resource.pixels().length;
            size += resource.backing().map(GpuResource.Backing::entries).orElse(0) * (Long.BYTES + Integer.BYTES);
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putInt(resources.size());
        resources.forEach((id, resource) -> {
            out.putInt(id).putInt(resource.format().number());
            out.putInt(resource.width()).putInt(resource.height()).put(resource.pixels());
            out.putInt(resource.backing().map(GpuResource.Backing::entries).orElse(-1));
            resource.backing().ifPresent(backing -> {
                for (int i = 0; i < backing.entries(); i++) {
                    out.putLong(backing.addresses()[i]).putInt(backing.lengths()[i]);
                }
            });
        });
        Rectangle part = scanout.part;
        out.putInt(scanout.resource);
        out.putInt(part.x()).putInt(part.y()).putInt(part.width()).putInt(part.height());
        out.putInt(cursor.isPresent() ? 1 : 0);
        cursor.ifPresent(c -> {
            out.putInt(c.x())
                    .putInt(c.y())
                    .putInt(c.image().hotX())
                    .putInt(c.image().hotY());
            for (int pixel : c.image().picture().pixels()) {
                out.putInt(pixel);
            }
        });
        return out.array();
    }

    /** Reads back, with all checks, what {@link #save} wrote. */
    void restore(byte[] saved) {
        reset();
        try {
            ByteBuffer in = ByteBuffer.wrap(saved);
            for (int left = in.getInt(); left > 0; left--) {
                restoreResource(in);
            }
            int resource = in.getInt();
            Rectangle part = rectangle(in);
            setScanout(part, 0, resource);
            if (in.getInt() != 0) {
                int x = in.getInt();
                int y = in.getInt();
                int hotX = in.getInt();
                int hotY = in.getInt();
                int[] pixels = new int[CURSOR * CURSOR];
                in.asIntBuffer().get(pixels);
                Picture picture = new Picture(CURSOR, CURSOR, pixels);
                screen.setCursor(Optional.of(new Cursor(x, y, new Cursor.Image(picture, hotX, hotY))));
            }
        } catch (BufferUnderflowException | Refused e) {
            throw new IllegalArgumentException("the snapshot holds a display that cannot be", e);
        }
    }

    private void restoreResource(ByteBuffer in) throws Refused {
        int id = in.getInt();
        create(id, in.getInt(), in.getInt(), in.getInt());
        in.get(resource(id).pixels());
        int count = in.getInt();
        if (count >= 0) {
            ByteBuffer list = ByteBuffer.allocate(Math.multiplyExact(count, 16)).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                list.putLong(in.getLong()).putInt(in.getInt()).putInt(0);
            }
            attach(id, count, list.flip());
        }
    }
}
