package dev.ravel.share;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.ravel.host.posix.Errno;
import dev.ravel.ninep.FileName;
import dev.ravel.ninep.LockRange;
import dev.ravel.ninep.MessageType;
import dev.ravel.ninep.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class FolderServerTest {
    private static final int RDONLY = 0;
    private static final int WRONLY = 1;
    private static final int RDWR = 2;
    private static final int EXCL = 0200;
    private static final int TRUNC = 01000;
    private static final int REMOVE_DIRECTORY = 0x200;
    private static final int KIND = 0170000;
    private static final int GUEST_USER = 1234;

    @TempDir
    private Path outside;

    private Path folder;
    private FolderServer server;
    private Client client;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createDirectory(outside.resolve("shared"));
        server = FolderServer.open(folder, false);
        client = new Client(server).attach(0);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void reopenReadOnly() throws IOException {
        server.close();
        server = FolderServer.open(folder, true);
        client = new Client(server).attach(0);
    }

    private static void assertRefused(int errno, ThrowingCallable call) {
        assertThatExceptionOfType(Client.Refused.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.errno).isEqualTo(errno));
    }

    private void assumeAttributesAreKept() throws IOException {
        Assumptions.assumeTrue(
                Files.getFileStore(folder).supportsFileAttributeView(UserDefinedFileAttributeView.class),
                "the file system of the temporary folder has no extended attributes");
    }

    @Test
    void filesAreCreatedWrittenAndRead() throws IOException {
        int fid = client.create("", "file", RDWR, 0644, 0);
        assertThat(client.write(fid, 0, "hello".getBytes(UTF_8))).isEqualTo(5);
        assertThat(client.write(fid, 5, " world".getBytes(UTF_8))).isEqualTo(6);
        assertThat(client.read(fid, 6, 100)).asString().isEqualTo("world");
        assertThat(client.read(fid, 11, 100)).isEmpty();
        client.done(MessageType.TFSYNC, out -> {
            out.u32(fid);
            out.u32(1);
        });
        client.clunk(fid);
        assertThat(folder.resolve("file")).hasContent("hello world");
        int again = client.open("file", WRONLY | TRUNC);
        client.clunk(again);
        assertThat(folder.resolve("file")).isEmptyFile();
    }

    @Test
    void filesMayBeLongerThanFourGigabytes() throws IOException {
        long far = 5L << 30;
        int fid = client.create("", "big", RDWR, 0600, 0);
        client.write(fid, far, new byte[] {42});
        assertThat(client.getattr(fid).size()).isEqualTo(far + 1);
        assertThat(client.read(fid, far, 10)).containsExactly(42);
        assertThat(Files.size(folder.resolve("big"))).isEqualTo(far + 1);
        client.setattr(fid, 0x8, 0, 0, 0, far - 7, 0, 0);
        assertThat(client.getattr(fid).size()).isEqualTo(far - 7);
    }

    @Test
    void oneMessageMovesNearlyAMegabyte() {
        byte[] data = new byte[FolderServer.MAX_MESSAGE - 64];
        data[data.length - 1] = 9;
        int fid = client.create("", "f", RDWR, 0600, 0);
        assertThat(client.write(fid, 0, data)).isEqualTo(data.length);
        assertThat(client.read(fid, 0, Integer.MAX_VALUE)).isEqualTo(data);
    }

    @Test
    void namesAreBytesOfAnyKind() throws IOException {
        FileName[] names = {
            FileName.of("grüße-日本語-🦆"),
            FileName.of(" leading, spaces\n\t\"quotes\" "),
            FileName.of(new byte[] {(byte) 0xff, (byte) 0xfe, 'x'}),
            FileName.of("n".repeat(255))
        };
        for (FileName name : names) {
            int fid = client.find("");
            client.call(
                    MessageType.TLCREATE,
                    out -> {
                        out.u32(fid);
                        out.string(name);
                        out.u32(RDWR);
                        out.u32(0600);
                        out.u32(0);
                    },
                    in -> in.data(17));
            client.clunk(fid);
            assertThat(client.walkNames(Client.ROOT, 500, name)).isOne();
            client.clunk(500);
        }
        List<String> listed = client.list(client.open("", RDONLY), 8192);
        for (FileName name : names) {
            assertThat(listed).contains(name.latin1());
        }
        assertRefused(Errno.ENAMETOOLONG, () -> client.create("", "n".repeat(256), RDWR, 0600, 0));
    }

    @Test
    void largeDirectoriesAreListedWholeWhileTheyChange() throws IOException {
        for (int i = 0; i < 3000; i++) {
            Files.createFile(folder.resolve("file-with-a-longer-name-" + i));
        }
        int fid = client.open("", RDONLY);
        List<String> names = client.list(fid, 4096);
        assertThat(names).hasSize(3002).doesNotHaveDuplicates().contains(".", "..", "file-with-a-longer-name-2999");

        // What is deleted behind and before the reader makes it neither skip nor repeat the others.
        HashSet<String> seen = new HashSet<>();
        List<Client.Entry> part = client.readdir(fid, 0, 4096);
        int deleted = 0;
        while (!part.isEmpty()) {
            for (Client.Entry entry : part) {
                assertThat(seen.add(entry.name())).isTrue();
            }
            client.unlinkat(Client.ROOT, part.getLast().name(), 0);
            deleted++;
            part = client.readdir(fid, part.getLast().offset(), 4096);
        }
        assertThat(seen).hasSize(3002);
        assertThat(deleted).isGreaterThan(10);
    }

    @Test
    void directoriesAreMadeAndRemoved() {
        client.mkdir(Client.ROOT, "d", 0755);
        int d = client.find("d");
        client.mkdir(d, "inner", 0700);
        assertThat(client.getattr(d).mode()).isEqualTo(0040755);
        assertRefused(Errno.ENOTEMPTY, () -> client.unlinkat(Client.ROOT, "d", REMOVE_DIRECTORY));
        assertRefused(Errno.EISDIR, () -> client.unlinkat(Client.ROOT, "d", 0));
        client.remove(client.find("d/inner"));
        client.unlinkat(Client.ROOT, "d", REMOVE_DIRECTORY);
        assertThat(folder).isEmptyDirectory();
        assertRefused(Errno.ENOENT, () -> client.getattr(d));
    }

    @Test
    void linksAreLinksOnTheHost() throws IOException {
        client.clunk(client.create("", "file", RDWR, 0600, 0));
        client.symlink(Client.ROOT, "soft", "file");
        client.link(Client.ROOT, client.find("file"), "hard");
        assertThat(Files.readSymbolicLink(folder.resolve("soft"))).hasToString("file");
        assertThat(client.readlink(client.find("soft"))).isEqualTo("file");
        assertThat(client.getattr(client.find("soft")).mode() & KIND).isEqualTo(0120000);
        assertThat(client.getattr(client.find("hard")).links()).isEqualTo(2);
        assertThat(client.getattr(client.find("hard")).qidPath())
                .isEqualTo(client.getattr(client.find("file")).qidPath());
        assertRefused(Errno.EINVAL, () -> client.readlink(client.find("file")));
    }

    @Test
    void aRenameTakesTheFidsBelowWithIt() throws IOException {
        client.mkdir(Client.ROOT, "a", 0755);
        client.clunk(client.create("a", "f", RDWR, 0600, 0));
        client.mkdir(Client.ROOT, "b", 0755);
        int file = client.find("a/f");
        int b = client.find("b");
        client.renameat(Client.ROOT, "a", b, "c");
        assertThat(client.getattr(file).mode() & KIND).isEqualTo(0100000);
        client.rename(file, Client.ROOT, "top");
        assertThat(folder.resolve("top")).exists();
        client.open(file, RDWR);
        client.write(file, 0, new byte[] {1});
        assertThat(folder.resolve("top")).hasSize(1);
        assertRefused(Errno.EINVAL, () -> client.renameat(Client.ROOT, "b", client.find("b/c"), "loop"));
    }

    @Test
    void whatARenameReplacesIsGoneForItsFids() {
        client.clunk(client.create("", "old", RDWR, 0600, 0));
        client.clunk(client.create("", "new", RDWR, 0600, 0));
        int replaced = client.find("old");
        int mover = client.find("new");
        client.renameat(Client.ROOT, "new", Client.ROOT, "old");
        assertRefused(Errno.ENOENT, () -> client.getattr(replaced));
        client.getattr(mover);
        assertRefused(Errno.ENOENT, () -> client.find("new"));
    }

    @Test
    void anOpenFileLivesOnWhenItIsRemoved() {
        int open = client.create("", "temporary", RDWR, 0600, 0);
        int other = client.find("temporary");
        client.write(open, 0, new byte[] {7, 8});
        client.unlinkat(Client.ROOT, "temporary", 0);
        client.clunk(client.create("", "temporary", RDWR, 0600, 0));
        assertThat(client.read(open, 0, 10)).containsExactly(7, 8);
        assertThat(client.getattr(open).size()).isEqualTo(2);
        assertThat(client.getattr(other).size()).isEqualTo(2);
        client.setattr(open, 0x8, 0, 0, 0, 1, 0, 0);
        assertThat(client.getattr(open).links()).isZero();
        client.clunk(open);
        assertRefused(Errno.ENOENT, () -> client.getattr(other));
    }

    @Test
    void theGuestsOwnersAndPermissionsAreKeptBesideTheFile() throws IOException {
        assumeAttributesAreKept();
        Client user = new Client(server).attach(GUEST_USER);
        user.clunk(user.create("", "f", RDWR, 04711, 77));
        Client.Stat stat = user.getattr(user.find("f"));
        assertThat(stat.mode()).isEqualTo(0104711);
        assertThat(stat.uid()).isEqualTo(GUEST_USER);
        assertThat(stat.gid()).isEqualTo(77);
        Path file = folder.resolve("f");
        assertThat(Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(0100711);
        assertThat(Files.getOwner(file)).isEqualTo(Files.getOwner(folder));

        int f = user.find("f");
        user.chmod(f, 0);
        assertThat(user.getattr(f).mode()).isEqualTo(0100000);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        user.setattr(f, 0x6, 0, 5, 6, 0, 0, 0);
        assertThat(user.getattr(f).uid()).isEqualTo(5);
        assertThat(user.getattr(f).gid()).isEqualTo(6);

        // Back to what the host says: then nothing is kept.
        user.chmod(f, 0644);
        int host = (int) Files.getAttribute(file, "unix:uid");
        int hostGroup = (int) Files.getAttribute(file, "unix:gid");
        user.setattr(f, 0x6, 0, host, hostGroup, 0, 0, 0);
        assertThat(Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                        .list())
                .isEmpty();
    }

    @Test
    void devicesPipesAndSocketsOfTheGuestAreEmptyFilesOnTheHost() throws IOException {
        assumeAttributesAreKept();
        client.mknod(Client.ROOT, "zero", 0020666, 1, 5);
        client.mknod(Client.ROOT, "pipe", 0010644, 0, 0);
        client.mknod(Client.ROOT, "socket", 0140755, 0, 0);
        Client.Stat zero = client.getattr(client.find("zero"));
        assertThat(zero.mode()).isEqualTo(0020666);
        assertThat(zero.device()).isEqualTo(0x105);
        assertThat(client.getattr(client.find("pipe")).mode()).isEqualTo(0010644);
        assertThat(client.getattr(client.find("socket")).mode()).isEqualTo(0140755);
        for (String name : List.of("zero", "pipe", "socket")) {
            assertThat(folder.resolve(name)).isRegularFile().isEmptyFile();
        }
        assertThat(client.readdir(client.open("", RDONLY), 0, 4096))
                .filteredOn(e -> e.name().equals("pipe"))
                .singleElement()
                .satisfies(e -> assertThat(e.type()).isZero());
        assertRefused(Errno.EINVAL, () -> client.mknod(Client.ROOT, "x", 0040755, 0, 0));
    }

    @Test
    void timesAreSetAlsoOfALinkItself() throws IOException {
        client.clunk(client.create("", "f", RDWR, 0600, 0));
        FileTime fileTime = FileTime.from(Instant.ofEpochSecond(1_000_000));
        client.setattr(client.find("f"), 0x1b0, 0, 0, 0, 0, 999_999, 1_000_000);
        assertThat(Files.getLastModifiedTime(folder.resolve("f"))).isEqualTo(fileTime);
        assertThat(client.getattr(client.find("f")).accessed()).isEqualTo(999_999);
        client.symlink(Client.ROOT, "l", "f");
        client.setattr(client.find("l"), 0x1b0, 0, 0, 0, 0, 5, 6);
        assertThat(client.getattr(client.find("l")).modified()).isEqualTo(6);
        assertThat(Files.getLastModifiedTime(folder.resolve("f"))).isEqualTo(fileTime);
        client.setattr(client.find("f"), 0x20, 0, 0, 0, 0, 0, 0);
        assertThat(Files.getLastModifiedTime(folder.resolve("f"))).isGreaterThan(fileTime);
    }

    @Test
    void attributesOfUsersAreTheHostsAndOthersAreRefused() throws IOException {
        assumeAttributesAreKept();
        Client user = new Client(server).attach(GUEST_USER);
        user.clunk(user.create("", "f", RDWR, 0600, 0));
        user.setxattr("f", "user.colour", "blue".getBytes(UTF_8), 0);
        assertThat(user.getxattr(user.find("f"), "user.colour")).asString().isEqualTo("blue");
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(folder.resolve("f"), UserDefinedFileAttributeView.class);
        assertThat(view.list()).contains("colour", "virtfs.uid");
        assertThat(user.getxattr(user.find("f"), "")).asString().isEqualTo("user.colour\0");
        assertRefused(Errno.EEXIST, () -> user.setxattr("f", "user.colour", new byte[1], 1));
        user.setxattr("f", "user.colour", new byte[0], 2);
        assertRefused(Errno.ENODATA, () -> user.getxattr(user.find("f"), "user.colour"));
        assertRefused(Errno.ENODATA, () -> user.getxattr(user.find("f"), "user.virtfs.uid"));
        assertRefused(Errno.EPERM, () -> user.setxattr("f", "user.virtfs.uid", new byte[4], 0));
        assertRefused(Errno.EOPNOTSUPP, () -> user.setxattr("f", "security.capability", new byte[4], 0));
        assertRefused(Errno.EOPNOTSUPP, () -> user.getxattr(user.find("f"), "system.posix_acl_access"));
    }

    @Test
    void anAttributeThatWasNotWrittenWholeIsNotSet() throws IOException {
        assumeAttributesAreKept();
        client.clunk(client.create("", "f", RDWR, 0600, 0));
        int fid = client.find("f");
        client.done(MessageType.TXATTRCREATE, out -> {
            out.u32(fid);
            out.string(FileName.of("user.half"));
            out.u64(10);
            out.u32(0);
        });
        client.write(fid, 0, new byte[5]);
        assertRefused(Errno.EINVAL, () -> client.write(fid, 3, new byte[1]));
        assertRefused(Errno.EINVAL, () -> client.write(fid, 5, new byte[6]));
        assertRefused(Errno.EINVAL, () -> client.clunk(fid));
        assertRefused(Errno.EBADF, () -> client.clunk(fid));
        assertRefused(Errno.ENODATA, () -> client.getxattr(client.find("f"), "user.half"));
    }

    @Test
    void locksOfTheGuestAreSeenByItsOtherProcessesAndByTheHost() throws IOException {
        int one = client.create("", "f", RDWR, 0600, 0);
        int two = client.open("f", RDWR);
        assertThat(client.lock(one, LockRange.WRITE, 0, 10, 100)).isEqualTo(Reply.LockStatus.SUCCESS);
        // The same process through another fid is the same owner.
        assertThat(client.lock(two, LockRange.WRITE, 0, 10, 100)).isEqualTo(Reply.LockStatus.SUCCESS);
        assertThat(client.lock(two, LockRange.READ, 5, 1, 200)).isEqualTo(Reply.LockStatus.BLOCKED);
        assertThat(client.lock(two, LockRange.WRITE, 10, 5, 200)).isEqualTo(Reply.LockStatus.SUCCESS);
        assertThat(client.getlock(two, LockRange.WRITE, 0, 1, 200)).isEqualTo(LockRange.WRITE);
        assertThat(client.getlock(two, LockRange.WRITE, 20, 1, 200)).isEqualTo(LockRange.NONE);
        try (FileChannel host = FileChannel.open(folder.resolve("f"), StandardOpenOption.WRITE)) {
            assertThat(host.tryLock(3, 1, false)).isNull();
            assertThat(client.lock(one, LockRange.NONE, 0, 0, 100)).isEqualTo(Reply.LockStatus.SUCCESS);
            assertThat(host.tryLock(3, 1, false)).isNotNull();
            assertThat(host.tryLock(12, 1, false)).isNull();
            assertThat(client.lock(one, LockRange.READ, 3, 1, 100)).isEqualTo(Reply.LockStatus.BLOCKED);
            // The guest's kernel forgets the file, and with it who locked it.
            client.clunk(one);
            client.clunk(two);
            assertThat(host.tryLock(12, 1, false)).isNotNull();
        }
        int three = client.open("f", RDWR);
        assertRefused(Errno.EINVAL, () -> client.lock(three, 9, 0, 0, 1));
    }

    @Test
    void theFileSystemIsDescribed() {
        List<Long> fields = client.call(MessageType.TSTATFS, out -> out.u32(Client.ROOT), in -> {
            long type = in.u32();
            long blockSize = in.u32();
            long blocks = in.u64();
            long free = in.u64();
            in.data(8 * 4);
            return List.of(type, blockSize, blocks, free, (long) in.u32());
        });
        assertThat(fields.get(0)).isEqualTo(0x0102_1997);
        assertThat(fields.get(1)).isPositive();
        assertThat(fields.get(2)).isGreaterThanOrEqualTo(fields.get(3));
        assertThat(fields.get(4)).isGreaterThanOrEqualTo(255);
    }

    @Test
    void createOpensWhatIsThereUnlessItMustBeNew() throws IOException {
        Files.writeString(folder.resolve("f"), "content");
        assertRefused(Errno.EEXIST, () -> client.create("", "f", RDWR | EXCL, 0600, 0));
        int fid = client.create("", "f", RDWR, 0600, 0);
        assertThat(client.read(fid, 0, 100)).asString().isEqualTo("content");
        client.clunk(fid);
        int truncated = client.create("", "f", RDWR | TRUNC, 0600, 0);
        assertThat(client.read(truncated, 0, 100)).isEmpty();
    }

    @Test
    void aWalkStopsWhereNothingIsAndNeverLeavesTheFolder() throws IOException {
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createDirectories(folder.resolve("a/b"));
        assertThat(client.walk(Client.ROOT, 50, "a", "b", "nothing", "more")).isEqualTo(2);
        assertRefused(Errno.EBADF, () -> client.getattr(50));
        assertRefused(Errno.ENOENT, () -> client.walk(Client.ROOT, 50, "nothing"));
        assertThat(client.walk(Client.ROOT, 51, "a", "..", "..", "..")).isEqualTo(4);
        assertThat(client.getattr(51).qidPath())
                .isEqualTo(client.getattr(Client.ROOT).qidPath());
        assertRefused(Errno.ENOENT, () -> client.walk(51, 52, "secret"));
        for (String name : List.of("", ".", "a/b", "../secret", "/", "a\0")) {
            assertRefused(Errno.EINVAL, () -> client.walk(Client.ROOT, 53, name));
        }
        // The tree that is attached to is inside too.
        client.attach(54, "/a/../..", 0);
        assertThat(client.getattr(54).qidPath())
                .isEqualTo(client.getattr(Client.ROOT).qidPath());
        // The entry ".." of the root names the root.
        assertThat(client.readdir(client.open("", RDONLY), 0, 4096))
                .extracting(Client.Entry::name)
                .contains("..");
    }

    @Test
    void symbolicLinksAreNeverFollowed() throws IOException {
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(folder.resolve("up"), Path.of(".."));
        Files.createSymbolicLink(folder.resolve("direct"), outside.resolve("secret"));
        assertThat(client.walk(Client.ROOT, 60, "up", "secret")).isOne();
        assertRefused(Errno.ELOOP, () -> client.open("direct", RDONLY));
        int up = client.find("up");
        assertRefused(Errno.ENOTDIR, () -> client.mkdir(up, "made", 0755));
        assertRefused(Errno.ENOTDIR, () -> client.create(up, "made", RDWR, 0600, 0));
        assertRefused(Errno.ENOTDIR, () -> client.renameat(up, "secret", Client.ROOT, "stolen"));
        assertRefused(Errno.ENOTDIR, () -> client.unlinkat(up, "secret", 0));
        assertRefused(Errno.EEXIST, () -> client.create("", "direct", RDWR | EXCL, 0600, 0));
        assertRefused(Errno.ELOOP, () -> client.create("", "direct", RDWR | TRUNC, 0600, 0));
        assertRefused(Errno.EINVAL, () -> client.setattr(client.find("direct"), 0x8, 0, 0, 0, 0, 0, 0));
        assertRefused(Errno.EOPNOTSUPP, () -> client.chmod(client.find("direct"), 0777));
        assertThat(outside.resolve("secret")).hasContent("secret");
        assertThat(outside.resolve("made")).doesNotExist();
        client.link(Client.ROOT, client.find("direct"), "second");
        assertThat(folder.resolve("second")).isSymbolicLink();
    }

    @Test
    void aDirectoryThatTheHostReplacesByALinkLeadsNowhere() throws IOException {
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createDirectory(folder.resolve("d"));
        Files.writeString(folder.resolve("d/secret"), "mine");
        int d = client.find("d");
        int inner = client.find("d/secret");
        Files.delete(folder.resolve("d/secret"));
        Files.delete(folder.resolve("d"));
        Files.createSymbolicLink(folder.resolve("d"), Path.of(".."));
        assertRefused(Errno.ENOTDIR, () -> client.getattr(inner));
        assertRefused(Errno.ENOTDIR, () -> client.open(inner, RDWR));
        assertRefused(Errno.ENOTDIR, () -> client.walk(d, 70, "secret"));
        assertRefused(Errno.ENOTDIR, () -> client.unlinkat(d, "secret", 0));
        assertThat(outside.resolve("secret")).hasContent("secret");
    }

    @Test
    void noRaceWithTheHostLeadsOutOfTheFolder() throws Exception {
        Files.writeString(outside.resolve("target"), "secret");
        Path real = Files.createDirectory(folder.resolve("real"));
        Files.writeString(real.resolve("target"), "mine");
        Files.createSymbolicLink(folder.resolve("link"), Path.of(".."));
        Path place = folder.resolve("place");
        Thread host = Thread.ofPlatform().daemon().start(() -> {
            try {
                for (int i = 0; !Thread.interrupted(); i++) {
                    Path other = folder.resolve(i % 2 == 0 ? "link" : "real");
                    Files.move(other, place);
                    Files.move(place, other);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        int found = 0;
        // On a busy machine the other thread may not run at all for some time.
        long patience = System.nanoTime() + 30_000_000_000L;
        for (int i = 0; i < 20_000 || found == 0 && System.nanoTime() < patience; i++) {
            try {
                if (client.walk(Client.ROOT, 80, "place", "target") < 2) {
                    continue;
                }
            } catch (Client.Refused e) {
                continue;
            }
            try {
                client.open(80, RDWR);
                found++;
                assertThat(client.read(80, 0, 100)).asString().isEqualTo("mine");
            } catch (Client.Refused e) {
                // It was not there for a moment.
            }
            client.clunk(80);
        }
        host.interrupt();
        host.join();
        assertThat(outside.resolve("target")).hasContent("secret");
        assertThat(found).as("the race was run").isPositive();
    }

    @Test
    void pipesAndDevicesOfTheHostAreNotOpened() throws Exception {
        Assumptions.assumeTrue(
                new ProcessBuilder("mkfifo", folder.resolve("fifo").toString())
                                .start()
                                .waitFor()
                        == 0);
        assertThat(client.getattr(client.find("fifo")).mode() & KIND).isEqualTo(0010000);
        assertRefused(Errno.EACCES, () -> client.open("fifo", RDONLY));
        assertRefused(Errno.EACCES, () -> client.create("", "fifo", WRONLY, 0600, 0));
    }

    @Test
    void aReadOnlyShareStaysAsItIs() throws IOException {
        Files.writeString(folder.resolve("f"), "content");
        Files.createDirectory(folder.resolve("d"));
        FileTime before = Files.getLastModifiedTime(folder);
        reopenReadOnly();
        int f = client.find("f");
        List<ThrowingCallable> changes = List.of(
                () -> client.open("f", WRONLY),
                () -> client.open("f", RDWR),
                () -> client.open("f", RDONLY | TRUNC),
                () -> client.create("", "new", RDONLY, 0600, 0),
                () -> client.create("", "f", RDWR, 0600, 0),
                () -> client.mkdir(Client.ROOT, "new", 0755),
                () -> client.symlink(Client.ROOT, "new", "f"),
                () -> client.mknod(Client.ROOT, "new", 0100644, 0, 0),
                () -> client.link(Client.ROOT, f, "new"),
                () -> client.rename(client.find("f"), Client.ROOT, "new"),
                () -> client.renameat(Client.ROOT, "f", Client.ROOT, "new"),
                () -> client.unlinkat(Client.ROOT, "f", 0),
                () -> client.unlinkat(Client.ROOT, "d", REMOVE_DIRECTORY),
                () -> client.remove(client.find("f")),
                () -> client.chmod(f, 0777),
                () -> client.setattr(f, 0x8, 0, 0, 0, 0, 0, 0),
                () -> client.setattr(f, 0x20, 0, 0, 0, 0, 0, 0),
                () -> client.setxattr("f", "user.x", new byte[1], 0),
                () -> client.write(client.open("f", RDONLY), 0, new byte[1]));
        for (ThrowingCallable change : changes) {
            assertRefused(Errno.EROFS, change);
        }
        assertThat(client.read(client.open("f", RDONLY), 0, 100)).asString().isEqualTo("content");
        assertThat(client.lock(client.open("f", RDONLY), LockRange.WRITE, 0, 0, 1))
                .isEqualTo(Reply.LockStatus.SUCCESS);
        assertThat(Files.getLastModifiedTime(folder)).isEqualTo(before);
    }

    @Test
    void aShareThatDisappearsGivesIoErrors() throws IOException {
        Files.writeString(folder.resolve("f"), "content");
        int open = client.open("f", RDWR);
        int directory = client.open("", RDONLY);
        Files.delete(folder.resolve("f"));
        Files.delete(folder);
        assertRefused(Errno.EIO, () -> client.getattr(Client.ROOT));
        assertRefused(Errno.EIO, () -> client.find("f"));
        assertRefused(Errno.EIO, () -> client.readdir(directory, 0, 4096));
        assertRefused(Errno.EIO, () -> client.mkdir(Client.ROOT, "new", 0755));
        // What was open still is.
        assertThat(client.read(open, 0, 100)).asString().isEqualTo("content");
        // Another folder of that name is not the one that was shared.
        Files.createDirectory(folder);
        assertRefused(Errno.EIO, () -> client.getattr(Client.ROOT));
    }

    @Test
    void fidsAreFoundAgainAfterASnapshot() throws IOException {
        Files.createDirectories(folder.resolve("a/b"));
        Files.writeString(folder.resolve("a/b/f"), "content");
        Files.writeString(folder.resolve("lost"), "content");
        int file = client.open("a/b/f", RDWR);
        int directory = client.open("a", RDONLY);
        int place = client.find("a/b");
        int lost = client.open("lost", RDONLY);
        byte[] saved = server.save();
        server.close();
        Files.delete(folder.resolve("lost"));
        server = FolderServer.open(folder, false);
        server.restore(saved);
        client = new Client(server);
        assertThat(client.read(file, 0, 100)).asString().isEqualTo("content");
        assertThat(client.write(file, 0, new byte[] {'C'})).isOne();
        assertThat(client.list(directory, 4096)).contains("b");
        client.rename(place, Client.ROOT, "moved");
        assertRefused(Errno.EIO, () -> client.getattr(lost));
        client.clunk(lost);
        assertThat(folder.resolve("moved/f")).hasContent("Content");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> server.restore(ByteBuffer.allocate(6).array()));
    }

    @Test
    void manyOpenFilesAreRefusedBeforeTheHostRunsOut() throws IOException {
        Files.writeString(folder.resolve("f"), "content");
        int opened = 0;
        try {
            while (opened <= FidTable.MAX_OPEN) {
                client.open("f", RDONLY);
                opened++;
            }
        } catch (Client.Refused e) {
            assertThat(e.errno).isEqualTo(Errno.EMFILE);
        }
        assertThat(opened).isLessThanOrEqualTo(FidTable.MAX_OPEN).isGreaterThan(100);
        server.reset();
        client.attach(0);
        client.open("f", RDONLY);
    }

    @Test
    void aFolderThatCannotBeSharedIsToldInOneLine() throws IOException {
        Path file = Files.createFile(outside.resolve("file"));
        assertThatIOException()
                .isThrownBy(() -> FolderServer.open(outside.resolve("nothing"), false))
                .withMessageContaining("nothing does not exist; make it first");
        assertThatIOException()
                .isThrownBy(() -> FolderServer.open(file, false))
                .withMessageContaining("file is not a folder");
    }
}
