// SPDX-License-Identifier: Apache-2.0
/** What an operator means beyond its schema: meta function, composite, gradient, lowering. */
@NullMarked
package dev.keyway.operator;

import org.jspecify.annotations.NullMarked;
