/**
 * The command line: parses options, runs the parts that do the work, and is the only place that prints to standard output
 * and chooses exit statuses. Start at {@link dev.ravel.cli.Main}.
 */
@NullMarked
package dev.ravel.cli;

import org.jspecify.annotations.NullMarked;
