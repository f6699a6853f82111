package dev.ravel.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.stream.Collectors;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** A key made for a test: signs text in clear, and writes keyrings. */
final class SigningKey {
    static final Instant MADE = Instant.parse("2024-05-01T00:00:00Z");

    private final PGPKeyPair pair;

    SigningKey() {
        Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        try {
            pair = new BcPGPKeyPair(
                    PublicKeyPacket.VERSION_4,
                    PublicKeyAlgorithmTags.EDDSA_LEGACY,
                    generator.generateKeyPair(),
                    Date.from(MADE));
        } catch (PGPException e) {
            throw new AssertionError(e);
        }
    }

    private PGPSignatureGenerator generator(int type, int hash) throws PGPException {
        PGPSignatureGenerator generator = new PGPSignatureGenerator(
                new BcPGPContentSignerBuilder(PublicKeyAlgorithmTags.EDDSA_LEGACY, hash), pair.getPublicKey());
        generator.init(type, pair.getPrivateKey());
        return generator;
    }

    /** Writes a keyring with this key, valid for some seconds after {@link #MADE}, 0 for ever. */
    Path keyring(Path file, long validSeconds, boolean armored) {
        try {
            PGPSignatureSubpacketGenerator subpackets = new PGPSignatureSubpacketGenerator();
            subpackets.setKeyExpirationTime(false, validSeconds);
            PGPSignatureGenerator self = generator(PGPSignature.POSITIVE_CERTIFICATION, HashAlgorithmTags.SHA256);
            self.setHashedSubpackets(subpackets.generate());
            String user = "Test <test@example.org>";
            PGPPublicKey key = PGPPublicKey.addCertification(
                    pair.getPublicKey(), user, self.generateCertification(user, pair.getPublicKey()));
            try (OutputStream out = Files.newOutputStream(file);
                    OutputStream wrapped = armored ? new ArmoredOutputStream(out) : out) {
                key.encode(wrapped);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (PGPException e) {
            throw new AssertionError(e);
        }
    }

    /** A binary keyring with this key, valid for ever. */
    Path keyring(Path file) {
        return keyring(file, 0, false);
    }

    String sign(String text) {
        return sign(text, HashAlgorithmTags.SHA256);
    }

    /** The text between the marks of RFC 9580, section 7, and its signature. */
    String sign(String text, int hash) {
        String canonical = Arrays.stream(text.split("\n"))
                .map(line -> line.replaceFirst("[ \t]+$", ""))
                .collect(Collectors.joining("\r\n"));
        ByteArrayOutputStream armored = new ByteArrayOutputStream();
        try {
            PGPSignatureGenerator generator = generator(PGPSignature.CANONICAL_TEXT_DOCUMENT, hash);
            generator.update(canonical.getBytes(StandardCharsets.UTF_8));
            try (OutputStream out = new ArmoredOutputStream(armored)) {
                generator.generate().encode(out);
            }
        } catch (PGPException | IOException e) {
            throw new AssertionError(e);
        }
        String escaped = text.lines()
                .map(line -> line.startsWith("-") ? "- " + line : line)
                .collect(Collectors.joining("\n"));
        return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + escaped + "\n"
                + armored.toString(StandardCharsets.US_ASCII);
    }
}
