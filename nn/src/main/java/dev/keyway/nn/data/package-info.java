// SPDX-License-Identifier: Apache-2.0
/** Datasets, loaders and the files they come from. */
@NullMarked
package dev.keyway.nn.data;

import org.jspecify.annotations.NullMarked;
