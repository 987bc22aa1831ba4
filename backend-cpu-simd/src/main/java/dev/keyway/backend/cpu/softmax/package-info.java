// SPDX-License-Identifier: Apache-2.0
/** Softmax, its logarithm and their gradients. */
@NullMarked
package dev.keyway.backend.cpu.softmax;

import org.jspecify.annotations.NullMarked;
