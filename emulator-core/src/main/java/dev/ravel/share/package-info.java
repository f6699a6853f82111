/**
 * A folder of the host that a guest may use: a server of 9P2000.L that never leaves the folder. Start at {@link
 * dev.ravel.share.FolderServer}.
 */
@NullMarked
package dev.ravel.share;

import org.jspecify.annotations.NullMarked;
