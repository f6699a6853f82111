package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ravel.guest.PackageIndex.Package;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackageSetTest {
    /** A package's paragraph; the fields that every one has are left out of {@code fields}. */
    private static String paragraph(String name, String... fields) {
        return "Package: " + name + "\nVersion: 1:2-3\nArchitecture: riscv64\n" + String.join("\n", fields)
                + (fields.length == 0 ? "" : "\n") + "Filename: pool/" + name + ".deb\nSize: 10\nSHA256: "
                + "0".repeat(64) + "\n\n";
    }

    private static PackageIndex index(String... paragraphs) throws IOException {
        return PackageIndex.read("trixie", new BufferedReader(new StringReader(String.join("", paragraphs))));
    }

    private static List<String> names(PackageIndex index, String... wanted) throws SuiteException {
        PackageSet set = new PackageSet(index);
        for (String name : wanted) {
            set.add(List.of(index.newest(name)));
        }
        return set.packages().stream().map(Package::name).toList();
    }

    @Test
    void whatAPackageNeedsComesWithItWhateverTheVersionsAndHoweverOften() throws Exception {
        PackageIndex index = index(
                paragraph("a", "Pre-Depends: b (>= 1:2), libc6:any", "Depends: c [riscv64], a"),
                paragraph("b", "Depends: c (= 2)"),
                paragraph("c", "Depends: a"),
                paragraph("libc6"),
                paragraph("other"));
        assertThat(names(index, "a")).containsExactly("a", "b", "libc6", "c");
    }

    @Test
    void ofAlternativesTheFirstThatThereIsCountsUnlessOneIsThereAlready() throws Exception {
        PackageIndex index =
                index(paragraph("a", "Depends: missing | first | second"), paragraph("first"), paragraph("second"));
        assertThat(names(index, "a")).containsExactly("a", "first");
        assertThat(names(index, "second", "a")).containsExactly("second", "a");
    }

    @Test
    void aNameThatIsNoPackagesIsProvidedByOne() throws Exception {
        PackageIndex index = index(
                paragraph("a", "Depends: awk"),
                paragraph("mawk", "Provides: awk (= 1)"),
                paragraph("gawk", "Provides: other, awk"));
        assertThat(names(index, "a")).containsExactly("a", "gawk");
        assertThat(names(index, "mawk", "a")).containsExactly("mawk", "a");
    }

    @Test
    void requiredPackagesAreThoseOfThatPriorityAndTheEssentialOnes() throws Exception {
        PackageIndex index = index(
                paragraph("base-files", "Essential: yes", "Depends: more"),
                paragraph("more"),
                paragraph("login", "Priority: required"),
                paragraph("vim", "Priority: important"));
        PackageSet set = new PackageSet(index);
        set.addRequired();
        assertThat(set.packages()).extracting(Package::name).containsExactlyInAnyOrder("base-files", "login", "more");
        assertThat(set.packages().getFirst().fileName()).isEqualTo("base-files_1%3a2-3_riscv64.deb");
    }

    @Test
    void aDependencyThatNobodyMeetsIsTheMirrorsFault() throws Exception {
        PackageIndex index = index(paragraph("a", "Depends: x | y (>= 2)"));
        assertThatThrownBy(() -> names(index, "a"))
                .isInstanceOf(SuiteException.class)
                .hasMessage("the mirror has no x | y (>= 2), which a needs: it is half-synchronised");
    }
}
