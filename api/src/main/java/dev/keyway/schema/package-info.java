// SPDX-License-Identifier: Apache-2.0
/** Operator schemas in PyTorch's grammar: the promise the API makes about every operator. */
@NullMarked
package dev.keyway.schema;

import org.jspecify.annotations.NullMarked;
