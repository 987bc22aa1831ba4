// SPDX-License-Identifier: Apache-2.0
/** A complete training run. */
@NullMarked
package dev.keyway.nn.training;

import org.jspecify.annotations.NullMarked;
