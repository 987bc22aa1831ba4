// SPDX-License-Identifier: Apache-2.0
/** Kernels that move elements: by positions, by strides, by triangles. */
@NullMarked
package dev.keyway.backend.cpu.indexing;

import org.jspecify.annotations.NullMarked;
