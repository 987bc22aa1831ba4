// SPDX-License-Identifier: Apache-2.0
/** Steps of training against libtorch. */
@NullMarked
package dev.keyway.bench.peers.training;

import org.jspecify.annotations.NullMarked;
