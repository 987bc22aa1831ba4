// SPDX-License-Identifier: Apache-2.0
/** NumPy's files: one array ({@code .npy}), several by name ({@code .npz}). */
@NullMarked
package dev.keyway.nn.data.numpy;

import org.jspecify.annotations.NullMarked;
