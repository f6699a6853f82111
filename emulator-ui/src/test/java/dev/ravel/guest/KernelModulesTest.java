package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelModulesTest {
    private static final String DIRECTORY = "usr/lib/modules/1/kernel/";

    @TempDir
    private Path dir;

    private KernelModules modules;

    @BeforeEach
    void open() throws IOException {
        modules = new KernelModules(dir.resolve("spool"));
    }

    @AfterEach
    void closeLeavesNothing() throws IOException {
        modules.close();
        assertThat(dir).isEmptyDirectory();
    }

    private void add(String name, String... info) throws IOException {
        modules.add(DIRECTORY + name + ".ko.xz", new ByteArrayInputStream(FakeDebian.xz(FakeDebian.module(info))));
    }

    private void builtIn(String text) throws IOException {
        modules.addBuiltIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> order(String... wanted) throws IOException, GuestException {
        return modules.inOrder(List.of(wanted)).stream()
                .map(KernelModules.Module::name)
                .toList();
    }

    @Test
    void aModuleComesAfterAllThatItDependsOn() throws Exception {
        add("net", "license=GPL", "depends=failover,virtio-ring");
        add("failover", "depends=core");
        add("virtio-ring", "depends=core");
        add("core", "depends=");
        assertThat(order("net", "core")).containsExactly("core", "failover", "virtio_ring", "net");
    }

    @Test
    void builtInModulesAreNotLoaded() throws Exception {
        add("net", "depends=core,failover");
        add("failover", "depends=");
        builtIn("kernel/lib/core.ko\nkernel/drivers/virtio-console.ko\n");
        assertThat(order("net", "virtio_console")).containsExactly("failover", "net");
    }

    @Test
    void softDependenciesComeFirstWhereThereAreSome() throws Exception {
        add("fs", "softdep=pre: crypto-crc32c nowhere post: later", "depends=");
        add("crc32c_generic", "depends=");
        add("later", "depends=");
        assertThat(order("fs")).containsExactly("crc32c_generic", "fs");
    }

    @Test
    void aModuleThatIsNowhereIsNamed() throws Exception {
        add("net", "depends=core");
        assertThatThrownBy(() -> order("net"))
                .isInstanceOf(GuestException.class)
                .hasMessage("the kernel package has no module core; try another suite or mirror");
    }

    @Test
    void modulesInACircleDoNotHang() throws Exception {
        add("a", "depends=b");
        add("b", "depends=a");
        assertThatThrownBy(() -> order("a"))
                .isInstanceOf(GuestException.class)
                .hasMessageContaining("depend on each other");
    }

    @Test
    void compressedOrNotTheContentIsThatOfTheModule() throws Exception {
        byte[] plain = FakeDebian.module("depends=");
        modules.add(DIRECTORY + "plain.ko", new ByteArrayInputStream(plain));
        add("packed", "depends=");
        assertThat(modules.inOrder(List.of("plain", "packed")))
                .extracting(KernelModules.Module::content)
                .containsExactly(plain, plain);
    }

    @Test
    void aSignatureIsCutOff() {
        byte[] module = FakeDebian.module("depends=");
        byte[] mark = "~Module signature appended~\n".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer signed = ByteBuffer.allocate(module.length + 100 + 12 + mark.length);
        signed.put(module).position(module.length + 100 + 8);
        signed.putInt(100).put(mark);
        assertThat(KernelModules.withoutSignature(signed.array())).isEqualTo(module);
        assertThat(KernelModules.withoutSignature(module)).isEqualTo(module);
        assertThat(KernelModules.withoutSignature(mark)).isEqualTo(mark);
    }

    @Test
    void whatIsNoModuleIsAnError() throws IOException {
        byte[] module = FakeDebian.module("depends=");
        for (byte[] junk : new byte[][] {new byte[100], {1, 2}, Arrays.copyOf(module, module.length - 100)}) {
            modules.add(DIRECTORY + "junk.ko", new ByteArrayInputStream(junk));
            assertThatThrownBy(() -> order("junk"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("a module is damaged");
        }
    }

    @Test
    void moduleFilesAreToldByTheirPlace() {
        assertThat(KernelModules.isModuleFile("usr/lib/modules/6.1/kernel/fs/ext4/ext4.ko.xz"))
                .isTrue();
        assertThat(KernelModules.isModuleFile("lib/modules/6.1/kernel/fs/ext4/ext4.ko"))
                .isTrue();
        assertThat(KernelModules.isModuleFile("usr/lib/modules/6.1/modules.builtin"))
                .isFalse();
        assertThat(KernelModules.isModuleFile("usr/share/doc/x.ko.txt")).isFalse();
    }
}
