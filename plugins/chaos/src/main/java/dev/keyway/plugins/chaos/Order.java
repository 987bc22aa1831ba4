// SPDX-License-Identifier: Apache-2.0
package dev.keyway.plugins.chaos;

/**
 * In which order commands of different streams run. Within a stream, and behind the events that a
 * stream waits for, the order is always that of submission.
 */
enum Order {
    /** At once, as they were submitted. */
    EAGER,
    /** Only what somebody waits for and what that depends on; the rest stays where it is. */
    NEEDED,
    /** When somebody waits: what was submitted last first. */
    LATEST,
    /** When somebody waits: drawn by a seed. */
    RANDOM
}
