package dev.ravel.guest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * The cleartext signature framework of OpenPGP (RFC 9580, section 7): text that a person can read, followed by its
 * signatures. What {@link #verify} returns is the text that was signed; nothing else of the file is ever looked at.
 */
final class Clearsigned {
    private static final String BEGIN_MESSAGE = "-----BEGIN PGP SIGNED MESSAGE-----";
    private static final String BEGIN_SIGNATURE = "-----BEGIN PGP SIGNATURE-----";

    private Clearsigned() {}

    /**
     * The signed text.
     *
     * @param name how messages call the file
     * @param keyrings files of public keys, binary or armored; one good signature by any of their keys is enough
     * @throws GuestException if no key of the keyrings made a good signature
     */
    static String verify(String name, byte[] file, List<Path> keyrings, Instant now) throws GuestException {
        List<String> lines = new String(file, StandardCharsets.UTF_8).lines().toList();
        int signature = lines.indexOf(BEGIN_SIGNATURE);
        int blank = lines.indexOf("");
        if (lines.isEmpty() || !lines.getFirst().equals(BEGIN_MESSAGE) || blank < 0 || signature < blank) {
            throw new GuestException(name + ": is not a signed file; check the address of the mirror");
        }
        List<String> text = lines.subList(blank + 1, signature).stream()
                .map(line -> line.startsWith("- ") ? line.substring(2) : line)
                .map(Clearsigned::withoutTrailingBlanks)
                .toList();
        byte[] signed = String.join("\r\n", text).getBytes(StandardCharsets.UTF_8);
        String armored = String.join("\n", lines.subList(signature, lines.size()));
        check(name, signed, armored, keyrings, now);
        return String.join("\n", text) + "\n";
    }

    private static String withoutTrailingBlanks(String line) {
        int end = line.length();
        while (end > 0 && " \t\r".indexOf(line.charAt(end - 1)) >= 0) {
            end--;
        }
        return line.substring(0, end);
    }

    private static void check(String name, byte[] signed, String armored, List<Path> keyrings, Instant now)
            throws GuestException {
        List<PGPPublicKeyRing> keys = readKeyrings(keyrings);
        boolean known = false;
        for (PGPSignature signature : readSignatures(name, armored)) {
            Optional<PGPPublicKey> key = find(keys, signature.getKeyID());
            if (key.isEmpty()) {
                continue;
            }
            known = true;
            if (isStrong(signature) && isUsable(key.get(), now) && isGood(signature, key.get(), signed)) {
                return;
            }
        }
        throw new GuestException(
                known
                        ? name + ": the signature is bad; the file was changed on its way: use another mirror"
                        : name + ": not signed by a key of this host's Debian keyring (" + keyrings.getFirst()
                                + "); update the package debian-archive-keyring");
    }

    private static List<PGPSignature> readSignatures(String name, String armored) throws GuestException {
        List<PGPSignature> signatures = new ArrayList<>();
        try (InputStream in =
                PGPUtil.getDecoderStream(new ByteArrayInputStream(armored.getBytes(StandardCharsets.US_ASCII)))) {
            BcPGPObjectFactory objects = new BcPGPObjectFactory(in);
            for (Object object = objects.nextObject(); object != null; object = objects.nextObject()) {
                if (object instanceof PGPSignatureList list) {
                    list.forEach(signatures::add);
                }
            }
        } catch (IOException | RuntimeException e) {
            // The parser answers damaged packets with unchecked exceptions as well.
            throw new GuestException(name + ": the signature is damaged; use another mirror", e);
        }
        return signatures;
    }

    private static List<PGPPublicKeyRing> readKeyrings(List<Path> keyrings) throws GuestException {
        List<PGPPublicKeyRing> keys = new ArrayList<>();
        for (Path keyring : keyrings) {
            try (InputStream in = PGPUtil.getDecoderStream(Files.newInputStream(keyring))) {
                new BcPGPPublicKeyRingCollection(in).getKeyRings().forEachRemaining(keys::add);
            } catch (IOException | PGPException | RuntimeException e) {
                throw new GuestException("the keyring " + keyring + " cannot be read: " + e.getMessage(), e);
            }
        }
        return keys;
    }

    private static Optional<PGPPublicKey> find(List<PGPPublicKeyRing> rings, long keyId) {
        for (PGPPublicKeyRing ring : rings) {
            PGPPublicKey key = ring.getPublicKey(keyId);
            if (key != null && !ring.getPublicKey().hasRevocation()) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    private static boolean isStrong(PGPSignature signature) {
        return signature.getSignatureType() == PGPSignature.CANONICAL_TEXT_DOCUMENT
                && switch (signature.getHashAlgorithm()) {
                    case HashAlgorithmTags.SHA256, HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512 -> true;
                    default -> false;
                };
    }

    private static boolean isUsable(PGPPublicKey key, Instant now) {
        long validSeconds = key.getValidSeconds();
        return !key.hasRevocation()
                && (validSeconds == 0
                        || now.isBefore(key.getCreationTime().toInstant().plusSeconds(validSeconds)));
    }

    private static boolean isGood(PGPSignature signature, PGPPublicKey key, byte[] signed) {
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(signed);
            return signature.verify();
        } catch (PGPException | RuntimeException e) {
            return false;
        }
    }
}
