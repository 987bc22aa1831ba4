// SPDX-License-Identifier: Apache-2.0
/** The reference backend: every primitive in plain Java, nothing more. */
@NullMarked
package dev.keyway.plugins.reference;

import org.jspecify.annotations.NullMarked;
