// SPDX-License-Identifier: Apache-2.0
/** Training as a whole. */
@NullMarked
package dev.keyway.bench.training;

import org.jspecify.annotations.NullMarked;
