// SPDX-License-Identifier: Apache-2.0
/** Training compared with real libtorch. */
@NullMarked
package dev.keyway.nn.libtorch;

import org.jspecify.annotations.NullMarked;
