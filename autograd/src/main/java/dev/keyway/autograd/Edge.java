// SPDX-License-Identifier: Apache-2.0
package dev.keyway.autograd;

/**
 * Where a gradient goes.
 *
 * @param node the node that takes it
 * @param output which result of the node's operator it is the gradient of
 */
record Edge(Node node, int output) {}
