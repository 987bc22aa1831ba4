// SPDX-License-Identifier: Apache-2.0
/** Runs Keyway and other libraries side by side and reports how they compare. */
@NullMarked
package dev.keyway.bench.compare;

import org.jspecify.annotations.NullMarked;
