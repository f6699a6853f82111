/** What is made when Ravel is packed, so that no start has to. */
@NullMarked
package dev.ravel.pack;

import org.jspecify.annotations.NullMarked;
