/** What is to be translated together: a pure pass from guest code to a {@link dev.ravel.jit.plan.Plan}. */
@NullMarked
package dev.ravel.jit.plan;

import org.jspecify.annotations.NullMarked;
