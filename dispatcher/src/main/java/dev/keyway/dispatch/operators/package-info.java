// SPDX-License-Identifier: Apache-2.0
/** What the catalogue's operators mean: one class per family, written with the api alone. */
@NullMarked
package dev.keyway.dispatch.operators;

import org.jspecify.annotations.NullMarked;
