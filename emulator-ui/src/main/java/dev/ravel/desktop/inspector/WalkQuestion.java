package dev.ravel.desktop.inspector;

import dev.ravel.mmu.AccessType;
import java.util.Optional;

/**
 * Which walk is asked for.
 *
 * @param privilege none for the hart's own
 */
record WalkQuestion(TypedAddress address, AccessType type, Optional<Integer> privilege) {}
