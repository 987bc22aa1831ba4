// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.bench.inference;

import org.jspecify.annotations.NullMarked;
