// SPDX-License-Identifier: Apache-2.0
/** A plugin with a fault, packed as a bundle by tests. */
@org.jspecify.annotations.NullMarked
package dev.keyway.cli.broken;
