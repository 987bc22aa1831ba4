// SPDX-License-Identifier: Apache-2.0
/** Backends that are wrong on purpose: the suite must see each of their faults. */
@NullMarked
package dev.keyway.conformance.fault;

import org.jspecify.annotations.NullMarked;
