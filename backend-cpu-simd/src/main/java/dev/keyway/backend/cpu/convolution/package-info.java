// SPDX-License-Identifier: Apache-2.0
/** Two-dimensional convolutions and pooling on raw addresses. */
@NullMarked
package dev.keyway.backend.cpu.convolution;

import org.jspecify.annotations.NullMarked;
