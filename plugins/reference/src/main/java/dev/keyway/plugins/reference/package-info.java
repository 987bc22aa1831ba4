// SPDX-License-Identifier: Apache-2.0
/** Part of Keyway. */
@NullMarked
package dev.keyway.plugins.reference;

import org.jspecify.annotations.NullMarked;
