/**
 * IEEE 754-2019 arithmetic as RISC-V uses it, on raw bits, exact in every rounding mode and every accrued flag.
 */
@NullMarked
package dev.ravel.fp;

import org.jspecify.annotations.NullMarked;
