/** What the machine gets from the host: disks as files. Start at {@link dev.ravel.host.BlockBackend}. */
@NullMarked
package dev.ravel.host;

import org.jspecify.annotations.NullMarked;
