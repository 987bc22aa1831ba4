// SPDX-License-Identifier: Apache-2.0
/** Layers: modules with named parameters and buffers. */
@NullMarked
package dev.keyway.nn;

import org.jspecify.annotations.NullMarked;
