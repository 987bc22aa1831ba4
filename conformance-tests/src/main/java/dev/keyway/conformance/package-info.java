// SPDX-License-Identifier: Apache-2.0
/**
 * The suite with which a vendor proves a backend: extend {@link
 * dev.keyway.conformance.BackendConformance} in a test, or call {@link
 * dev.keyway.conformance.ConformanceRunner}.
 */
@NullMarked
package dev.keyway.conformance;

import org.jspecify.annotations.NullMarked;
