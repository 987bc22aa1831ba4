// SPDX-License-Identifier: Apache-2.0
/** Checkpoints in the safetensors format. */
@NullMarked
package dev.keyway.nn.checkpoint;

import org.jspecify.annotations.NullMarked;
