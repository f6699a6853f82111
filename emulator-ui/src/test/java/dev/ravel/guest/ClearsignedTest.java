package dev.ravel.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClearsignedTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String TEXT = "Origin: Debian\n\n- a list\n-----\n trailing\nlast\n";

    @TempDir
    private Path dir;

    private final SigningKey key = new SigningKey();
    private Path keyring = Path.of("");

    @BeforeEach
    void writeKeyring() {
        keyring = key.keyring(dir.resolve("key.gpg"));
    }

    private String verify(String file) throws GuestException {
        return Clearsigned.verify("InRelease", file.getBytes(StandardCharsets.UTF_8), List.of(keyring), NOW);
    }

    @Test
    void theTextThatWasSignedComesBack() throws GuestException {
        assertThat(verify(key.sign(TEXT))).isEqualTo(TEXT);
    }

    @Test
    void blanksAtTheEndsOfLinesAndCarriageReturnsDoNotMatter() throws GuestException {
        assertThat(verify(key.sign(TEXT).replace(" trailing\n", " trailing \t\r\n")))
                .isEqualTo(TEXT);
    }

    @Test
    void anArmoredKeyringServesAsWell() throws GuestException {
        keyring = key.keyring(dir.resolve("key.asc"), 0, true);
        assertThat(verify(key.sign(TEXT))).isEqualTo(TEXT);
    }

    @Test
    void oneKnownSignerOfSeveralKeyringsIsEnough() throws GuestException {
        Path other = new SigningKey().keyring(dir.resolve("other.gpg"));
        byte[] signed = key.sign(TEXT).getBytes(StandardCharsets.UTF_8);
        assertThat(Clearsigned.verify("f", signed, List.of(other, keyring), NOW))
                .isEqualTo(TEXT);
    }

    @Test
    void anyChangeOfTheTextIsABadSignature() {
        String signed = key.sign(TEXT);
        for (String changed : List.of(
                signed.replace("Debian", "Debiam"),
                signed.replace("last\n", "last\nmore\n"),
                signed.replace("last\n", ""),
                signed.replace("\n trailing", "\ntrailing"))) {
            assertThatThrownBy(() -> verify(changed))
                    .isInstanceOf(GuestException.class)
                    .hasMessageStartingWith("InRelease: the signature is bad");
        }
    }

    @Test
    void aStrangersSignatureIsNotBelieved() {
        assertThatThrownBy(() -> verify(new SigningKey().sign(TEXT)))
                .isInstanceOf(GuestException.class)
                .hasMessageStartingWith("InRelease: not signed by a key of this host's Debian keyring (" + keyring);
    }

    @Test
    void anExpiredKeySignsNothing() throws GuestException {
        long years = 365L * 86_400;
        keyring = key.keyring(dir.resolve("old.gpg"), years, false);
        assertThatThrownBy(() -> verify(key.sign(TEXT))).hasMessageContaining("the signature is bad");
        keyring = key.keyring(dir.resolve("new.gpg"), 3 * years, false);
        assertThat(verify(key.sign(TEXT))).isEqualTo(TEXT);
    }

    @Test
    void aWeakHashSignsNothing() {
        assertThatThrownBy(() -> verify(key.sign(TEXT, HashAlgorithmTags.SHA1)))
                .hasMessageContaining("the signature is bad");
    }

    @Test
    void textOutsideTheSignatureIsRefusedOrNeverSeen() throws GuestException {
        String signed = key.sign(TEXT);
        assertThatThrownBy(() -> verify("Origin: Evil\n" + signed)).hasMessageContaining("is not a signed file");
        assertThat(verify(signed + "Origin: Evil\n")).isEqualTo(TEXT);
        assertThat(verify(signed.replace("Hash: SHA256\n", "Hash: SHA256\nOrigin: Evil\n")))
                .isEqualTo(TEXT);
    }

    @Test
    void aFileCutShortAnywhereIsRefused() {
        String signed = key.sign(TEXT);
        int checksumOfArmor = signed.lastIndexOf("\n=");
        for (int length = 0; length < checksumOfArmor; length++) {
            String cut = signed.substring(0, length);
            assertThatThrownBy(() -> verify(cut)).as("%d bytes", length).isInstanceOf(GuestException.class);
        }
    }

    @Test
    void whatIsNoKeyringIsNamed() throws Exception {
        keyring = Files.writeString(dir.resolve("junk.gpg"), "junk");
        assertThatThrownBy(() -> verify(key.sign(TEXT)))
                .isInstanceOf(GuestException.class)
                .hasMessageStartingWith("the keyring " + keyring + " cannot be read");
    }
}
