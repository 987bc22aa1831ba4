// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.nn.data.numpy;

import org.jspecify.annotations.NullMarked;
