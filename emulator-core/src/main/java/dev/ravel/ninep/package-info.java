/**
 * The messages of 9P2000.L, the file protocol that Linux speaks over virtio: bytes on one side, records on the other. Start
 * at {@link dev.ravel.ninep.RequestParser}. The specification is "9P2000.L" of the diod project, which extends that of
 * Plan 9 (intro(5)); terms and names of messages are theirs.
 */
@NullMarked
package dev.ravel.ninep;

import org.jspecify.annotations.NullMarked;
