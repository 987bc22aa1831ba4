// SPDX-License-Identifier: Apache-2.0
/** Normalisation on raw addresses. */
@NullMarked
package dev.keyway.backend.cpu.network;

import org.jspecify.annotations.NullMarked;
