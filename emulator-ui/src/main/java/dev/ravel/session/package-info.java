/**
 * A machine as its user sees it: a name, a state, a console. The view model under the command line and the desktop; knows
 * no widget and no terminal. Start at {@link dev.ravel.session.MachineSession}.
 */
@NullMarked
package dev.ravel.session;

import org.jspecify.annotations.NullMarked;
