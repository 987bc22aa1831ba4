// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

/**
 * One line of the fallback ledger.
 *
 * @param operator the operator's qualified name
 * @param device the device that lacked it
 * @param count how many calls fell back
 * @param bytes bytes copied to the host and back
 * @param nanos time spent, in nanoseconds
 */
public record FallbackRecord(String operator, String device, long count, long bytes, long nanos) {}
