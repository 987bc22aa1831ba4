// SPDX-License-Identifier: Apache-2.0
/** Matrix products on raw addresses. */
@NullMarked
package dev.keyway.backend.cpu.matrix;

import org.jspecify.annotations.NullMarked;
