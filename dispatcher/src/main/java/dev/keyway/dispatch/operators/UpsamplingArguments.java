// SPDX-License-Identifier: Apache-2.0
package dev.keyway.dispatch.operators;

import dev.keyway.Attributes;
import dev.keyway.attributes.UpsampleBicubic2dAttributes;
import dev.keyway.attributes.UpsampleBilinear2dAttributes;
import dev.keyway.attributes.UpsampleLinear1dAttributes;
import dev.keyway.attributes.UpsampleNearest1dAttributes;
import dev.keyway.attributes.UpsampleNearest2dAttributes;
import dev.keyway.attributes.UpsampleNearest3dAttributes;
import dev.keyway.attributes.UpsampleNearestExact1dAttributes;
import dev.keyway.attributes.UpsampleNearestExact2dAttributes;
import dev.keyway.attributes.UpsampleNearestExact3dAttributes;
import dev.keyway.attributes.UpsampleTrilinear3dAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an upsampling.
 *
 * @param size of the result
 * @param align whether corners lie on corners
 * @param scales outputs for an input in each direction, null for the ratio of the sizes
 */
record UpsamplingArguments(long[] size, boolean align, @Nullable Double[] scales) {
    private static UpsamplingArguments with(
            long[] size, boolean align, @Nullable Double... scales) {
        return new UpsamplingArguments(size, align, scales);
    }

    static UpsamplingArguments of(Attributes given) {
        return switch (given) {
            case UpsampleNearest1dAttributes(var size, var w) -> with(size, false, w);
            case UpsampleNearest2dAttributes(var size, var h, var w) -> with(size, false, h, w);
            case UpsampleNearest3dAttributes(var size, var d, var h, var w) ->
                    with(size, false, d, h, w);
            case UpsampleNearestExact1dAttributes(var size, var w) -> with(size, false, w);
            case UpsampleNearestExact2dAttributes(var size, var h, var w) ->
                    with(size, false, h, w);
            case UpsampleNearestExact3dAttributes(var size, var d, var h, var w) ->
                    with(size, false, d, h, w);
            case UpsampleLinear1dAttributes(var size, var align, var w) -> with(size, align, w);
            case UpsampleBilinear2dAttributes(var size, var align, var h, var w) ->
                    with(size, align, h, w);
            case UpsampleBicubic2dAttributes(var size, var align, var h, var w) ->
                    with(size, align, h, w);
            case UpsampleTrilinear3dAttributes(var size, var align, var d, var h, var w) ->
                    with(size, align, d, h, w);
            default -> throw new IllegalArgumentException(given + " is of no upsampling");
        };
    }
}
