// SPDX-License-Identifier: Apache-2.0
/**
 * What a process with one library needs: memory at the most, and time until it is at full speed.
 */
@NullMarked
package dev.keyway.bench.peers.process;

import org.jspecify.annotations.NullMarked;
