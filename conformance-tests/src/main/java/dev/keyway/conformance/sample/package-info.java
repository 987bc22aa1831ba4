// SPDX-License-Identifier: Apache-2.0
/**
 * Seeded arguments for every operator: which dtypes, shapes, layouts and values a backend must
 * handle.
 */
@NullMarked
package dev.keyway.conformance.sample;

import org.jspecify.annotations.NullMarked;
