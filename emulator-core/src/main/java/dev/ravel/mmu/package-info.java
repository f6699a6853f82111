/**
 * Virtual memory: TLBs, the page walk, physical memory protection, and the slow paths of every load, store and fetch.
 */
@NullMarked
package dev.ravel.mmu;

import org.jspecify.annotations.NullMarked;
