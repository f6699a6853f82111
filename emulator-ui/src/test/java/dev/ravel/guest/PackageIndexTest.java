package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageIndexTest {
    private static PackageIndex index(String... paragraphs) throws IOException {
        return PackageIndex.read("test", new BufferedReader(new StringReader(String.join("\n\n", paragraphs))));
    }

    private static String paragraph(String name, String version, String depends) {
        return "Package: " + name + "\nVersion: " + version + "\nDepends: " + depends
                + "\nDescription: text\n Package: not a field\nFilename: pool/" + name + "\nSize: 5\nSHA256: "
                + "0".repeat(64);
    }

    @Test
    void onlyDependenciesOnExactlyOneVersionAreFollowed() throws Exception {
        PackageIndex index = index(
                paragraph("meta", "2", "image (= 2), tools, image-tools (>= 1) | other"),
                paragraph("image", "1", "wrong (= 1)"),
                paragraph("image", "2", "modules:any (= 2), meta (= 2)"),
                paragraph("modules", "2", ""),
                paragraph("tools", "1", ""),
                paragraph("image-tools", "1", ""));
        assertThat(index.withExactDependencies("meta"))
                .extracting(PackageIndex.Package::name)
                .containsExactly("meta", "image", "modules");
    }

    @Test
    void aMissingDependencyIsTheMirrorsFault() throws Exception {
        PackageIndex index = index(paragraph("meta", "2", "image (= 2)"), paragraph("image", "1", ""));
        assertThatThrownBy(() -> index.withExactDependencies("meta"))
                .isInstanceOf(SuiteException.class)
                .hasMessage("the suite test has no image 2, which meta needs: the mirror is half-synchronised");
        assertThatThrownBy(() -> index.newest("nothing"))
                .isInstanceOf(SuiteException.class)
                .hasMessage("the suite test has no package nothing");
    }

    @Test
    void theNewestVersionIsTaken() throws Exception {
        PackageIndex index = index(
                paragraph("a", "6.12.9-1", ""), paragraph("a", "6.12.107-1", ""), paragraph("a", "6.12.100-1", ""));
        assertThat(index.newest("a").version()).isEqualTo("6.12.107-1");
    }

    @Test
    void aPackageWithoutAUsableFileIsNone() throws Exception {
        String good = paragraph("a", "1", "");
        for (String bad : List.of(
                good.replace("pool/a", "../../etc/passwd"),
                good.replace("pool/a", "/etc/passwd"),
                good.replace("Size: 5", "Size: five"),
                good.replace("SHA256: 0", "SHA256: g"))) {
            assertThatThrownBy(() -> index(bad).newest("a")).isInstanceOf(SuiteException.class);
        }
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        "1.0,            >, 1.0~rc1",
        "1:1.0,          >, 2.0",
        "6.12.9-1,       <, 6.12.107-1",
        "7.2.12-1,       <, 7.2.12-1+b1",
        "1.0a,           <, 1.0+",
        "1.0,            =, 1.0-0",
        "1.0-1,          <, 1.0-1.1",
        "1.0.0,          =, 1.0.00",
        "2~a,            >, 2~~",
        "1.2.3-1~deb1,   <, 1.2.3-1",
    })
    void versionsAreInDpkgsOrder(String a, String relation, String b) {
        int expected = "<=>".indexOf(relation) - 1;
        assertThat(Integer.signum(DebianVersion.parse(a).compareTo(DebianVersion.parse(b))))
                .isEqualTo(expected);
        assertThat(Integer.signum(DebianVersion.parse(b).compareTo(DebianVersion.parse(a))))
                .isEqualTo(-expected);
    }
}
