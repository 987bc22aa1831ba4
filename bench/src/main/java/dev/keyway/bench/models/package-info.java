// SPDX-License-Identifier: Apache-2.0
/** The models that are compared, built from the layers of {@code keyway-nn}. */
@NullMarked
package dev.keyway.bench.models;

import org.jspecify.annotations.NullMarked;
