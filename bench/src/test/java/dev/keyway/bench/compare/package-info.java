// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.bench.compare;

import org.jspecify.annotations.NullMarked;
