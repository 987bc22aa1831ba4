// SPDX-License-Identifier: Apache-2.0
/** Libraries that Keyway is compared with. Built with {@code -Ppeers} only. */
@NullMarked
package dev.keyway.bench.peers;

import org.jspecify.annotations.NullMarked;
