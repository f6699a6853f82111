package dev.ravel.machine.config;

/**
 * The map of the board, binary compatible with the {@code virt} machine of QEMU: where everything is, and which interrupt
 * belongs to whom. Nothing else in Ravel knows an address.
 */
public final class Board {
    /** Boot ROM: where every hart starts. */
    public static final long BOOT_ROM = 0x1000;

    public static final long BOOT_ROM_SIZE = 0xf000;
    public static final long FINISHER = 0x10_0000;
    public static final long RTC = 0x10_1000;
    public static final int RTC_IRQ = 11;
    public static final long CLINT = 0x200_0000;
    public static final long PLIC = 0xc00_0000;
    public static final long UART = 0x1000_0000;
    public static final int UART_IRQ = 10;
    public static final long FW_CFG = 0x1010_0000;
    public static final long FLASH = 0x2000_0000;
    /** I/O space of the PCI bus. */
    public static final long PCI_IO = 0x300_0000;

    public static final long PCI_IO_SIZE = 0x1_0000;
    /** Configuration spaces of the PCI bus. */
    public static final long PCI = 0x3000_0000;
    /** Memory of the PCI bus below 4 GiB. */
    public static final long PCI_MEMORY = 0x4000_0000;

    public static final long PCI_MEMORY_SIZE = 0x4000_0000;
    public static final long PCI_HIGH_MEMORY_SIZE = 1L << 34;
    /** The first of four. */
    public static final int PCI_IRQ = 32;

    public static final long VIRTIO = 0x1000_1000;
    public static final long VIRTIO_SIZE = 0x1000;
    public static final int VIRTIO_SLOTS = 8;
    public static final int VIRTIO_IRQ = 1;
    /** Slots for disks, shares and the like, from the first; the other two are kept. */
    public static final int FREE_VIRTIO_SLOTS = 6;

    public static final int VIRTIO_CONSOLE = 6;
    public static final int VIRTIO_ENTROPY = 7;

    /** Start of RAM, where firmware goes. */
    public static final long RAM = 0x8000_0000L;

    /** Memory of the PCI bus above RAM of a size. */
    public static long pciHighMemory(long ramSize) {
        return RAM + ramSize + PCI_HIGH_MEMORY_SIZE - 1 & -PCI_HIGH_MEMORY_SIZE;
    }

    private Board() {}
}
