// SPDX-License-Identifier: Apache-2.0
/** Models against ONNX Runtime, and the ONNX files that it reads. */
@NullMarked
package dev.keyway.bench.peers.onnx;

import org.jspecify.annotations.NullMarked;
