// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.keyway.bench.dispatch;

import org.jspecify.annotations.NullMarked;
