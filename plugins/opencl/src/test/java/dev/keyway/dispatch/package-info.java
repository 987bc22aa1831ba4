// SPDX-License-Identifier: Apache-2.0
/** What tests must see of the dispatcher. */
@NullMarked
package dev.keyway.dispatch;

import org.jspecify.annotations.NullMarked;
