// SPDX-License-Identifier: Apache-2.0
/** What a call costs before its kernel starts. */
@NullMarked
package dev.keyway.bench.dispatch;

import org.jspecify.annotations.NullMarked;
