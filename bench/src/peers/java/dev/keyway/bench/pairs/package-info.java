// SPDX-License-Identifier: Apache-2.0
/** Each operator that matters for speed, by Keyway and by libtorch, on the same data. */
@NullMarked
package dev.keyway.bench.pairs;

import org.jspecify.annotations.NullMarked;
