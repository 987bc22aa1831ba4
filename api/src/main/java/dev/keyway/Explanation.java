// SPDX-License-Identifier: Apache-2.0
package dev.keyway;

import java.util.List;

/**
 * How a call is dispatched.
 *
 * @param operator qualified name and overload
 * @param device device name
 * @param dtype the compute dtype
 * @param keys the dispatch keys of each argument and of the thread
 * @param winner what will run
 * @param candidates everything considered, best first, each with the reason and the plugin
 */
public record Explanation(
        String operator,
        String device,
        String dtype,
        List<String> keys,
        String winner,
        List<String> candidates) {
    /** The explanation in lines for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(operator + " on " + device + " for " + dtype + "\n");
        keys.forEach(key -> text.append("  key       ").append(key).append('\n'));
        text.append("  winner    ").append(winner).append('\n');
        candidates.forEach(line -> text.append("  candidate ").append(line).append('\n'));
        return text.toString();
    }
}
