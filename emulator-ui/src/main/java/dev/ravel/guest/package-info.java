/**
 * Guests: fetches what they are made of with what the host already trusts, packs them, keeps them in the user's cache.
 * Start at {@link dev.ravel.guest.GuestCatalog}. Nothing here prints.
 */
@NullMarked
package dev.ravel.guest;

import org.jspecify.annotations.NullMarked;
