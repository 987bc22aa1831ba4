// SPDX-License-Identifier: Apache-2.0
/** Optimizers and learning rate schedules. */
@NullMarked
package dev.keyway.nn.optim;

import org.jspecify.annotations.NullMarked;
