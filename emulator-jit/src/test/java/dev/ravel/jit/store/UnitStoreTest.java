package dev.ravel.jit.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run kept the next one finds: by the code, and only if it is of the same Ravel and whole. */
class UnitStoreTest {
    private static final int OFFSET = 16;

    /** Instructions: late in a long run. */
    private static final long NOW = 1_000_000_000_000L;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("units");
    }

    private UnitStore store(String identity) {
        return new UnitStore(file, () -> Optional.of(identity));
    }

    private UnitStore store() {
        return store("this build");
    }

    /** Of two halfwords, the second of which is that. */
    private static KeptUnit unit(int halfword, int size) {
        return unit(halfword, size, 0);
    }

    private static KeptUnit unit(int halfword, int size, int page) {
        byte[] classFile = new byte[size];
        Arrays.fill(classFile, (byte) halfword);
        return new KeptUnit(
                new KeptUnit.Origin(OFFSET, page, true, new int[] {OFFSET, 0x1234, OFFSET + 2, halfword}),
                OFFSET - 2,
                new int[] {OFFSET, OFFSET + 2},
                new int[] {OFFSET},
                new int[] {0x73, 0x1234},
                77,
                List.of("dev/ravel/A", "dev/ravel/B"),
                classFile);
    }

    private static IntUnaryOperator page(int halfword) {
        return at -> at == OFFSET ? 0x1234 : at == OFFSET + 2 ? halfword : 0;
    }

    private static Optional<KeptUnit> find(UnitStore store, int halfword) {
        return find(store, OFFSET, true, halfword);
    }

    private static Optional<KeptUnit> find(UnitStore store, int offset, boolean bare, int halfword) {
        return store.find(offset, bare, true, NOW, page(halfword));
    }

    private void save(KeptUnit... units) {
        UnitStore store = store();
        Stream.of(units).forEach(unit -> store.keep(unit, NOW));
        store.save();
    }

    @Test
    void whatWasMadeIsFoundInTheSameRunAndInTheNext() {
        UnitStore store = store();
        store.keep(unit(7, 100), NOW);
        assertThat(find(store, 7)).isPresent();
        assertThat(store.isDueAt(OFFSET, NOW)).isTrue();
        store.save();

        UnitStore next = store();
        assertThat(next.isDueAt(OFFSET, NOW)).as("before it was read").isFalse();
        next.load();
        assertThat(next.isDueAt(OFFSET, NOW)).isTrue();
        assertThat(next.isDueAt(OFFSET + 2, NOW)).isFalse();
        assertThat(find(next, 7)).get().usingRecursiveComparison().isEqualTo(unit(7, 100));
    }

    @Test
    void otherCodeAndOtherAccessesAreOthers() {
        save(unit(7, 100));
        UnitStore store = store();
        assertThat(find(store, 8)).isEmpty();
        assertThat(find(store, OFFSET + 2, true, 7)).isEmpty();
        assertThat(find(store, OFFSET, false, 7)).isEmpty();
    }

    @Test
    void whatAnotherBuildMadeIsNotUsedAndMakesRoom() {
        save(unit(7, 100));
        UnitStore other = store("another build");
        assertThat(find(other, 7)).isEmpty();
        other.keep(unit(8, 100), NOW);
        other.save();
        assertThat(find(store(), 7)).isEmpty();
        assertThat(find(store("another build"), 8)).isPresent();
    }

    @Test
    void nothingIsWrittenWhereTheBuildIsNotKnown() {
        UnitStore store = new UnitStore(file, Optional::empty);
        store.keep(unit(7, 100), NOW);
        assertThat(find(store, 7)).as("in the same run").isPresent();
        store.save();
        assertThat(file).doesNotExist();
    }

    @Test
    void aDamagedFileIsAsGoodAsNone() throws IOException {
        save(unit(7, 100));
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            assertThat(find(store(), 7)).as("byte %d", i).isEmpty();
            Files.write(file, Arrays.copyOf(whole, i));
            assertThat(find(store(), 7)).as("%d bytes", i).isEmpty();
        }
        save(unit(8, 100));
        assertThat(find(store(), 8)).isPresent();
    }

    @Test
    void whatWasForgottenIsNotFoundAndItsSuccessorIs() {
        save(unit(7, 100), unit(8, 100));
        UnitStore store = store();
        store.forget(find(store, 7).orElseThrow());
        store.forget(find(store, 8).orElseThrow());
        assertThat(find(store, 7)).isEmpty();
        store.keep(unit(7, 50), NOW);
        store.save();
        assertThat(find(store(), 7)).get().usingRecursiveComparison().isEqualTo(unit(7, 50));
        assertThat(find(store(), 8)).isEmpty();
    }

    @Test
    void whatWasMadeAndForgottenInTheSameRunIsNotKept() {
        UnitStore store = store();
        KeptUnit unit = unit(7, 100);
        store.keep(unit, NOW);
        store.forget(unit);
        assertThat(find(store, 7)).isEmpty();
        store.save();
        assertThat(find(store(), 7)).isEmpty();
    }

    /** Page 3 holds the code of unit 7, page 4 that of unit 8, page 6 that of unit 10, and no other page any. */
    private static IntUnaryOperator memory(int page) {
        return page(page == 3 ? 7 : page == 4 ? 8 : page == 6 ? 10 : 0);
    }

    @Test
    void whatWasWantedFirstOfWhatIsInMemoryIsFoundInItsOrder() {
        UnitStore store = store();
        KeptUnit second = unit(7, 100, 3);
        KeptUnit first = unit(8, 100, 4);
        store.keep(second, 5_000);
        store.keep(unit(9, 100, 5), 1_000);
        store.keep(first, 2_000);
        store.keep(unit(10, 100, 6), NOW);
        store.save();
        assertThat(store().first(9, 7, UnitStoreTest::memory))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(first.origin(), second.origin());
        assertThat(store().first(1, 7, UnitStoreTest::memory))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(first.origin());
        assertThat(store().first(9, 4, UnitStoreTest::memory))
                .as("in less memory")
                .hasSize(1);
    }

    /** A kernel that was busy for hours is not to be compiled for its next boot. */
    @Test
    void whatWasWantedLateIsFoundEarlyOnlyIfItIsHot() {
        save(unit(7, 100));
        UnitStore store = store();
        store.load();
        assertThat(store.isDueAt(OFFSET, NOW / 2)).isTrue();
        assertThat(store.isDueAt(OFFSET, 1_000)).isFalse();
        assertThat(store.find(OFFSET, true, false, 1_000, page(7))).isEmpty();
        store.save();
        assertThat(store().find(OFFSET, true, false, 1_000, page(7)))
                .as("it was not")
                .isEmpty();
        assertThat(store.find(OFFSET, true, true, 1_000, page(7))).isPresent();
        store.save();

        UnitStore next = store();
        assertThat(next.find(OFFSET, true, false, 1_000, page(7))).as("it was").isPresent();
        assertThat(next.isDueAt(OFFSET, 0)).isTrue();
    }

    @Test
    void whatSeveralMachinesMadeIsThereOnce() throws IOException {
        save();
        UnitStore one = store();
        UnitStore two = store();
        one.load();
        two.load();
        one.keep(unit(7, 100), NOW);
        one.keep(unit(8, 100), NOW);
        two.keep(unit(8, 100), NOW);
        two.keep(unit(9, 100), NOW);
        one.save();
        long size = Files.size(file);
        two.save();
        UnitStore all = store();
        assertThat(find(all, 7)).isPresent();
        assertThat(find(all, 8)).isPresent();
        assertThat(find(all, 9)).isPresent();
        assertThat(Files.size(file)).isBetween(size + 100, size + 300);
    }

    @Test
    void whenThereIsNoRoomThoseGoThatWereOfNoUseForTheLongestTime() throws IOException {
        int size = UnitStore.MAX_BYTES / 4;
        save(unit(1, size));
        save(unit(2, size));
        save(unit(3, size));
        UnitStore store = store();
        assertThat(find(store, 1)).isPresent();
        store.keep(unit(4, size), NOW);
        store.save();
        assertThat(Files.size(file)).isLessThanOrEqualTo(UnitStore.MAX_BYTES);
        UnitStore next = store();
        assertThat(find(next, 4)).isPresent();
        assertThat(find(next, 1)).isPresent();
        assertThat(find(next, 3)).isPresent();
        assertThat(find(next, 2)).isEmpty();
    }

    @Test
    void aGuestThatGeneratesCodeForEverHasABoundedStore() {
        UnitStore store = store();
        for (int i = 0; i < 100; i++) {
            store.keep(unit(i, UnitStore.MAX_BYTES / 10), NOW);
        }
        assertThat(find(store, 99)).isPresent();
        assertThat(find(store, 80)).isEmpty();
        store.save();
        assertThat(file).isNotEmptyFile();
        assertThat(file.toFile().length()).isLessThanOrEqualTo(UnitStore.MAX_BYTES);
    }

    @Test
    void whereNothingCanBeWrittenNothingIsKept() {
        UnitStore store = new UnitStore(directory.resolve("none/units"), () -> Optional.of("this build"));
        store.keep(unit(7, 100), NOW);
        store.save();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void onlyTheFileIsLeft() {
        save(unit(7, 100));
        save(unit(8, 100));
        assertThat(directory).isDirectoryContaining("glob:**/units");
        assertThat(directory.toFile().list()).containsExactly("units");
    }
}
