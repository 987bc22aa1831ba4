// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.nn.training;

import org.jspecify.annotations.NullMarked;
